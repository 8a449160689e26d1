import { enlarged, type PairCounts } from './pair-counts.js'

/**
 * Repeated pairs by score. Lazy: an entry lies in one bucket at most, never below its score, and finds its place when it
 * comes up.
 */
export class PairQueue {
  /** Score per occurrence, 0 while it is not known. */
  #weight: Int32Array
  /** What is taken off the score. */
  #price: Int32Array
  /** The bucket that the entry lies in, and 0 for none: scores are positive. */
  #bucket: Int32Array
  readonly #buckets: number[][] = []
  #highest = -1

  constructor(
    readonly counts: PairCounts,
    /** Weight and price of a pair once it occurs twice. A pair of weight 0 is never offered. */
    readonly weigh: (entry: number) => { readonly weight: number; readonly price: number },
    /** Picks among pairs of equal score: a number below the given one. Null takes the youngest. */
    readonly pick: ((choices: number) => number) | null,
  ) {
    this.#weight = new Int32Array(counts.room)
    this.#price = new Int32Array(counts.room)
    this.#bucket = new Int32Array(counts.room)
  }

  /** The score at which the last entry came up. */
  get level(): number {
    return this.#highest
  }

  scoreOf(entry: number, count: number): number {
    return count * (this.#weight[entry] as number) - (this.#price[entry] as number)
  }

  /** Score of one occurrence. */
  unitOf(entry: number): number {
    return this.#weight[entry] as number
  }

  /** Queues what was counted up. */
  flush(): void {
    const { counts } = this
    if (counts.room > this.#weight.length) {
      this.#weight = enlarged(this.#weight, counts.room)
      this.#price = enlarged(this.#price, counts.room)
      this.#bucket = enlarged(this.#bucket, counts.room)
    }
    for (const entry of counts.risen) {
      const count = counts.countOf(entry)
      if (count < 2) continue
      if (this.#weight[entry] === 0) {
        const { weight, price } = this.weigh(entry)
        this.#weight[entry] = weight <= 0 ? -1 : weight
        this.#price[entry] = price
      }
      this.queue(entry, this.scoreOf(entry, count))
    }
    counts.risen.length = 0
  }

  /** Queues an entry unless it lies at this score or above already. */
  queue(entry: number, score: number): void {
    if (score <= 0 || score <= (this.#bucket[entry] as number)) return
    this.#bucket[entry] = score
    while (this.#buckets.length <= score) this.#buckets.push([])
    ;(this.#buckets[score] as number[]).push(entry)
    if (score > this.#highest) this.#highest = score
  }

  /** Takes the entry of greatest score out of the queue; −1 when none is left. */
  pop(): number {
    for (; this.#highest > 0; this.#highest--) {
      const bucket = this.#buckets[this.#highest] as number[]
      while (bucket.length > 0) {
        if (this.pick !== null && bucket.length > 1) {
          const last = bucket.length - 1
          const chosen = this.pick(bucket.length)
          const entry = bucket[chosen] as number
          bucket[chosen] = bucket[last] as number
          bucket[last] = entry
        }
        const entry = bucket.pop() as number
        // Left behind when the entry rose.
        if (this.#bucket[entry] !== this.#highest) continue
        this.#bucket[entry] = 0
        const count = this.counts.countOf(entry)
        if (count < 2) continue
        const score = this.scoreOf(entry, count)
        if (score >= this.#highest) return entry
        this.queue(entry, score)
      }
    }
    return -1
  }
}
