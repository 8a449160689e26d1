import { type ElementLookups, entryOf, lookupAt } from '../../compiler/graph/lookup.js'
import { powerOfTwo } from '../../compiler/numeric/exponent.js'
import type { Numbers } from './numbers.js'

/** Values of the elements of a quantizer behind a table: element e, row r lies at e · stride + r. */
export interface Columns {
  readonly values: Numbers
  readonly stride: number
}

const wrappedEntries = new WeakMap<ElementLookups, readonly (ReadonlySet<number> | null)[]>()

/** By table the entries at which the quantizer wrapped; null for none. */
function wrappedOf(lookups: ElementLookups): readonly (ReadonlySet<number> | null)[] {
  const known = wrappedEntries.get(lookups)
  if (known !== undefined) return known
  const made = lookups.lookups.map(({ wrapped }) => (wrapped.length === 0 ? null : new Set(wrapped)))
  wrappedEntries.set(lookups, made)
  return made
}

/**
 * Some rows of quantized values through the tables of their elements. Returns how often an entry was read at which the
 * quantizer had wrapped. `into` may lie where `from` does.
 */
export function lookUpElements(from: Columns, lookups: ElementLookups, into: Columns, rows: number): number {
  const wrappedAt = wrappedOf(lookups)
  let wraps = 0
  for (const [element, table] of lookups.lookupOf.entries()) {
    const lookup = lookupAt(lookups, element)
    const scale = powerOfTwo(lookup.fraction)
    const wrapped = wrappedAt[table] ?? null
    const [source, target] = [element * from.stride, element * into.stride]
    for (let row = 0; row < rows; row++) {
      const entry = entryOf(lookup, (from.values[source + row] as number) * scale)
      into.values[target + row] = lookup.values[entry] as number
      if (wrapped?.has(entry)) wraps++
    }
  }
  return wraps
}
