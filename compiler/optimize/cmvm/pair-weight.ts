import type { AdderGraph } from './adder-graph.js'
import type { PairCounts } from './pair-counts.js'

/** How pairs of terms are weighed against each other; what each way leads to, only trying tells. */
export interface SharingStyle {
  /**
   * What an occurrence is worth: 1; the bits in which both operands lie; those bits less the adder that is paid once; the
   * bits of the adder; or the depth that the operands have already.
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

/** What an occurrence of a pair is worth. */
export function worthOfPair(
  graph: AdderGraph,
  counts: PairCounts,
  entry: number,
  weight: SharingStyle['weight'],
): number {
  const first = counts.first[entry] as number
  const second = counts.secondOf(entry)
  switch (weight) {
    case 'count':
      return 1
    case 'depth':
      return 10 + (graph.latency[first] as number) + (graph.latency[second] as number)
    case 'adder':
      return Math.max(graph.bitsOf(first, second, counts.shiftOf(entry), counts.subtractOf(entry)), 1)
    case 'overlap':
    case 'saving': {
      const shift = counts.shiftOf(entry)
      const signed = (graph.signed[first] as number) | (graph.signed[second] as number)
      const bottom = Math.max(graph.bottom[first] as number, (graph.bottom[second] as number) + shift)
      const top = Math.min(graph.top[first] as number, (graph.top[second] as number) + shift)
      // At least something: even operands that barely touch save an adder.
      return Math.max(top - bottom + signed, 1)
    }
  }
}

/** What is taken once off the score of a pair of which an occurrence is worth `worth`. */
export function priceOfPair(
  graph: AdderGraph,
  counts: PairCounts,
  entry: number,
  weight: SharingStyle['weight'],
  skew: number,
  worth: number,
): number {
  // One occurrence pays for the adder.
  if (weight === 'depth') return worth
  const first = counts.first[entry] as number
  const second = counts.secondOf(entry)
  const bits = weight === 'saving' ? graph.bitsOf(first, second, counts.shiftOf(entry), counts.subtractOf(entry)) : 0
  if (skew === 0) return bits
  const apart = Math.abs((graph.latency[first] as number) - (graph.latency[second] as number))
  return bits + Math.round((skew * apart * worth) / 100)
}
