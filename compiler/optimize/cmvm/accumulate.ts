import type { AdderGraph } from './adder-graph.js'
import type { Columns } from './columns.js'
import { isNegative, packTerm, positionOf, valueIn, weightOf } from './terms.js'

/** Which two terms of a sum meet next: those ready first, or those whose adder is smallest where time allows. */
export type JoiningOrder = 'earliest' | 'cheapest'

/** Past this many terms those ready first are joined, whatever the order. */
const MOST_COMPARED = 40

/** Sums a column up, two terms at a time, until one is left. */
export function accumulate(graph: AdderGraph, columns: Columns, c: number, order: JoiningOrder): void {
  while ((columns.length[c] as number) > 1) {
    const compared = order === 'cheapest' && (columns.length[c] as number) <= MOST_COMPARED
    if (!compared || !joinCheapest(graph, columns, c)) joinEarliest(graph, columns, c)
  }
}

/** Joins the two terms that are ready first; small ones among equals. */
function joinEarliest(graph: AdderGraph, columns: Columns, c: number): void {
  const { terms } = columns
  const start = columns.start[c] as number
  const end = start + (columns.length[c] as number)
  let least = -1
  let next = -1
  for (let at = start; at < end; at++) {
    const term = terms[at] as number
    if (least < 0 || precedes(graph, term, terms[least] as number)) {
      next = least
      least = at
    } else if (next < 0 || precedes(graph, term, terms[next] as number)) {
      next = at
    }
  }
  join(graph, columns, c, least, next)
}

function precedes(graph: AdderGraph, x: number, y: number): boolean {
  const ready = (graph.latency[valueIn(x)] as number) - (graph.latency[valueIn(y)] as number)
  if (ready !== 0) return ready < 0
  const top = topOf(graph, x) - topOf(graph, y)
  return top !== 0 ? top < 0 : x < y
}

/**
 * Joins the pair of the smallest adder that leaves time for the rest; lowest terms first among equals, as low bits stay
 * free. False where none does.
 */
function joinCheapest(graph: AdderGraph, columns: Columns, c: number): boolean {
  const { terms } = columns
  const start = columns.start[c] as number
  const end = start + (columns.length[c] as number)
  const bound = columns.bound[c] as number
  const slack = columns.slack[c] as number
  let bestA = -1
  let bestB = -1
  let bestScore = Number.POSITIVE_INFINITY
  for (let a = start + 1; a < end; a++) {
    const one = terms[a] as number
    const top = topOf(graph, one)
    for (let b = start; b < a; b++) {
      const other = terms[b] as number
      const x = standsRight(one, other) ? other : one
      const y = x === one ? other : one
      const left = valueIn(x)
      const right = valueIn(y)
      const bits = graph.bitsOf(left, right, positionOf(y) - positionOf(x), isNegative(x) !== isNegative(y))
      const before = graph.latency[left] as number
      const after = graph.latency[right] as number
      const ready = Math.max(before, after) + graph.delayOfBits(bits)
      const score = (graph.costOfBits(bits) * 4096 + Math.max(top, topOf(graph, other))) * 64 + Math.min(ready, 63)
      if (score >= bestScore) continue
      if (weightOf(ready, bound) - weightOf(before, bound) - weightOf(after, bound) > slack) continue
      bestScore = score
      bestA = a
      bestB = b
    }
  }
  if (bestA < 0) return false
  join(graph, columns, c, bestA, bestB)
  return true
}

function topOf(graph: AdderGraph, term: number): number {
  return (graph.top[valueIn(term)] as number) + positionOf(term)
}

/** Whether the first of two terms comes to the right of the second: it is negative, and that one is not. */
function standsRight(term: number, other: number): boolean {
  return isNegative(term) && !isNegative(other)
}

/**
 * Adds the terms of two places without negating both: the positive one stands left; two negated ones are added and stay so.
 * The sum takes the lower place, and the column's last term the other.
 */
function join(graph: AdderGraph, columns: Columns, c: number, a: number, b: number): void {
  const { terms } = columns
  const turned = standsRight(terms[a] as number, terms[b] as number)
  const x = terms[turned ? b : a] as number
  const y = terms[turned ? a : b] as number
  const left = valueIn(x)
  const right = valueIn(y)
  const made = graph.add(left, right, positionOf(y) - positionOf(x), isNegative(x) !== isNegative(y))
  columns.spend(graph, c, made, left, right)
  const last = (columns.length[c] as number) - 1
  columns.length[c] = last
  terms[Math.max(a, b)] = terms[(columns.start[c] as number) + last] as number
  terms[Math.min(a, b)] = packTerm(made, positionOf(x), isNegative(x))
}
