/**
 * How often each pair of terms occurs, with a queue by score. A pair is "first ± second · 2^shift" up to a common shift and
 * sign, first ≤ second. Counts follow every change at once; the queue is lazy: an entry lies in one bucket at most, never
 * below its score, and finds its place when it comes up.
 */
export class PairTable {
  /** Slot → entry + 1; open addressing. */
  #slots: Int32Array = new Int32Array(1 << 12)
  #size = 0
  #first: Int32Array = new Int32Array(1 << 11)
  /** second · 2^9 + (shift + 128) · 2 + subtract */
  #rest: Int32Array = new Int32Array(1 << 11)
  #count: Int32Array = new Int32Array(1 << 11)
  /** Score per occurrence, 0 while it is not known. */
  #weight: Int32Array = new Int32Array(1 << 11)
  /** What is taken off the score. */
  #price: Int32Array = new Int32Array(1 << 11)
  /** The bucket that the entry lies in, or −1. */
  #bucket: Int32Array = new Int32Array(1 << 11)
  #marks: Int32Array = new Int32Array(1 << 11)
  readonly #marked: number[] = []
  readonly #touched: number[] = []
  readonly #buckets: number[][] = []
  #highest = -1

  /** The score at which the last entry came up. */
  get level(): number {
    return this.#highest
  }

  /** `weigh` gives weight and price of a pair once it occurs twice. A pair of weight 0 is never offered. */
  constructor(
    readonly weigh: (entry: number) => { readonly weight: number; readonly price: number },
    /** Picks among pairs of equal score: a number below the given one. */
    readonly pick: ((choices: number) => number) | null,
  ) {}

  firstOf(entry: number): number {
    return this.#first[entry] as number
  }

  secondOf(entry: number): number {
    return (this.#rest[entry] as number) >>> 9
  }

  shiftOf(entry: number): number {
    return (((this.#rest[entry] as number) >>> 1) & 255) - 128
  }

  subtractOf(entry: number): boolean {
    return ((this.#rest[entry] as number) & 1) === 1
  }

  countOf(entry: number): number {
    return this.#count[entry] as number
  }

  scoreOf(entry: number, count: number): number {
    return count * (this.#weight[entry] as number) - (this.#price[entry] as number)
  }

  /** Counts the pair of two packed terms up or down. */
  change(a: number, b: number, by: 1 | -1): void {
    const entry = this.#entryOf(a, b)
    const count = (this.#count[entry] as number) + by
    this.#count[entry] = count
    if (by === 1 && count >= 2) this.#touched.push(entry)
  }

  #entryOf(a: number, b: number): number {
    const valueA = a >>> 8
    const valueB = b >>> 8
    const swap = valueA > valueB || (valueA === valueB && (a & 255) < (b & 255))
    const low = swap ? b : a
    const high = swap ? a : b
    const shift = ((high >>> 1) & 127) - ((low >>> 1) & 127)
    return this.#find(low >>> 8, ((high >>> 8) << 9) | ((shift + 128) << 1) | ((low ^ high) & 1))
  }

  /** Score of one occurrence. */
  unitOf(entry: number): number {
    return this.#weight[entry] as number
  }

  /**
   * Marks an occurrence of the pair of two terms as used. Summed up over marks, what it gives is the number of repeated
   * pairs of which some occurrences are marked and some are not.
   */
  mark(a: number, b: number): number {
    const entry = this.#entryOf(a, b)
    const count = this.#count[entry] as number
    if (count < 2) return 0
    const marks = (this.#marks[entry] as number) + 1
    this.#marks[entry] = marks
    if (marks === 1) this.#marked.push(entry)
    return marks === 1 ? 1 : marks === count ? -1 : 0
  }

  unmark(): void {
    for (const entry of this.#marked) this.#marks[entry] = 0
    this.#marked.length = 0
  }

  /** Queues what was counted up. */
  flush(): void {
    for (const entry of this.#touched) {
      const count = this.#count[entry] as number
      if (count < 2) continue
      if (this.#weight[entry] === 0) {
        const { weight, price } = this.weigh(entry)
        this.#weight[entry] = weight <= 0 ? -1 : weight
        this.#price[entry] = price
      }
      this.queue(entry, this.scoreOf(entry, count))
    }
    this.#touched.length = 0
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
        this.#bucket[entry] = -1
        const count = this.#count[entry] as number
        if (count < 2) continue
        const score = this.scoreOf(entry, count)
        if (score >= this.#highest) return entry
        this.queue(entry, score)
      }
    }
    return -1
  }

  #find(first: number, rest: number): number {
    let mask = this.#slots.length - 1
    const hash = hashOf(first, rest)
    let slot = hash & mask
    for (;;) {
      const entry = (this.#slots[slot] as number) - 1
      if (entry < 0) break
      if (this.#rest[entry] === rest && this.#first[entry] === first) return entry
      slot = (slot + 1) & mask
    }
    if (2 * this.#size >= this.#slots.length) {
      this.#grow()
      mask = this.#slots.length - 1
      slot = hash & mask
      while (this.#slots[slot] !== 0) slot = (slot + 1) & mask
    }
    const entry = this.#size++
    this.#slots[slot] = entry + 1
    this.#first[entry] = first
    this.#rest[entry] = rest
    this.#bucket[entry] = -1
    return entry
  }

  #grow(): void {
    const room = this.#slots.length
    const grown = (old: Int32Array): Int32Array => {
      const made = new Int32Array(room)
      made.set(old)
      return made
    }
    this.#first = grown(this.#first)
    this.#rest = grown(this.#rest)
    this.#count = grown(this.#count)
    this.#weight = grown(this.#weight)
    this.#price = grown(this.#price)
    this.#bucket = grown(this.#bucket)
    this.#marks = grown(this.#marks)
    const slots = new Int32Array(2 * room)
    const mask = slots.length - 1
    for (let entry = 0; entry < this.#size; entry++) {
      const hash = hashOf(this.#first[entry] as number, this.#rest[entry] as number)
      let slot = hash & mask
      while (slots[slot] !== 0) slot = (slot + 1) & mask
      slots[slot] = entry + 1
    }
    this.#slots = slots
  }
}

function hashOf(first: number, rest: number): number {
  const hash = Math.imul(first, 0x9e3779b1) ^ Math.imul(rest, 0x85ebca6b)
  return hash ^ (hash >>> 15)
}
