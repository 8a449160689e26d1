import type { AdderGraph } from './adder-graph.js'
import { type Column, isNegative, packTerm, positionOf, valueIn, weightOf } from './terms.js'

/** Which two terms of a sum meet next: those ready first, or those whose adder is smallest where time allows. */
export type JoiningOrder = 'earliest' | 'cheapest'

/** Past this many terms those ready first are joined, whatever the order. */
const MOST_COMPARED = 40

/** Sums a column up, two terms at a time, until one is left. */
export function accumulate(graph: AdderGraph, column: Column, order: JoiningOrder): void {
  while (column.length > 1) {
    const cheapest = order === 'cheapest' && column.length <= MOST_COMPARED ? cheapestPair(graph, column) : null
    const [a, b] = cheapest ?? earliestPair(graph, column)
    join(graph, column, a, b)
  }
}

/** Two places in the column, of the terms that are ready first; small ones among equals. */
function earliestPair(graph: AdderGraph, { terms, length }: Column): readonly [number, number] {
  let least = -1
  let next = -1
  const precedes = (a: number, b: number): boolean => {
    const [x, y] = [terms[a] as number, terms[b] as number]
    const ready = (graph.latency[valueIn(x)] as number) - (graph.latency[valueIn(y)] as number)
    if (ready !== 0) return ready < 0
    const top = topOf(graph, x) - topOf(graph, y)
    return top !== 0 ? top < 0 : x < y
  }
  for (let at = 0; at < length; at++) {
    if (least < 0 || precedes(at, least)) {
      next = least
      least = at
    } else if (next < 0 || precedes(at, next)) {
      next = at
    }
  }
  return [least, next]
}

/** The pair of the smallest adder that leaves time for the rest; lowest terms first among equals, as low bits stay free. */
function cheapestPair(graph: AdderGraph, column: Column): readonly [number, number] | null {
  const { terms, length, bound, slack } = column
  let bestA = -1
  let bestB = -1
  let bestScore = Number.POSITIVE_INFINITY
  for (let a = 1; a < length; a++) {
    const one = terms[a] as number
    const top = topOf(graph, one)
    for (let b = 0; b < a; b++) {
      const other = terms[b] as number
      const x = standsRight(one, other) ? other : one
      const y = x === one ? other : one
      const left = valueIn(x)
      const right = valueIn(y)
      const bits = graph.bitsOf(left, right, positionOf(y) - positionOf(x), isNegative(x) !== isNegative(y))
      const before = graph.latency[left] as number
      const after = graph.latency[right] as number
      const ready = Math.max(before, after) + graph.delayOfBits(bits)
      if (weightOf(ready, bound) - weightOf(before, bound) - weightOf(after, bound) > slack) continue
      const score = (graph.costOfBits(bits) * 4096 + Math.max(top, topOf(graph, other))) * 64 + Math.min(ready, 63)
      if (score < bestScore) {
        bestScore = score
        bestA = a
        bestB = b
      }
    }
  }
  return bestA < 0 ? null : [bestA, bestB]
}

function topOf(graph: AdderGraph, term: number): number {
  return (graph.top[valueIn(term)] as number) + positionOf(term)
}

/** Whether the first of two terms comes to the right of the second: it is negative, and that one is not. */
function standsRight(term: number, other: number): boolean {
  return isNegative(term) && !isNegative(other)
}

/** How two terms are added without negating both: the positive one stands left; two negated ones are added and stay so. */
function joined(
  a: number,
  b: number,
): { left: number; right: number; shift: number; subtract: boolean; position: number; negate: boolean } {
  const [x, y] = standsRight(a, b) ? [b, a] : [a, b]
  return {
    left: valueIn(x),
    right: valueIn(y),
    shift: positionOf(y) - positionOf(x),
    subtract: isNegative(x) !== isNegative(y),
    position: positionOf(x),
    negate: isNegative(x),
  }
}

function join(graph: AdderGraph, column: Column, a: number, b: number): void {
  const { terms, bound } = column
  const { left, right, shift, subtract, position, negate } = joined(terms[a] as number, terms[b] as number)
  const made = graph.add(left, right, shift, subtract)
  column.slack -=
    weightOf(graph.latency[made] as number, bound) -
    weightOf(graph.latency[left] as number, bound) -
    weightOf(graph.latency[right] as number, bound)
  const [low, high] = a < b ? [a, b] : [b, a]
  terms[high] = terms[column.length - 1] as number
  terms[low] = packTerm(made, position, negate)
  column.length--
}
