import type { AdderGraph } from './adder-graph.js'
import { BucketStacks } from './bucket-stacks.js'
import type { PairCounts } from './pair-counts.js'
import { priceOfPair, type SharingStyle, worthOfPair } from './pair-weight.js'
import { withRoom } from './room.js'

/**
 * Repeated pairs by score. Lazy: an entry lies in one bucket at most, never below its score, and finds its place when it
 * comes up.
 */
export class PairQueue {
  /** The score at which the last entry came up. */
  level = -1
  #weight: SharingStyle['weight'] = 'count'
  #skew = 0
  /** Score per occurrence, 0 while it is not known. A pair of −1 is never offered. */
  #worth = new Int32Array(0)
  /** What is taken off the score. */
  #price = new Int32Array(0)
  /** The bucket that the entry lies in, and 0 for none: scores are positive. */
  #bucket = new Int32Array(0)
  readonly #buckets = new BucketStacks()
  #seeded = false
  /** Of the generator that chooses among pairs of equal score. */
  #state = 0

  constructor(readonly counts: PairCounts) {}

  clear({ weight, skew, seed }: SharingStyle): void {
    this.#worth.fill(0)
    this.#bucket.fill(0)
    this.#buckets.clear()
    this.level = -1
    this.#weight = weight
    this.#skew = skew
    this.#seeded = seed !== null
    this.#state = Math.imul(seed ?? 0, 0x9e3779b1)
  }

  scoreOf(entry: number, count: number): number {
    return count * (this.#worth[entry] as number) - (this.#price[entry] as number)
  }

  /** Score of one occurrence. */
  unitOf(entry: number): number {
    return this.#worth[entry] as number
  }

  /** Queues what was counted up. */
  flush(graph: AdderGraph): void {
    const { room } = this.counts
    this.#worth = withRoom(this.#worth, room)
    this.#price = withRoom(this.#price, room)
    this.#bucket = withRoom(this.#bucket, room)
    this.#queueRisen(graph)
    this.counts.emptyRisen()
  }

  // Nothing follows the loop: what did would not have run yet when the loop is compiled, and undo that at its end.
  #queueRisen(graph: AdderGraph): void {
    const { counts } = this
    const worth = this.#worth
    const price = this.#price
    const { risen, risenCount } = counts
    for (let n = 0; n < risenCount; n++) {
      const entry = risen[n] as number
      const count = counts.count[entry] as number
      if (count < 2) continue
      if (worth[entry] === 0) {
        const own = worthOfPair(graph, counts, entry, this.#weight)
        worth[entry] = own <= 0 ? -1 : own
        price[entry] = priceOfPair(graph, counts, entry, this.#weight, this.#skew, own)
      }
      this.queue(entry, count * (worth[entry] as number) - (price[entry] as number))
    }
  }

  /** Queues an entry unless it lies at this score or above already. */
  queue(entry: number, score: number): void {
    if (score <= 0 || score <= (this.#bucket[entry] as number)) return
    this.#bucket[entry] = score
    this.#buckets.push(score, entry)
    if (score > this.level) this.level = score
  }

  /** Takes the entry of greatest score out of the queue; −1 when none is left. */
  pop(): number {
    const buckets = this.#buckets
    for (; this.level > 0; this.level--) {
      for (let size = buckets.sizeOf(this.level); size > 0; size = buckets.sizeOf(this.level)) {
        const entry = buckets.take(this.level, this.#seeded && size > 1 ? this.#pick(size) : size - 1)
        // Left behind when the entry rose.
        if (this.#bucket[entry] !== this.level) continue
        this.#bucket[entry] = 0
        const count = this.counts.count[entry] as number
        if (count < 2) continue
        const score = this.scoreOf(entry, count)
        if (score >= this.level) return entry
        this.queue(entry, score)
      }
    }
    return -1
  }

  /** A number below a given one (Numerical Recipes' linear congruence, high bits). */
  #pick(choices: number): number {
    this.#state = (Math.imul(this.#state, 1664525) + 1013904223) | 0
    return Math.floor(((this.#state >>> 0) / 4294967296) * choices)
  }
}
