import type { AdderGraph } from './adder-graph.js'
import { ColumnPairs } from './column-pairs.js'
import { Occurrences, type Pair, Places } from './occurrences.js'
import type { PairCounts } from './pair-counts.js'
import { PairQueue } from './pair-queue.js'
import type { Column } from './terms.js'

/** How pairs of terms are weighed against each other; what each way leads to, only trying tells. */
export interface SharingStyle {
  /**
   * What an occurrence is worth: 1; the bits in which both operands lie; those bits less the adder that is paid once; or
   * the bits of the adder.
   */
  readonly weight: 'count' | 'overlap' | 'saving' | 'adder' | 'depth'
  /** Taken off the score for each level between the operands, in per cent of one occurrence. */
  readonly skew: number
  /** Chooses among equals; null takes the youngest. */
  readonly seed: number | null
  /** How many pairs of the best scores are compared by what they would take away from others; 0 takes the first. */
  readonly lookahead: number
  /** What a lost pair takes off the score, in occurrences. */
  readonly regret: number
}

/**
 * Two-term common sub-expression sharing (Hartley 1996): as long as some pair of terms occurs twice, the pair of the best
 * score is made once and takes the place of its occurrences. A column only takes part where it can still be summed up
 * in time, so that no bound on depth is ever broken by it (with adders of one level; others are checked by the caller).
 * `counted`: the pairs of the same columns, where they have been counted before.
 */
export function shareTerms(
  graph: AdderGraph,
  columns: readonly Column[],
  style: SharingStyle,
  counted: ColumnPairs | null,
): void {
  const pairs = new ColumnPairs(columns, counted)
  const { counts } = pairs
  const queue = new PairQueue(
    counts,
    (entry) => weigh(graph, counts, entry, style),
    style.seed === null ? null : picker(style.seed),
  )
  queue.flush()
  const places = new Places(columns)
  const candidates = Array.from({ length: Math.max(style.lookahead, 1) }, () => new Occurrences())
  for (;;) {
    let best = -1
    let bestScore = Number.NEGATIVE_INFINITY
    let count = 0
    // What comes up later scores less, and a loss only takes off.
    while (count < candidates.length && (count === 0 || queue.level > bestScore)) {
      const found = candidates[count] as Occurrences
      if (!nextCandidate(graph, columns, places, queue, found)) break
      count++
      if (found.score <= bestScore) break
      const loss = candidates.length === 1 ? 0 : lostPairs(pairs, found)
      const score = found.score - style.regret * queue.unitOf(found.entry) * loss
      if (score > bestScore) {
        best = count - 1
        bestScore = score
      }
    }
    if (best < 0) return
    for (let n = count - 1; n >= 0; n--) {
      const { entry, score } = candidates[n] as Occurrences
      if (n !== best) queue.queue(entry, score)
    }
    const { pair } = candidates[best] as Occurrences
    const made = graph.add(pair.first, pair.second, pair.shift, pair.subtract)
    ;(candidates[best] as Occurrences).replace(graph, pairs, places, made)
    queue.flush()
  }
}

/** Takes pairs off the queue until one comes up with the score of what the columns can take of it. */
function nextCandidate(
  graph: AdderGraph,
  columns: readonly Column[],
  places: Places,
  queue: PairQueue,
  found: Occurrences,
): boolean {
  const { counts } = queue
  for (let entry = queue.pop(); entry >= 0; entry = queue.pop()) {
    const level = queue.level
    const pair: Pair = {
      first: counts.firstOf(entry),
      second: counts.secondOf(entry),
      shift: counts.shiftOf(entry),
      subtract: counts.subtractOf(entry),
    }
    found.search(graph, columns, places.ofBoth(pair), pair, readyAt(graph, pair))
    if (found.total < 2) continue
    const score = queue.scoreOf(entry, Math.min(found.total, counts.countOf(entry)))
    if (score < level) {
      queue.queue(entry, score)
      continue
    }
    found.entry = entry
    found.score = score
    return true
  }
  return false
}

/**
 * How many other pairs that occur repeatedly are torn apart: those of which some occurrences use a term that goes away,
 * and some do not. (Where all of them do, the pair lives on with the new value.)
 */
function lostPairs(pairs: ColumnPairs, { list, total }: Occurrences): number {
  let lost = 0
  for (let n = 0; n < 3 * total; n += 3) {
    lost += pairs.markWithout(list[n] as number, list[n + 1] as number, list[n + 2] as number)
  }
  pairs.counts.unmark()
  return lost
}

function readyAt(graph: AdderGraph, { first, second, shift, subtract }: Pair): number {
  const delay = graph.delayOfBits(graph.bitsOf(first, second, shift, subtract))
  return Math.max(graph.latency[first] as number, graph.latency[second] as number) + delay
}

function weigh(
  graph: AdderGraph,
  counts: PairCounts,
  entry: number,
  { weight, skew }: SharingStyle,
): { weight: number; price: number } {
  const first = counts.firstOf(entry)
  const second = counts.secondOf(entry)
  const shift = counts.shiftOf(entry)
  const bits = graph.bitsOf(first, second, shift, counts.subtractOf(entry))
  const signed = graph.signed[first] === 1 || graph.signed[second] === 1 ? 1 : 0
  const bottom = Math.max(graph.bottom[first] as number, (graph.bottom[second] as number) + shift)
  const top = Math.min(graph.top[first] as number, (graph.top[second] as number) + shift)
  // At least something: even operands that barely touch save an adder.
  const overlap = Math.max(top - bottom + signed, 1)
  const worth = weight === 'count' ? 1 : weight === 'adder' ? Math.max(bits, 1) : overlap
  const apart = Math.abs((graph.latency[first] as number) - (graph.latency[second] as number))
  const price = (weight === 'saving' ? bits : 0) + Math.round((skew * apart * worth) / 100)
  if (weight === 'depth') {
    const levels = (graph.latency[first] as number) + (graph.latency[second] as number)
    // One occurrence pays for the adder.
    return { weight: 10 + levels, price: 10 + levels }
  }
  return { weight: worth, price }
}

/** A generator of numbers below a given one (Numerical Recipes' linear congruence, high bits). */
function picker(seed: number): (choices: number) => number {
  let state = Math.imul(seed, 0x9e3779b1) >>> 0
  return (choices) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return Math.floor((state / 4294967296) * choices)
  }
}
