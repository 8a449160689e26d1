import { trailingZeros } from '../fixed/arithmetic.js'

/** ±2^position. */
export interface Digit {
  readonly position: number
  readonly negative: boolean
}

/**
 * The canonical signed digits of an integer, lowest first: Σ ±2^position is the value, no two positions are neighbours,
 * and no other sum of signed powers of two has fewer terms (Reitwiesner 1960).
 */
export function canonicalSignedDigits(value: bigint): readonly Digit[] {
  const digits: Digit[] = []
  let rest = value
  let position = 0
  while (rest !== 0n) {
    const zeros = trailingZeros(rest)
    rest >>= BigInt(zeros)
    position += zeros
    // An odd rest ends in 01 or in 11; the digit that makes it a multiple of four leaves a zero above itself.
    const negative = (rest & 3n) === 3n
    digits.push({ position, negative })
    rest += negative ? 1n : -1n
  }
  return digits
}
