import type { FixedGraphBuilder } from '../fixed/builder.js'
import type { NodeId } from '../fixed/graph.js'
import type { Lookup } from '../fixed/lookup.js'
import { type ElementLookups, type FilledTable, lookupAt } from '../graph/lookup.js'
import { lowestBit, powerOfTwo } from '../numeric/exponent.js'

/** Each scalar through the table of its element. */
export function lowerLookups(
  builder: FixedGraphBuilder,
  nodes: readonly NodeId[],
  lookups: ElementLookups,
): readonly NodeId[] {
  const made = new Map<FilledTable, Lookup>()
  return nodes.map((node, element) => {
    const values = lookupAt(lookups, element)
    const lookup = made.get(values) ?? inIntegers(values)
    made.set(values, lookup)
    return builder.lookup(node, lookup)
  })
}

/** The values on the coarsest grid that holds all of them. */
function inIntegers({ low, fraction: grid, values }: FilledTable): Lookup {
  let lowest = Number.POSITIVE_INFINITY
  for (const value of values) if (value !== 0) lowest = Math.min(lowest, lowestBit(value))
  const fraction = Number.isFinite(lowest) ? -lowest : 0
  const scale = powerOfTwo(fraction)
  return { table: { low, entries: Array.from(values, (value) => value * scale) }, grid, fraction }
}
