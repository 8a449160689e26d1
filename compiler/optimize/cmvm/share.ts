import type { AdderGraph } from './adder-graph.js'
import { ColumnPairs } from './column-pairs.js'
import { Columns } from './columns.js'
import { Occurrences } from './occurrences.js'
import { PairQueue } from './pair-queue.js'
import type { SharingStyle } from './pair-weight.js'
import { Places } from './places.js'

/**
 * Two-term common sub-expression sharing (Hartley 1996). Its arrays are kept from one set of columns to the next, as
 * making them anew would take a good part of the time.
 */
export class Sharing {
  /** The sums at hand. */
  readonly columns = new Columns()
  readonly #pairs = new ColumnPairs(this.columns)
  readonly #queue = new PairQueue(this.#pairs.counts)
  readonly #places = new Places()
  readonly #candidates: Occurrences[] = []

  /**
   * As long as some pair of terms occurs twice, the pair of the best score is made once and takes the place of its
   * occurrences. A column only takes part where it can still be summed up in time, so that no bound on depth is ever broken
   * by it (with adders of one level; others are checked by the caller). `counted`: the pairs of the same columns, where they
   * have been counted before.
   */
  share(graph: AdderGraph, style: SharingStyle, counted: ColumnPairs | null): void {
    const pairs = this.#pairs
    const queue = this.#queue
    const places = this.#places
    if (counted === null) pairs.count()
    else pairs.copyFrom(counted)
    queue.clear(style)
    queue.flush(graph)
    places.reset(this.columns)
    while (this.#candidates.length < Math.max(style.lookahead, 1)) this.#candidates.push(new Occurrences())
    for (let best = this.#choose(graph, style); best !== null; best = this.#choose(graph, style)) {
      const made = graph.add(best.first, best.second, best.shift, best.subtract)
      best.replace(graph, pairs, places, made)
      queue.flush(graph)
    }
  }

  /** The candidate of the best score, after what it takes from others; the others go back to the queue. */
  #choose(graph: AdderGraph, { lookahead, regret }: SharingStyle): Occurrences | null {
    const candidates = this.#candidates
    const queue = this.#queue
    const most = Math.max(lookahead, 1)
    let best: Occurrences | null = null
    let bestScore = Number.NEGATIVE_INFINITY
    let count = 0
    // What comes up later scores less, and a loss only takes off.
    while (count < most && (count === 0 || queue.level > bestScore)) {
      const found = candidates[count] as Occurrences
      if (!this.#next(graph, found)) break
      count++
      if (found.score <= bestScore) break
      const loss = most === 1 ? 0 : this.#lostPairs(found)
      const score = found.score - regret * queue.unitOf(found.entry) * loss
      if (score > bestScore) {
        best = found
        bestScore = score
      }
    }
    for (let n = count - 1; n >= 0; n--) {
      const candidate = candidates[n] as Occurrences
      if (candidate !== best) queue.queue(candidate.entry, candidate.score)
    }
    return best
  }

  /** Takes pairs off the queue until one comes up with the score of what the columns can take of it. */
  #next(graph: AdderGraph, found: Occurrences): boolean {
    const queue = this.#queue
    const { counts } = this.#pairs
    for (let entry = queue.pop(); entry >= 0; entry = queue.pop()) {
      const level = queue.level
      found.search(graph, this.columns, this.#places, counts, entry)
      if (found.total < 2) continue
      const score = queue.scoreOf(entry, Math.min(found.total, counts.count[entry] as number))
      if (score >= level) {
        found.score = score
        return true
      }
      queue.queue(entry, score)
    }
    return false
  }

  /**
   * How many other pairs that occur repeatedly are torn apart: those of which some occurrences use a term that goes away,
   * and some do not. (Where all of them do, the pair lives on with the new value.)
   */
  #lostPairs({ list, total }: Occurrences): number {
    const pairs = this.#pairs
    let lost = 0
    for (let n = 0; n < 3 * total; n += 3) {
      lost += pairs.markWithout(list[n] as number, list[n + 1] as number, list[n + 2] as number)
    }
    pairs.counts.unmark()
    return lost
  }
}
