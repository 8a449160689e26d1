import type { AdderGraph } from './adder-graph.js'
import type { ColumnPairs } from './column-pairs.js'
import type { Columns } from './columns.js'
import type { PairCounts } from './pair-counts.js'
import type { Places } from './places.js'
import { withRoom } from './room.js'
import { isNegative, MOST_POSITIONS, packTerm, positionOf, weightOf } from './terms.js'

/** Where a pair of terms, first ± second · 2^shift, occurs, as far as each column can take it. */
export class Occurrences {
  total = 0
  entry = 0
  score = 0
  first = 0
  second = 0
  shift = 0
  subtract = false
  /** Per occurrence: column, first term, second term; `total` of them. */
  list = new Int32Array(96)
  /** Terms of the first value in the column at hand. */
  readonly #firsts = new Int32Array(MOST_POSITIONS)
  /** Its terms of the second value by position, −1 for none. */
  readonly #seconds = new Int32Array(MOST_POSITIONS).fill(-1)

  /** Looks for a pair in all columns that may have both its values. */
  search(graph: AdderGraph, columns: Columns, places: Places, counts: PairCounts, entry: number): void {
    this.total = 0
    this.entry = entry
    this.first = counts.first[entry] as number
    this.second = counts.secondOf(entry)
    this.shift = counts.shiftOf(entry)
    this.subtract = counts.subtractOf(entry)
    const { words, bits } = places
    const ready = graph.readyAt(this.first, this.second, this.shift, this.subtract)
    const ofFirst = this.first * words
    const ofSecond = this.second * words
    for (let w = 0; w < words; w++) {
      let both = (bits[ofFirst + w] as number) & (bits[ofSecond + w] as number)
      for (; both !== 0; both &= both - 1) {
        const c = 32 * w + 31 - Math.clz32(both & -both)
        const found = this.#collect(columns, c)
        if (found > 0) this.#match(c, found, roomFor(graph, columns, c, this.first, this.second, ready))
      }
    }
  }

  /** Terms of both values in a column; gives the number of those of the first where there are any of the second. */
  #collect({ terms, start, length }: Columns, c: number): number {
    const { first, second } = this
    const firsts = this.#firsts
    const seconds = this.#seconds
    seconds.fill(-1)
    let found = 0
    let any = false
    const from = start[c] as number
    const end = from + (length[c] as number)
    for (let n = from; n < end; n++) {
      const term = terms[n] as number
      const value = term >>> 8
      if (value === second) {
        seconds[(term >>> 1) & 127] = term
        any = true
      }
      if (value === first) firsts[found++] = term
    }
    if (!any) return 0
    // Along a chain of terms of one value, pairs are taken from the end that shift leads away from.
    if (first === second) firsts.subarray(0, found).sort()
    return found
  }

  /** Pairs the terms up, as many times as there is room for. */
  #match(c: number, found: number, room: number): void {
    const { first, second, shift } = this
    const flip = this.subtract ? 1 : 0
    const firsts = this.#firsts
    const seconds = this.#seconds
    const same = first === second
    let left = room
    for (let n = 0; n < found && left > 0; n++) {
      const term = firsts[same && shift < 0 ? found - 1 - n : n] as number
      const position = (term >>> 1) & 127
      // A term that is the second of an occurrence of its own value is taken.
      if (same && seconds[position] !== term) continue
      const at = position + shift
      if (at < 0 || at >= MOST_POSITIONS) continue
      const other = seconds[at] as number
      if (other < 0 || ((other ^ term) & 1) !== flip) continue
      seconds[at] = -1
      if (same) seconds[position] = -1
      this.#add(c, term, other)
      left--
    }
  }

  #add(column: number, first: number, second: number): void {
    const at = 3 * this.total++
    this.list = withRoom(this.list, at + 3)
    this.list[at] = column
    this.list[at + 1] = first
    this.list[at + 2] = second
  }

  /** Puts `made` in the place of both terms of every occurrence. */
  replace(graph: AdderGraph, pairs: ColumnPairs, places: Places, made: number): void {
    const { list, first, second } = this
    const { columns } = pairs
    for (let n = 0; n < 3 * this.total; n += 3) {
      const c = list[n] as number
      const a = list[n + 1] as number
      pairs.replace(c, a, list[n + 2] as number, packTerm(made, positionOf(a), isNegative(a)))
      places.add(made, c)
      columns.spend(graph, c, made, first, second)
    }
  }
}

/** How many times a column has the time to put a term that is ready at a level in the place of two values. */
function roomFor(
  graph: AdderGraph,
  { bound, slack }: Columns,
  c: number,
  first: number,
  second: number,
  ready: number,
): number {
  const latest = bound[c] as number
  const used =
    weightOf(ready, latest) -
    weightOf(graph.latency[first] as number, latest) -
    weightOf(graph.latency[second] as number, latest)
  return used > 0 ? Math.min(Math.floor((slack[c] as number) / used), MOST_POSITIONS) : MOST_POSITIONS
}
