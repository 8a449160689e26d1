import type { FixedGraph } from '../../fixed/graph.js'
import { type PlacedGraph, placed } from './placed.js'
import { type Order, regroupedOnce } from './round.js'

/** The part of the whole price that a round must promise: placing the graph takes time. */
const LEAST_GAIN = 1 / 2000

/** Nodes that are placed anew, over all rounds; past it the best graph so far is taken. */
export const MOST_PLACED = 150_000

/**
 * Adds up in another order where stages are counted in adder levels and everything that waits is a register: the solver
 * of contractions does not know when its sums are read, nor which bits then are in registers anyway. Here the graph is
 * placed in its stages, trees of adders are made anew for the levels at which their terms come and their sum is read
 * (`cheapestGrouping`), and what has come out is placed again; it is taken where adders and registers of the whole graph
 * together have become cheaper with no more registers and stages, so that no graph gets worse.
 */
export function regroupSums(
  graph: FixedGraph,
  { levels }: { readonly levels?: number | undefined },
  mostPlaced = MOST_PLACED,
): FixedGraph {
  let best = levels === undefined ? null : placed(graph, levels)
  if (best === null) return graph
  for (let placedNodes = 0; ; ) {
    const before: PlacedGraph = best
    for (const order of ['inputs first', 'outputs first'] as const) {
      placedNodes += best.graph.nodes.length
      if (placedNodes > mostPlaced) return best.graph
      best = cheaper(best, order)
    }
    // Nothing gains where there is no price to begin with.
    if (before.price - best.price <= LEAST_GAIN * before.price) return best.graph
  }
}

/** The graph after a round, where that has paid. */
function cheaper(old: PlacedGraph, order: Order): PlacedGraph {
  const graph = regroupedOnce(old, order, LEAST_GAIN * old.price)
  const made = graph && placed(graph, old.levels)
  if (made === null || made.stages > old.stages || made.registers > old.registers) return old
  return made.price < old.price ? made : old
}
