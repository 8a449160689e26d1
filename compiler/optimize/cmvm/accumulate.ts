import type { AdderGraph } from './adder-graph.js'
import type { Columns } from './columns.js'
import { isNegative, packTerm, positionOf, valueIn, weightOf } from './terms.js'

/** Which two terms of a sum meet next: those ready first, or those whose adder is smallest where time allows. */
export type JoiningOrder = 'earliest' | 'cheapest'

/** Past this many terms those ready first are joined, whatever the order. */
const MOST_COMPARED = 40

/** Sums columns up. */
export class Accumulator {
  /** Places in the column of the terms that are to be joined. */
  #a = 0
  #b = 0
  /** By place and place, the score of joining two terms; kept while a column of few terms is joined cheapest first. */
  readonly #scores = new Int32Array(MOST_COMPARED * MOST_COMPARED)

  /** Joins two terms at a time, until one is left. */
  sumUp(graph: AdderGraph, columns: Columns, c: number, order: JoiningOrder): void {
    const { length } = columns
    const most = order === 'cheapest' ? MOST_COMPARED : 1
    while ((length[c] as number) > most) {
      this.#findEarliest(graph, columns, c)
      this.#join(graph, columns, c)
    }
    if ((length[c] as number) > 1) this.#joinCheapest(graph, columns, c)
  }

  #joinCheapest(graph: AdderGraph, columns: Columns, c: number): void {
    const { length } = columns
    for (let place = 1; place < (length[c] as number); place++) this.#score(graph, columns, c, place, place)
    for (let last = (length[c] as number) - 1; last > 0; last--) {
      if (!this.#findCheapest(graph, columns, c)) this.#findEarliest(graph, columns, c)
      this.#join(graph, columns, c)
      this.#moveScores(last, Math.max(this.#a, this.#b))
      this.#score(graph, columns, c, Math.min(this.#a, this.#b), last)
    }
  }

  /** The two terms that are ready first; small ones among equals. */
  #findEarliest(graph: AdderGraph, columns: Columns, c: number): void {
    const { terms } = columns
    const start = columns.start[c] as number
    const length = columns.length[c] as number
    let least = 0
    let next = -1
    for (let place = 1; place < length; place++) {
      const term = terms[start + place] as number
      if (precedes(graph, term, terms[start + least] as number)) {
        next = least
        least = place
      } else if (next < 0 || precedes(graph, term, terms[start + next] as number)) {
        next = place
      }
    }
    this.#a = least
    this.#b = next
  }

  /** The pair of the least score that leaves time for the rest; false where none does. */
  #findCheapest(graph: AdderGraph, columns: Columns, c: number): boolean {
    const scores = this.#scores
    const length = columns.length[c] as number
    let least = Number.MAX_SAFE_INTEGER
    for (let a = 1; a < length; a++) {
      const row = a * MOST_COMPARED
      for (let b = 0; b < a; b++) {
        const score = scores[row + b] as number
        if (score >= least || !fits(graph, columns, c, a, b)) continue
        least = score
        this.#a = a
        this.#b = b
      }
    }
    return least < Number.MAX_SAFE_INTEGER
  }

  /** Scores the term of a place with those of all others below `end`. */
  #score(graph: AdderGraph, columns: Columns, c: number, place: number, end: number): void {
    const { terms } = columns
    const scores = this.#scores
    const start = columns.start[c] as number
    const term = terms[start + place] as number
    for (let other = 0; other < end; other++) {
      if (other === place) continue
      const score = scoreOf(graph, term, terms[start + other] as number)
      scores[place * MOST_COMPARED + other] = score
      scores[other * MOST_COMPARED + place] = score
    }
  }

  /** The term of the last place has moved. */
  #moveScores(last: number, to: number): void {
    const scores = this.#scores
    for (let other = 0; other < last; other++) {
      const score = scores[last * MOST_COMPARED + other] as number
      scores[to * MOST_COMPARED + other] = score
      scores[other * MOST_COMPARED + to] = score
    }
  }

  /** The sum takes the lower place, and the column's last term the other. */
  #join(graph: AdderGraph, columns: Columns, c: number): void {
    const { terms } = columns
    const start = columns.start[c] as number
    const one = terms[start + this.#a] as number
    const other = terms[start + this.#b] as number
    const x = standsRight(one, other) ? other : one
    const y = x === one ? other : one
    const left = valueIn(x)
    const right = valueIn(y)
    const made = graph.add(left, right, positionOf(y) - positionOf(x), isNegative(x) !== isNegative(y))
    columns.spend(graph, c, made, left, right)
    const last = (columns.length[c] as number) - 1
    columns.length[c] = last
    terms[start + Math.max(this.#a, this.#b)] = terms[start + last] as number
    terms[start + Math.min(this.#a, this.#b)] = packTerm(made, positionOf(x), isNegative(x))
  }
}

/** Whether the first of two terms comes to the right of the second: it is negative, and that one is not. */
function standsRight(term: number, other: number): boolean {
  // Two terms are added without negating both: the positive one stands left; two negated ones are added and stay so.
  return (term & 1) > (other & 1)
}

/** Less for a smaller adder, then for lower terms, as low bits stay free, then for an earlier sum. */
function scoreOf(graph: AdderGraph, one: number, other: number): number {
  const x = standsRight(one, other) ? other : one
  const y = x === one ? other : one
  const left = x >>> 8
  const right = y >>> 8
  const bits = graph.bitsOf(left, right, positionOf(y) - positionOf(x), ((x ^ y) & 1) === 1)
  const ready = Math.max(graph.latency[left] as number, graph.latency[right] as number) + graph.delayOfBits(bits)
  return (graph.costOfBits(bits) * 4096 + Math.max(topOf(graph, one), topOf(graph, other))) * 64 + Math.min(ready, 63)
}

/** Whether the time that a column has left is enough for joining the terms of two places. */
function fits(graph: AdderGraph, { terms, start, bound, slack }: Columns, c: number, a: number, b: number): boolean {
  const first = start[c] as number
  const one = terms[first + a] as number
  const other = terms[first + b] as number
  const x = standsRight(one, other) ? other : one
  const y = x === one ? other : one
  const latest = bound[c] as number
  const ready = graph.readyAt(valueIn(x), valueIn(y), positionOf(y) - positionOf(x), isNegative(x) !== isNegative(y))
  const before = weightOf(graph.latency[valueIn(x)] as number, latest)
  const after = weightOf(graph.latency[valueIn(y)] as number, latest)
  return weightOf(ready, latest) - before - after <= (slack[c] as number)
}

function precedes(graph: AdderGraph, x: number, y: number): boolean {
  const ready = (graph.latency[valueIn(x)] as number) - (graph.latency[valueIn(y)] as number)
  if (ready !== 0) return ready < 0
  const top = topOf(graph, x) - topOf(graph, y)
  return top !== 0 ? top < 0 : x < y
}

function topOf(graph: AdderGraph, term: number): number {
  return (graph.top[term >>> 8] as number) + ((term >>> 1) & 127)
}
