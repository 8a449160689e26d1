import { ceilLog2, powerOfTwo } from '../../numeric/exponent.js'
import { withRoom } from './room.js'

/** Numbers per slot; a power of two. */
const SLOT = 2

/** Bounds of the entries that room is made for at first, as exponents of two. */
const LEAST_ROOM = 8
const MOST_ROOM = 18

/**
 * How often each pair of terms occurs. A pair is "first ± second · 2^shift" up to a common shift and sign, first ≤ second;
 * its entry is a small number that stays. Arrays by entry are open to those who count in their innermost loops: they may
 * lower and raise `count`, the latter as `countUp` does, and leave `marks` at 0 as `unmark` does.
 */
export class PairCounts {
  /** Entries that there is room for; all are below it. */
  room = 0
  size = 0
  first = new Int32Array(0)
  /** second · 2^9 + (shift + 128) · 2 + subtract */
  rest = new Int32Array(0)
  count = new Int32Array(0)
  /** What was counted up to two or more since it was last emptied, each once. */
  risen = new Int32Array(0)
  risenCount = 0
  /** Open addressing; per slot rest and entry + 1, so that hardly a probe looks further. */
  slots = new Int32Array(0)
  /** 1 for an entry in `risen`. */
  waiting = new Uint8Array(0)
  /** Occurrences of each entry that are marked, and the entries of which there are any. */
  marks = new Int32Array(0)
  marked = new Int32Array(0)
  markedCount = 0

  /** `expected`: how many entries there may be. */
  clear(expected: number): void {
    const room = powerOfTwo(Math.min(Math.max(ceilLog2(Math.max(expected, 1)), LEAST_ROOM), MOST_ROOM))
    if (room > this.room) this.#makeRoom(room)
    else this.slots.fill(0)
    this.count.fill(0, 0, this.size)
    this.emptyRisen()
    this.size = 0
  }

  /** Takes over entries and counts. */
  copyFrom(other: PairCounts, expected: number): void {
    const { size, risenCount } = other
    this.clear(Math.max(expected, size))
    this.reserve(size)
    this.first.set(other.first.subarray(0, size))
    this.rest.set(other.rest.subarray(0, size))
    this.count.set(other.count.subarray(0, size))
    this.risen.set(other.risen.subarray(0, risenCount))
    this.waiting.set(other.waiting.subarray(0, size))
    this.risenCount = risenCount
    this.size = size
    this.#fillSlots()
  }

  secondOf(entry: number): number {
    return (this.rest[entry] as number) >>> 9
  }

  shiftOf(entry: number): number {
    return (((this.rest[entry] as number) >>> 1) & 255) - 128
  }

  subtractOf(entry: number): boolean {
    return ((this.rest[entry] as number) & 1) === 1
  }

  countUp(entry: number): void {
    const count = (this.count[entry] as number) + 1
    this.count[entry] = count
    if (count < 2 || this.waiting[entry] === 1) return
    this.waiting[entry] = 1
    this.risen[this.risenCount++] = entry
  }

  /** Makes sure of room for so many more entries; they must be asked for before. */
  reserve(more: number): void {
    if (this.size + more > this.room) this.#grow(this.size + more)
  }

  /** The entry of the pair of two packed terms. */
  entryOf(a: number, b: number): number {
    const valueA = a >>> 8
    const valueB = b >>> 8
    const swap = valueA > valueB || (valueA === valueB && (a & 255) < (b & 255))
    const low = swap ? b : a
    const high = swap ? a : b
    const first = low >>> 8
    const rest = ((high >>> 8) << 9) | ((((high >>> 1) & 127) - ((low >>> 1) & 127) + 128) << 1) | ((low ^ high) & 1)
    const { slots } = this
    const mask = slots.length - SLOT
    let slot = (hashOf(first, rest) * SLOT) & mask
    for (let entry = (slots[slot + 1] as number) - 1; entry >= 0; entry = (slots[slot + 1] as number) - 1) {
      if (slots[slot] === rest && this.first[entry] === first) return entry
      slot = (slot + SLOT) & mask
    }
    const entry = this.size++
    this.first[entry] = first
    this.rest[entry] = rest
    slots[slot] = rest
    slots[slot + 1] = entry + 1
    return entry
  }

  /**
   * Marks an occurrence of each pair of a row as used, but for two places. Summed up over rows, what it gives is the number
   * of repeated pairs of which some occurrences are marked and some are not.
   */
  markRow(row: Int32Array, from: number, length: number, placeA: number, placeB: number): number {
    const { count, marks, marked } = this
    let sum = 0
    for (let m = 0; m < length; m++) {
      const entry = row[from + m] as number
      const occurrences = count[entry] as number
      if (occurrences < 2 || m === placeA || m === placeB) continue
      const used = (marks[entry] as number) + 1
      marks[entry] = used
      if (used === 1) {
        marked[this.markedCount++] = entry
        sum++
      } else if (used === occurrences) sum--
    }
    return sum
  }

  unmark(): void {
    const { marks, marked } = this
    for (let n = 0; n < this.markedCount; n++) marks[marked[n] as number] = 0
    this.markedCount = 0
  }

  /** Forgets what has risen. */
  emptyRisen(): void {
    const { waiting, risen } = this
    for (let n = 0; n < this.risenCount; n++) waiting[risen[n] as number] = 0
    this.risenCount = 0
  }

  #grow(least: number): void {
    let room = this.room
    while (room < least) room *= 2
    this.#makeRoom(room)
    this.#fillSlots()
  }

  #fillSlots(): void {
    const { slots, first, rest, size } = this
    for (let entry = 0; entry < size; entry++) {
      const slot = freeSlot(slots, first[entry] as number, rest[entry] as number)
      slots[slot] = rest[entry] as number
      slots[slot + 1] = entry + 1
    }
  }

  /** Leaves the slots empty. */
  #makeRoom(room: number): void {
    this.room = room
    this.slots = new Int32Array(2 * SLOT * room)
    this.first = withRoom(this.first, room)
    this.rest = withRoom(this.rest, room)
    this.count = withRoom(this.count, room)
    this.risen = withRoom(this.risen, room)
    this.marks = withRoom(this.marks, room)
    this.marked = withRoom(this.marked, room)
    const { waiting } = this
    this.waiting = new Uint8Array(room)
    this.waiting.set(waiting)
  }
}

function freeSlot(slots: Int32Array, first: number, rest: number): number {
  const mask = slots.length - SLOT
  let slot = (hashOf(first, rest) * SLOT) & mask
  while (slots[slot + 1] !== 0) slot = (slot + SLOT) & mask
  return slot
}

/** Of 28 bits, so that a slot's place is a small integer. */
function hashOf(first: number, rest: number): number {
  const hash = Math.imul(first, 0x9e3779b1) ^ Math.imul(rest, 0x85ebca6b)
  return (hash ^ (hash >>> 15)) & 0x0fffffff
}
