import type { DesignInterface } from '../design.js'

/**
 * The part of a test bench that works a design's inputs and outputs, in the words of a language: it resets, enables the clock
 * and hands over at random where the design has ports for that. Each language says what has to be around it.
 */
export interface Traffic {
  /** Of the module or architecture. */
  readonly declarations: string
  /** Of the process; empty where a language has none such. */
  readonly variables: string
  readonly statements: string
}

/** When what happens, in cycles: the same in every language. */
export interface TrafficPlan {
  readonly latency: number
  /** The first cycle that counts: before it come resets, the second of them over a pipeline that is not empty. */
  readonly start: number
  /** Cycles in which the reset is high: the first two, and the two in front of `start`. */
  readonly resetCycles: number
  /** Nothing is taken in every fourth run of so many cycles, as a power of two: long enough for every place to fill up. */
  readonly pauseExponent: number
  /** So long without anything that moves, and all is over. */
  readonly idleCycles: number
  /** A design that hangs is given up after so many cycles. */
  limit(vectors: number): number
}

export function trafficPlan({ control, latencyCycles }: DesignInterface): TrafficPlan {
  const { reset, handshake } = control
  const junk = handshake === null ? 0 : Math.min(latencyCycles, 8) + 3
  const start = reset === null ? 0 : handshake === null ? 2 : 2 + junk + 2
  const pauseExponent = 4 + (latencyCycles + 4).toString(2).length
  return {
    latency: latencyCycles,
    start,
    resetCycles: 2,
    pauseExponent,
    idleCycles: handshake === null ? 0 : 8 * latencyCycles + 64 + 2 ** (pauseExponent + 1),
    limit: (vectors) => 64 * (vectors + start) + 2 ** (pauseExponent + 4),
  }
}
