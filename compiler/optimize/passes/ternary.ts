import type { FixedGraph } from '../../fixed/graph.js'
import type { ScheduleOptions } from '../../schedule/schedule.js'
import { copyNode, rebuild } from '../rebuild.js'
import { type Fusion, fusionsOf } from '../ternary/fusions.js'
import { type Guard, guardOf } from '../ternary/guard.js'
import { bestMatching } from '../ternary/matching.js'

/** Each takes a pass over the graph, so in large ones fusions that save alike are tried together. */
const MOST_GROUPS = 256

/** How the graph will be cut into stages. */
export type TernaryOptions = ScheduleOptions

/**
 * Three-input adders: an adder that one other adder alone reads joins it in a sum of three, which families that have such
 * adders make in the cells of one. The pairs that save most are found exactly; those that would make the graph slower than
 * its clock and latency allow are given up, the least of each path that is too long first, until none is. What was given up
 * for a path that is short enough without it is taken again.
 */
export function fuseAdders(graph: FixedGraph, options: TernaryOptions): FixedGraph {
  const fusions = fusionsOf(graph)
  if (fusions.length === 0) return graph
  const guard = guardOf(graph, options)
  if (guard === null) return graph
  const allowed = fastEnough(fusions, guard)
  const givenUp = fusions.filter((fusion) => !allowed.has(fusion)).sort((a, b) => b.saved - a.saved)
  takeAgain(givenUp, Math.ceil(givenUp.length / MOST_GROUPS), allowed, fusions, guard)
  return fused(graph, bestMatching(fusions.filter((fusion) => allowed.has(fusion))))
}

/** Fusions of which the best matching is not too slow. */
function fastEnough(fusions: readonly Fusion[], guard: Guard): Set<Fusion> {
  const allowed = new Set(fusions)
  for (;;) {
    const slow = guard(bestMatching(fusions.filter((fusion) => allowed.has(fusion))))
    if (slow.length === 0) return allowed
    for (const fusion of slow) allowed.delete(fusion)
  }
}

/** Adds to `allowed` what leaves the best matching fast enough: all of `givenUp`, else its halves, down to `least` of them. */
function takeAgain(
  givenUp: readonly Fusion[],
  least: number,
  allowed: Set<Fusion>,
  fusions: readonly Fusion[],
  guard: Guard,
): void {
  if (givenUp.length === 0) return
  const more = new Set([...allowed, ...givenUp])
  if (guard(bestMatching(fusions.filter((fusion) => more.has(fusion)))).length === 0) {
    for (const fusion of givenUp) allowed.add(fusion)
    return
  }
  if (givenUp.length <= least) return
  const half = givenUp.length >> 1
  takeAgain(givenUp.slice(0, half), least, allowed, fusions, guard)
  takeAgain(givenUp.slice(half), least, allowed, fusions, guard)
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
