import type { FixedGraph } from '../../fixed/graph.js'
import { type PlacedGraph, placed } from './placed.js'
import { type Range, regroupedOnce } from './round.js'

/** Attempts, each of which costs about as much as placing the graph once. */
const MOST_ATTEMPTS = 60

/** Where a round as a whole does not pay, its halves may: so often a range is split. */
const MOST_SPLITS = 3

const ORDERS = ['inputs first', 'outputs first'] as const

/**
 * Adds up in another order where stages are counted in adder levels and everything that waits is a register: the solver
 * of contractions does not know when its sums are read, nor which bits then are in registers anyway. Here the graph is
 * placed in its stages, trees of adders are made anew for the levels at which their terms come and their sum is read
 * (`cheapestGrouping`), and what has come out is placed again; it is taken where adders and registers of the whole graph
 * together have become cheaper and no stage is added, so that no graph gets worse.
 */
export function regroupSums(graph: FixedGraph, { levels }: { readonly levels?: number | undefined }): FixedGraph {
  const start = levels === undefined ? null : placed(graph, levels)
  return start === null ? graph : new Descent(start).run().graph
}

class Descent {
  #best: PlacedGraph
  #attempts = 0

  constructor(start: PlacedGraph) {
    this.#best = start
  }

  run(): PlacedGraph {
    let failed = 0
    for (let n = 0; failed < ORDERS.length && this.#attempts < MOST_ATTEMPTS; n++) {
      const order = ORDERS[n % ORDERS.length] ?? 'inputs first'
      failed = this.#improve({ from: 0, to: 1, order }, MOST_SPLITS) ? 0 : failed + 1
    }
    return this.#best
  }

  /** Whether the graph has become cheaper. */
  #improve(range: Range, splits: number): boolean {
    if (this.#attempts === MOST_ATTEMPTS) return false
    this.#attempts++
    const graph = regroupedOnce(this.#best, range)
    const next = graph && placed(graph, this.#best.levels)
    if (next === null) return false
    if (next.stages <= this.#best.stages && next.price < this.#best.price) {
      this.#best = next
      return true
    }
    if (splits === 0) return false
    const middle = (range.from + range.to) / 2
    const upper = this.#improve({ ...range, from: middle }, splits - 1)
    const lower = this.#improve({ ...range, to: middle }, splits - 1)
    return upper || lower
  }
}
