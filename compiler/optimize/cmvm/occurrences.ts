import type { AdderGraph } from './adder-graph.js'
import type { ColumnPairs } from './column-pairs.js'
import { type Column, isNegative, MOST_POSITIONS, packTerm, positionOf, valueIn, weightOf } from './terms.js'

/** first ± second · 2^shift */
export interface Pair {
  readonly first: number
  readonly second: number
  readonly shift: number
  readonly subtract: boolean
}

/** The columns in which each value has been a term, in ascending order; it may be gone from them. */
export class Places {
  readonly #columns: number[][] = []
  constructor(columns: readonly Column[]) {
    for (const [c, { terms, length }] of columns.entries()) {
      for (let n = 0; n < length; n++) this.add(valueIn(terms[n] as number), c)
    }
  }

  /** Columns must come in ascending order for each value. */
  add(value: number, column: number): void {
    const known = this.#columns[value]
    if (known === undefined) this.#columns[value] = [column]
    else if (known[known.length - 1] !== column) known.push(column)
  }

  /** Columns that may have both values of a pair. */
  ofBoth({ first, second }: Pair): readonly number[] {
    const [a, b] = [this.#columns[first] ?? [], this.#columns[second] ?? []]
    return a.length <= b.length ? a : b
  }
}

/** Where a pair occurs, as far as each column can take it. */
export class Occurrences {
  total = 0
  entry = -1
  score = 0
  pair: Pair = { first: 0, second: 0, shift: 0, subtract: false }
  /** Per occurrence: column, first term, second term; `total` of them. */
  list = new Int32Array(96)
  readonly #firsts: number[] = []
  readonly #seconds = new Int32Array(2 * MOST_POSITIONS).fill(-1)

  /** Looks in the columns of the given numbers. */
  search(graph: AdderGraph, columns: readonly Column[], where: readonly number[], pair: Pair, ready: number): void {
    this.total = 0
    this.pair = pair
    const { first, second, shift } = pair
    const flip = pair.subtract ? 1 : 0
    for (const c of where) {
      const column = columns[c] as Column
      const { terms, length, bound } = column
      const firsts = this.#firsts
      const seconds = this.#seconds
      firsts.length = 0
      let any = false
      for (let n = 0; n < length; n++) {
        const term = terms[n] as number
        const value = term >>> 8
        if (value === first) firsts.push(term)
        if (value === second) {
          seconds[(term >>> 1) & 127] = term
          any = true
        }
      }
      if (!any) continue
      if (firsts.length > 0) {
        let room = Number.POSITIVE_INFINITY
        if (column.slack !== Number.POSITIVE_INFINITY) {
          const used =
            weightOf(ready, bound) -
            weightOf(graph.latency[first] as number, bound) -
            weightOf(graph.latency[second] as number, bound)
          if (used > 0) room = Math.floor(column.slack / used)
        }
        if (first === second) firsts.sort((a, b) => (shift < 0 ? 1 : -1) * (positionOf(b) - positionOf(a)))
        for (let n = 0; n < firsts.length && room > 0; n++) {
          const term = firsts[n] as number
          // A term that is the second of an occurrence of its own value is taken.
          if (first === second && seconds[positionOf(term)] !== term) continue
          const at = positionOf(term) + shift
          if (at < 0 || at >= MOST_POSITIONS) continue
          const other = seconds[at] as number
          if (other < 0 || ((other ^ term) & 1) !== flip) continue
          this.#add(c, term, other)
          seconds[at] = -1
          if (first === second) seconds[positionOf(term)] = -1
          room--
        }
      }
      for (let n = 0; n < length; n++) {
        const term = terms[n] as number
        if (term >>> 8 === second) seconds[(term >>> 1) & 127] = -1
      }
    }
  }

  #add(column: number, first: number, second: number): void {
    const at = 3 * this.total++
    if (at === this.list.length) {
      const longer = new Int32Array(2 * at)
      longer.set(this.list)
      this.list = longer
    }
    this.list[at] = column
    this.list[at + 1] = first
    this.list[at + 2] = second
  }

  /** Puts `made` in the place of both terms of every occurrence. */
  replace(graph: AdderGraph, pairs: ColumnPairs, places: Places, made: number): void {
    const list = this.list
    for (let n = 0; n < 3 * this.total; n += 3) {
      const c = list[n] as number
      const a = list[n + 1] as number
      const b = list[n + 2] as number
      pairs.replace(c, a, b, packTerm(made, positionOf(a), isNegative(a)))
      places.add(made, c)
      const column = pairs.columns[c] as Column
      column.slack -=
        weightOf(graph.latency[made] as number, column.bound) -
        weightOf(graph.latency[valueIn(a)] as number, column.bound) -
        weightOf(graph.latency[valueIn(b)] as number, column.bound)
    }
  }
}
