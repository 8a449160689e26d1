import type { FixedGraph, FixedNodeKind } from '../fixed/graph.js'
import type { SolutionCache } from './cmvm/solutions.js'
import { solveContractions } from './contractions.js'
import { expandSums } from './expand.js'
import { gatherSums } from './gather.js'

export interface OptimizeOptions {
  /** Solutions of earlier builds; they save time and change nothing. */
  readonly solutions?: SolutionCache | undefined
  /** Sees the graph after each pass, for checks and debugging. */
  readonly observe?: ((pass: string, graph: FixedGraph) => void) | undefined
}

/** A pass gives a graph of the same ports and values. Every pass also folds constants and drops what nothing uses. */
export interface Pass {
  readonly name: string
  readonly run: (graph: FixedGraph, options: OptimizeOptions) => FixedGraph
}

/** In the order in which they run. */
export const passes: readonly Pass[] = [
  { name: 'gather sums', run: gatherSums },
  { name: 'solve contractions', run: (graph, { solutions }) => solveContractions(graph, solutions) },
  { name: 'expand sums', run: expandSums },
]

/** Kinds that no optimized graph has. */
const HIGH_LEVEL: ReadonlySet<FixedNodeKind> = new Set(['multiply_constant', 'sum'])

/**
 * The same values without multiplication by constants: shift-and-add, with sub-expressions shared between sums.
 */
export function optimize(graph: FixedGraph, options: OptimizeOptions = {}): FixedGraph {
  let result = graph
  for (const pass of passes) {
    result = pass.run(result, options)
    options.observe?.(pass.name, result)
  }
  const left = result.nodes.find((node) => HIGH_LEVEL.has(node.kind))
  if (left !== undefined) throw new Error(`a ${left.kind} is left after the last pass`)
  return result
}
