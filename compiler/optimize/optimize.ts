import type { FixedGraph, FixedNodeKind } from '../fixed/graph.js'
import { type AdderOptions, solveContractions } from './contractions.js'
import { expandSums } from './expand.js'
import { gatherSums } from './gather.js'

/** A pass gives a graph of the same ports and values. Every pass also folds constants and drops what nothing uses. */
export interface Pass {
  readonly name: string
  readonly run: (graph: FixedGraph, options: AdderOptions) => FixedGraph
}

/** In the order in which they run. */
export const passes: readonly Pass[] = [
  { name: 'gather sums', run: gatherSums },
  { name: 'solve contractions', run: solveContractions },
  { name: 'expand sums', run: expandSums },
]

/** Kinds that no optimized graph has. */
const HIGH_LEVEL: ReadonlySet<FixedNodeKind> = new Set(['multiply_constant', 'sum'])

/**
 * The same values without multiplication by constants: shift-and-add, with sub-expressions shared between sums.
 * `observe` sees the graph after each pass, for checks and debugging.
 */
export function optimize(
  graph: FixedGraph,
  observe?: (pass: string, graph: FixedGraph) => void,
  options: AdderOptions = {},
): FixedGraph {
  let result = graph
  for (const pass of passes) {
    result = pass.run(result, options)
    observe?.(pass.name, result)
  }
  const left = result.nodes.find((node) => HIGH_LEVEL.has(node.kind))
  if (left !== undefined) throw new Error(`a ${left.kind} is left after the last pass`)
  return result
}
