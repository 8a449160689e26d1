import type { Columns } from './columns.js'
import { PairCounts } from './pair-counts.js'
import { withRoom } from './room.js'

/** Entries kept for all columns together; those of further columns are looked up. 64 MB. */
const MOST_KEPT = 1 << 24

/**
 * The entry for every two terms of each column, so that it is looked up once when a term appears and not each time that
 * the pair is counted.
 */
export class ColumnPairs {
  readonly counts = new PairCounts()
  /** Row by row, one column after the other. */
  #entries = new Int32Array(0)
  #size = 0
  /** How many there are, counted each time that they occur. */
  #pairs = 0
  /** Where the entries of each column start; −1 where there was no room. */
  #start = new Int32Array(0)
  /** Rows of the terms that are being replaced. */
  #rowA = new Int32Array(0)
  #rowB = new Int32Array(0)

  constructor(readonly columns: Columns) {}

  /** Counts every pair of terms. */
  count(): void {
    const { counts, columns } = this
    this.#layOut()
    const entries = this.#entries
    for (let c = 0; c < columns.count; c++) {
      const { terms } = columns
      const first = columns.start[c] as number
      const length = columns.length[c] as number
      const start = this.#start[c] as number
      for (let a = 1; a < length; a++) {
        const term = terms[first + a] as number
        counts.reserve(a)
        for (let b = 0; b < a; b++) {
          const entry = counts.entryOf(term, terms[first + b] as number)
          counts.countUp(entry)
          if (start < 0) continue
          entries[start + a * length + b] = entry
          entries[start + b * length + a] = entry
        }
      }
    }
  }

  /** Places for all columns, and no pair yet. */
  #layOut(): void {
    const { columns } = this
    this.#start = withRoom(this.#start, columns.count)
    let size = 0
    let pairs = 0
    let longest = 0
    for (let c = 0; c < columns.count; c++) {
      const length = columns.length[c] as number
      const kept = size + length * length <= MOST_KEPT
      this.#start[c] = kept ? size : -1
      if (kept) size += length * length
      pairs += (length * length) / 2
      longest = Math.max(longest, length)
    }
    // About every other pair is one that occurred before.
    this.counts.clear(pairs / 2)
    this.#pairs = pairs
    this.#entries = withRoom(this.#entries, size)
    this.#size = size
    this.#reserveRows(longest)
  }

  /** Takes over what has been counted for the same columns. */
  copyFrom(counted: ColumnPairs): void {
    // Terms that are shared bring as many new pairs as there are pairs at first.
    this.counts.copyFrom(counted.counts, counted.#pairs)
    this.#start = withRoom(this.#start, counted.#start.length)
    this.#start.set(counted.#start)
    this.#entries = withRoom(this.#entries, counted.#size)
    this.#entries.set(counted.#entries.subarray(0, counted.#size))
    this.#size = counted.#size
    this.#reserveRows(counted.#rowA.length)
  }

  #reserveRows(longest: number): void {
    this.#rowA = withRoom(this.#rowA, longest)
    this.#rowB = withRoom(this.#rowB, longest)
  }

  /** Marks the pairs of two terms that go away with every other term of their column; gives what the marks sum up to. */
  markWithout(c: number, a: number, b: number): number {
    const { counts, columns } = this
    const first = columns.start[c] as number
    const length = columns.length[c] as number
    const placeA = columns.terms.indexOf(a, first) - first
    const placeB = columns.terms.indexOf(b, first) - first
    const start = this.#start[c] as number
    if (start < 0) {
      this.#copyRow(c, a, this.#rowA)
      this.#copyRow(c, b, this.#rowB)
      const sum = counts.markRow(this.#rowA, 0, length, placeA, placeB)
      return sum + counts.markRow(this.#rowB, 0, length, placeA, placeB)
    }
    const stride = (columns.start[c + 1] as number) - first
    const sum = counts.markRow(this.#entries, start + placeA * stride, length, placeA, placeB)
    return sum + counts.markRow(this.#entries, start + placeB * stride, length, placeA, placeB)
  }

  /** Puts `made` in the place of two terms, and counts pairs accordingly. */
  replace(c: number, a: number, b: number, made: number): void {
    const { counts, columns } = this
    const { terms } = columns
    const first = columns.start[c] as number
    const rowA = this.#rowA
    const rowB = this.#rowB
    this.#copyRow(c, a, rowA)
    this.#copyRow(c, b, rowB)
    const between = rowA[terms.indexOf(b, first) - first] as number
    this.#remove(c, a)
    this.#remove(c, b)
    const length = columns.length[c] as number
    const start = this.#start[c] as number
    const stride = (columns.start[c + 1] as number) - first
    const entries = this.#entries
    counts.reserve(length)
    const { count } = counts
    for (let m = 0; m < length; m++) {
      const goneA = rowA[m] as number
      const goneB = rowB[m] as number
      count[goneA] = (count[goneA] as number) - 1
      count[goneB] = (count[goneB] as number) - 1
      const entry = counts.entryOf(made, terms[first + m] as number)
      counts.countUp(entry)
      if (start < 0) continue
      entries[start + length * stride + m] = entry
      entries[start + m * stride + length] = entry
    }
    count[between] = (count[between] as number) - 1
    terms[first + length] = made
    columns.length[c] = length + 1
  }

  #copyRow(c: number, term: number, row: Int32Array): void {
    const { counts, columns } = this
    const { terms } = columns
    const first = columns.start[c] as number
    const length = columns.length[c] as number
    const start = this.#start[c] as number
    if (start >= 0) {
      const stride = (columns.start[c + 1] as number) - first
      const from = start + (terms.indexOf(term, first) - first) * stride
      const entries = this.#entries
      for (let m = 0; m < length; m++) row[m] = entries[from + m] as number
      return
    }
    for (let m = 0; m < length; m++) {
      const other = terms[first + m] as number
      row[m] = other === term ? 0 : counts.entryOf(term, other)
    }
  }

  /** The last term takes the place of the one that goes, in the copied rows as well. */
  #remove(c: number, term: number): void {
    const { columns } = this
    const { terms } = columns
    const first = columns.start[c] as number
    const at = terms.indexOf(term, first) - first
    const last = (columns.length[c] as number) - 1
    columns.length[c] = last
    if (at === last) return
    terms[first + at] = terms[first + last] as number
    this.#rowA[at] = this.#rowA[last] as number
    this.#rowB[at] = this.#rowB[last] as number
    const start = this.#start[c] as number
    if (start < 0) return
    const entries = this.#entries
    const stride = (columns.start[c + 1] as number) - first
    for (let m = 0; m < last; m++) {
      const entry = entries[start + last * stride + m] as number
      entries[start + at * stride + m] = entry
      entries[start + m * stride + at] = entry
    }
  }
}
