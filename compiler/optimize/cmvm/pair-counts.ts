import { ceilLog2, powerOfTwo } from '../../numeric/exponent.js'

/** Numbers per slot; a power of two. */
const SLOT = 4

/** Bounds of the entries that room is made for at first, as exponents of two. */
const LEAST_ROOM = 8
const MOST_ROOM = 18

/**
 * How often each pair of terms occurs. A pair is "first ± second · 2^shift" up to a common shift and sign, first ≤ second;
 * its entry is a small number that stays.
 */
export class PairCounts {
  /** Open addressing; per slot first value, rest and entry + 1, so that a probe touches one line of the cache. */
  #slots: Int32Array
  #size = 0
  #first: Int32Array
  /** second · 2^9 + (shift + 128) · 2 + subtract */
  #rest: Int32Array
  #count: Int32Array
  #marks: Int32Array
  readonly #marked: number[] = []
  /** What was counted up to two or more since it was last emptied; an entry stands here as often as that happened. */
  readonly risen: number[] = []

  /** `pairs`: how many there may be at first. */
  constructor(pairs: number) {
    const room = powerOfTwo(Math.min(Math.max(ceilLog2(Math.max(pairs, 1)), LEAST_ROOM), MOST_ROOM))
    this.#slots = new Int32Array(2 * SLOT * room)
    this.#first = new Int32Array(room)
    this.#rest = new Int32Array(room)
    this.#count = new Int32Array(room)
    this.#marks = new Int32Array(room)
  }

  copy(): PairCounts {
    const made = new PairCounts(0)
    made.#slots = this.#slots.slice()
    made.#size = this.#size
    made.#first = this.#first.slice()
    made.#rest = this.#rest.slice()
    made.#count = this.#count.slice()
    made.#marks = new Int32Array(this.#marks.length)
    for (const entry of this.risen) made.risen.push(entry)
    return made
  }

  /** Entries that there is room for; all are below it. */
  get room(): number {
    return this.#first.length
  }

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

  countUp(entry: number): void {
    const count = (this.#count[entry] as number) + 1
    this.#count[entry] = count
    if (count >= 2) this.risen.push(entry)
  }

  countDown(entry: number): void {
    this.#count[entry] = (this.#count[entry] as number) - 1
  }

  /** The entry of the pair of two packed terms. */
  entryOf(a: number, b: number): number {
    const valueA = a >>> 8
    const valueB = b >>> 8
    const swap = valueA > valueB || (valueA === valueB && (a & 255) < (b & 255))
    const low = swap ? b : a
    const high = swap ? a : b
    const shift = ((high >>> 1) & 127) - ((low >>> 1) & 127)
    return this.#find(low >>> 8, ((high >>> 8) << 9) | ((shift + 128) << 1) | ((low ^ high) & 1))
  }

  /**
   * Marks an occurrence of a pair as used. Summed up over marks, what it gives is the number of repeated pairs of which
   * some occurrences are marked and some are not.
   */
  mark(entry: number): number {
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

  #find(first: number, rest: number): number {
    let slots = this.#slots
    const mask = slots.length - SLOT
    const hash = hashOf(first, rest) * SLOT
    let slot = hash & mask
    for (;;) {
      const entry = (slots[slot + 2] as number) - 1
      if (entry < 0) break
      if (slots[slot + 1] === rest && slots[slot] === first) return entry
      slot = (slot + SLOT) & mask
    }
    if (2 * SLOT * this.#size >= slots.length) {
      this.#grow()
      slots = this.#slots
      slot = freeSlot(slots, hash)
    }
    const entry = this.#size++
    this.#first[entry] = first
    this.#rest[entry] = rest
    fill(slots, slot, first, rest, entry)
    return entry
  }

  #grow(): void {
    const room = 2 * this.room
    this.#first = enlarged(this.#first, room)
    this.#rest = enlarged(this.#rest, room)
    this.#count = enlarged(this.#count, room)
    this.#marks = enlarged(this.#marks, room)
    const slots = new Int32Array(2 * SLOT * room)
    for (let entry = 0; entry < this.#size; entry++) {
      const first = this.#first[entry] as number
      const rest = this.#rest[entry] as number
      fill(slots, freeSlot(slots, hashOf(first, rest) * SLOT), first, rest, entry)
    }
    this.#slots = slots
  }
}

/** The same numbers with room for more. */
export function enlarged(old: Int32Array, room: number): Int32Array {
  const made = new Int32Array(room)
  made.set(old)
  return made
}

function fill(slots: Int32Array, slot: number, first: number, rest: number, entry: number): void {
  slots[slot] = first
  slots[slot + 1] = rest
  slots[slot + 2] = entry + 1
}

function freeSlot(slots: Int32Array, hash: number): number {
  const mask = slots.length - SLOT
  let slot = hash & mask
  while (slots[slot + 2] !== 0) slot = (slot + SLOT) & mask
  return slot
}

/** Of 28 bits, so that a slot's place is a small integer. */
function hashOf(first: number, rest: number): number {
  const hash = Math.imul(first, 0x9e3779b1) ^ Math.imul(rest, 0x85ebca6b)
  return (hash ^ (hash >>> 15)) & 0x0fffffff
}
