import { lowestBit, powerOfTwo } from '../numeric/exponent.js'

/** mantissa · 2^exponent, exactly. */
export interface Dyadic {
  readonly mantissa: bigint
  readonly exponent: number
}

/** A finite double as a dyadic number with an odd mantissa (0 · 2^0 for zero). Exact; throws on what is not finite. */
export function dyadicOf(value: number): Dyadic {
  if (!Number.isFinite(value)) throw new Error(`${value} is not a finite number`)
  if (value === 0) return { mantissa: 0n, exponent: 0 }
  const exponent = lowestBit(value)
  return { mantissa: BigInt(scaled(value, -exponent)), exponent }
}

/** mantissa · 2^exponent as the nearest double; exact when the mantissa has at most 53 bits and the result is in range. */
export function numberOf(mantissa: bigint, exponent: number): number {
  return scaled(Number(mantissa), exponent)
}

/** value · 2^exponent in steps that a double can hold. */
function scaled(value: number, exponent: number): number {
  let result = value
  let left = exponent
  for (; left > 1000; left -= 1000) result *= powerOfTwo(1000)
  for (; left < -1000; left += 1000) result *= powerOfTwo(-1000)
  return result * powerOfTwo(left)
}

/** a + b. */
export function addDyadic(a: Dyadic, b: Dyadic): Dyadic {
  if (a.mantissa === 0n) return b
  if (b.mantissa === 0n) return a
  const exponent = Math.min(a.exponent, b.exponent)
  return {
    mantissa: (a.mantissa << BigInt(a.exponent - exponent)) + (b.mantissa << BigInt(b.exponent - exponent)),
    exponent,
  }
}

/** ±value · 2^shift. */
export function scaleDyadic({ mantissa, exponent }: Dyadic, shift: number, negate: boolean): Dyadic {
  return { mantissa: negate ? -mantissa : mantissa, exponent: exponent + shift }
}

/** a · b. */
export function multiplyDyadic(a: Dyadic, b: Dyadic): Dyadic {
  return { mantissa: a.mantissa * b.mantissa, exponent: a.exponent + b.exponent }
}
