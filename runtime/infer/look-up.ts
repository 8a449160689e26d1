import { type ElementLookups, entryOf, lookupAt } from '../../compiler/graph/lookup.js'
import { powerOfTwo } from '../../compiler/numeric/exponent.js'

/**
 * Columns of quantized values through the tables of their elements. Returns how often an entry was read at which the
 * quantizer had wrapped. `into` may be `values`.
 */
export function lookUpElements(values: Float64Array, lookups: ElementLookups, into: Float64Array): number {
  const elements = lookups.lookupOf.length
  const rows = elements === 0 ? 0 : into.length / elements
  let wraps = 0
  for (let element = 0; element < elements; element++) {
    const lookup = lookupAt(lookups, element)
    const scale = powerOfTwo(lookup.fraction)
    const wrapped = new Set(lookup.wrapped)
    for (let at = element * rows; at < (element + 1) * rows; at++) {
      const entry = entryOf(lookup, (values[at] as number) * scale)
      into[at] = lookup.values[entry] as number
      if (wrapped.size > 0 && wrapped.has(entry)) wraps++
    }
  }
  return wraps
}
