import { PairCounts } from './pair-counts.js'
import type { Column } from './terms.js'

/** Entries kept for all columns together; those of further columns are looked up. 64 MB. */
const MOST_KEPT = 1 << 24

/**
 * The entry for every two terms of each column, so that it is looked up once when a term appears and not each time that
 * the pair is counted.
 */
export class ColumnPairs {
  readonly counts: PairCounts
  /** Per column, row by row; null where there is no room. */
  readonly #entries: (Int32Array | null)[]
  readonly #scratch: readonly [Int32Array, Int32Array]

  /** Counts every pair of terms, or takes over what has been counted for the same columns. */
  constructor(
    readonly columns: readonly Column[],
    counted: ColumnPairs | null,
  ) {
    const longest = columns.reduce((most, { length }) => Math.max(most, length), 0)
    this.#scratch = [new Int32Array(longest), new Int32Array(longest)]
    if (counted !== null) {
      this.counts = counted.counts.copy()
      this.#entries = counted.#entries.map((kept) => kept?.slice() ?? null)
      return
    }
    // About every other pair is one that occurred before.
    this.counts = new PairCounts(columns.reduce((pairs, { length }) => pairs + (length * length) / 4, 0))
    this.#entries = []
    let room = MOST_KEPT
    for (const { terms, length } of columns) {
      const kept = length * length <= room ? new Int32Array(length * length) : null
      if (kept !== null) room -= kept.length
      this.#entries.push(kept)
      for (let a = 1; a < length; a++) {
        for (let b = 0; b < a; b++) {
          const entry = this.counts.entryOf(terms[a] as number, terms[b] as number)
          this.counts.countUp(entry)
          if (kept !== null) kept[a * length + b] = kept[b * length + a] = entry
        }
      }
    }
  }

  /** Marks the pairs of two terms that go away with every other term of their column; gives what the marks sum up to. */
  markWithout(c: number, a: number, b: number): number {
    const { terms, length } = this.columns[c] as Column
    const { counts } = this
    const [atA, atB] = [terms.indexOf(a), terms.indexOf(b)]
    const entries = this.#entries[c] as Int32Array | null
    const stride = terms.length
    let sum = 0
    for (let m = 0; m < length; m++) {
      if (m === atA || m === atB) continue
      if (entries !== null) {
        sum += counts.mark(entries[atA * stride + m] as number) + counts.mark(entries[atB * stride + m] as number)
      } else {
        const other = terms[m] as number
        sum += counts.mark(counts.entryOf(a, other)) + counts.mark(counts.entryOf(b, other))
      }
    }
    return sum
  }

  /** Puts `made` in the place of two terms, and counts pairs accordingly. */
  replace(c: number, a: number, b: number, made: number): void {
    const column = this.columns[c] as Column
    const { terms } = column
    const { counts } = this
    const [ofA, ofB] = this.#scratch
    this.#copyRow(c, a, ofA)
    this.#copyRow(c, b, ofB)
    const between = ofA[terms.indexOf(b)] as number
    this.#remove(c, a)
    this.#remove(c, b)
    const { length } = column
    const entries = this.#entries[c] as Int32Array | null
    const stride = terms.length
    for (let m = 0; m < length; m++) {
      counts.countDown(ofA[m] as number)
      counts.countDown(ofB[m] as number)
      const entry = counts.entryOf(made, terms[m] as number)
      counts.countUp(entry)
      if (entries !== null) entries[length * stride + m] = entries[m * stride + length] = entry
    }
    counts.countDown(between)
    terms[length] = made
    column.length = length + 1
  }

  #copyRow(c: number, term: number, row: Int32Array): void {
    const { terms, length } = this.columns[c] as Column
    const entries = this.#entries[c] as Int32Array | null
    const start = terms.indexOf(term) * terms.length
    for (let m = 0; m < length; m++) {
      const other = terms[m] as number
      row[m] = entries !== null ? (entries[start + m] as number) : other === term ? 0 : this.counts.entryOf(term, other)
    }
  }

  /** The last term takes the place of the one that goes, in the copied rows as well. */
  #remove(c: number, term: number): void {
    const column = this.columns[c] as Column
    const { terms } = column
    const at = terms.indexOf(term)
    const last = --column.length
    terms[at] = terms[last] as number
    for (const row of this.#scratch) row[at] = row[last] as number
    const entries = this.#entries[c] as Int32Array | null
    if (entries === null || at === last) return
    const stride = terms.length
    for (let m = 0; m < last; m++) {
      const entry = entries[last * stride + m] as number
      entries[at * stride + m] = entry
      entries[m * stride + at] = entry
    }
  }
}
