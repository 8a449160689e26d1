import type { FixedGraph } from '../../fixed/graph.js'
import type { ScheduleOptions } from '../../schedule/schedule.js'
import { copyNode, rebuild } from '../rebuild.js'
import { type Fusion, fusionsOf } from '../ternary/fusions.js'
import { guardOf } from '../ternary/guard.js'
import { bestMatching } from '../ternary/matching.js'

/** How the graph will be cut into stages. */
export type TernaryOptions = ScheduleOptions

/**
 * Three-input adders: an adder that one other adder alone reads joins it in a sum of three, which families that have such
 * adders make in the cells of one. The pairs that save most are found exactly; those that would make the graph slower than
 * its clock and latency allow are given up, the least of each path that is too long first, until none is.
 */
export function fuseAdders(graph: FixedGraph, options: TernaryOptions): FixedGraph {
  let fusions = fusionsOf(graph)
  if (fusions.length === 0) return graph
  const guard = guardOf(graph, options)
  if (guard === null) return graph
  for (;;) {
    const chosen = bestMatching(fusions)
    const slow = new Set(guard(chosen))
    if (slow.size === 0) return fused(graph, chosen)
    fusions = fusions.filter((fusion) => !slow.has(fusion))
  }
}

function fused(graph: FixedGraph, chosen: readonly Fusion[]): FixedGraph {
  const sums = new Map(chosen.map(({ outer, terms }) => [outer, terms]))
  return rebuild(graph, (node, id, rebuilt) => {
    const { builder, newOf } = rebuilt
    const terms = sums.get(id)
    if (terms === undefined) return copyNode(node, rebuilt)
    return builder.sum(terms.map((term) => ({ ...term, node: newOf(term.node) })))
  })
}
