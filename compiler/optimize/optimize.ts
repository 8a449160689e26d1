import { checkFixedGraph } from '../fixed/check.js'
import type { FixedGraph, FixedNode } from '../fixed/graph.js'
import { type AdderOptions, solveContractions } from './contractions/contractions.js'
import { checkEquivalence, type Equivalence } from './equivalence/equivalence.js'
import { expandSums } from './expand.js'
import { gatherSums } from './gather.js'
import { clean } from './passes/clean.js'
import { narrowComparisons } from './passes/comparisons.js'
import { dropUnreadBits } from './passes/demand.js'
import { orderByLiveRange } from './passes/order.js'
import { mergeQuantizers } from './passes/quantizers.js'
import { roundBeforeRelu } from './passes/rounding.js'
import { shareEqualSums } from './passes/sharing.js'
import { fuseAdders, type TernaryOptions } from './passes/ternary.js'
import { regroupSums } from './regroup/regroup.js'

/** A pass gives a graph of the same ports and values. */
export interface Pass {
  readonly name: string
  readonly run: (graph: FixedGraph, options: OptimizeOptions) => FixedGraph
}

/**
 * In the order in which they run: what makes sums simpler stands in front of the solver, which takes them as they are; what
 * the solver leaves behind it. Sums are regrouped when no pass makes another adder of two, and fused after that, as no
 * other pass takes three terms apart again. Equal look-up tables need no pass: building a node shares them
 * and cuts them down.
 */
export const passes: readonly Pass[] = [
  { name: 'clean', run: clean },
  { name: 'merge quantizers', run: mergeQuantizers },
  { name: 'round before rectifying', run: roundBeforeRelu },
  { name: 'narrow comparisons', run: narrowComparisons },
  { name: 'gather sums', run: gatherSums },
  { name: 'solve contractions', run: solveContractions },
  { name: 'expand sums', run: expandSums },
  { name: 'share equal sums', run: shareEqualSums },
  { name: 'drop unread bits', run: dropUnreadBits },
  { name: 'merge quantizers', run: mergeQuantizers },
  { name: 'regroup sums', run: regroupSums },
  { name: 'fuse adders', run: (graph, { ternary }) => (ternary === undefined ? graph : fuseAdders(graph, ternary)) },
  { name: 'order by live range', run: orderByLiveRange },
]

export interface OptimizeOptions extends AdderOptions {
  /** Adders of three inputs, and how the graph will be cut, so that none makes it slower; left out: none are made. */
  readonly ternary?: TernaryOptions | undefined
  /** Prove after each pass that it kept the function, and check its graph; throws where not. For debugging: takes time. */
  readonly check?: boolean
  /** Sees the graph after each pass, and how far it is proved to be the one before. */
  readonly observe?: (pass: string, graph: FixedGraph, equivalence: Equivalence | null) => void
}

/** What no optimized graph has: a sum is an adder of three inputs at most. */
function isHighLevel(node: FixedNode): boolean {
  return node.kind === 'multiply_constant' || (node.kind === 'sum' && node.terms.length > 3)
}

/** The same values without multiplication by constants: shift-and-add, with sub-expressions shared between sums. */
export function optimize(graph: FixedGraph, options: OptimizeOptions = {}): FixedGraph {
  const result = runPasses(graph, passes, options)
  const left = result.nodes.find(isHighLevel)
  if (left !== undefined) throw new Error(`a ${left.kind} is left after the last pass`)
  return result
}

/** The graph after the passes, one behind the other. */
export function runPasses(graph: FixedGraph, list: readonly Pass[], options: OptimizeOptions = {}): FixedGraph {
  let result = graph
  for (const pass of list) {
    const made = pass.run(result, options)
    const equivalence = options.check === true ? checkPass(pass.name, result, made) : null
    options.observe?.(pass.name, made, equivalence)
    result = made
  }
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
