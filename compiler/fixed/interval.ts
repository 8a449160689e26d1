import type { FixedType } from './type.js'

/**
 * The integers `low … high`, each standing for integer · 2^-fraction. Exact at any width.
 * Invariant: low <= high. The zero interval is written with fraction 0.
 */
export interface Interval {
  readonly low: bigint
  readonly high: bigint
  /** Number of fractional bits of the grid; may be negative. */
  readonly fraction: number
}

/** The least type that holds every value of the interval; {0,0,0} for the zero interval. */
export function typeOfInterval(interval: Interval): FixedType {
  const { low, high, fraction } = interval
  if (low === 0n && high === 0n) return { k: 0, i: 0, f: 0 }
  const magnitudeBits = Math.max(bitLength(high < 0n ? 0n : high), low < 0n ? bitLength(-low - 1n) : 0)
  return { k: low < 0n ? 1 : 0, i: magnitudeBits - fraction, f: fraction }
}

/** Bits of a non-negative integer: 0 for 0, 3 for 5. */
export function bitLength(value: bigint): number {
  return value === 0n ? 0 : value.toString(2).length
}
