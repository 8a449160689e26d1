import { checkFixedGraph } from '../fixed/check.js'
import type { FixedGraph, FixedNodeKind } from '../fixed/graph.js'
import { solveContractions } from './contractions.js'
import { checkEquivalence, type Equivalence } from './equivalence/equivalence.js'
import { expandSums } from './expand.js'
import { gatherSums } from './gather.js'
import { roundBeforeRelu } from './passes/rounding.js'

/** A pass gives a graph of the same ports and values. */
export interface Pass {
  readonly name: string
  readonly run: (graph: FixedGraph) => FixedGraph
}

/** In the order in which they run. */
export const passes: readonly Pass[] = [
  { name: 'round before rectifying', run: roundBeforeRelu },
  { name: 'gather sums', run: gatherSums },
  { name: 'solve contractions', run: solveContractions },
  { name: 'expand sums', run: expandSums },
]

export interface OptimizeOptions {
  /** Prove after each pass that it kept the function, and check its graph; throws where not. For debugging: takes time. */
  readonly check?: boolean
  /** Sees the graph after each pass, and how far it is proved to be the one before. */
  readonly observe?: (pass: string, graph: FixedGraph, equivalence: Equivalence | null) => void
}

/** Kinds that no optimized graph has. */
const HIGH_LEVEL: ReadonlySet<FixedNodeKind> = new Set(['multiply_constant', 'sum'])

/** The same values without multiplication by constants: shift-and-add, with sub-expressions shared between sums. */
export function optimize(graph: FixedGraph, options: OptimizeOptions = {}): FixedGraph {
  let result = graph
  for (const pass of passes) {
    const made = pass.run(result)
    options.observe?.(pass.name, made, options.check === true ? checkPass(pass.name, result, made) : null)
    result = made
  }
  const left = result.nodes.find((node) => HIGH_LEVEL.has(node.kind))
  if (left !== undefined) throw new Error(`a ${left.kind} is left after the last pass`)
  return result
}

/** Throws unless `after` is a sound graph of the same function as `before`. */
export function checkPass(name: string, before: FixedGraph, after: FixedGraph): Equivalence {
  try {
    checkFixedGraph(after)
    return checkEquivalence(before, after)
  } catch (error) {
    throw new Error(`the pass "${name}" is wrong: ${error instanceof Error ? error.message : String(error)}`)
  }
}
