import { trailingZeros } from './arithmetic.js'
import type { Dyadic } from './linear.js'

/** A finite double as mantissa · 2^exponent with an odd mantissa (0 · 2^0 for zero). Exact. */
export function dyadicOf(value: number): Dyadic {
  if (!Number.isFinite(value)) throw new Error(`${value} is not a finite number`)
  if (value === 0) return { mantissa: 0n, exponent: 0 }
  let scaled = value
  let exponent = 0
  // Multiplying by two is exact but for overflow, which an integer never reaches; subnormals take a few steps more.
  while (!Number.isInteger(scaled)) {
    scaled *= 2
    exponent--
  }
  const integer = BigInt(scaled)
  const zeros = trailingZeros(integer)
  return { mantissa: integer >> BigInt(zeros), exponent: exponent + zeros }
}

/** mantissa · 2^exponent as a double; exact when the mantissa has at most 53 bits and the exponent is a double's. */
export function numberOf(mantissa: bigint, exponent: number): number {
  let value = Number(mantissa)
  let left = exponent
  for (; left > 1000; left -= 1000) value *= TWO_TO_1000
  for (; left < -1000; left += 1000) value /= TWO_TO_1000
  return left >= 0 ? value * powerOf2(left) : value / powerOf2(-left)
}

/** 2^exponent for 0 <= exponent <= 1023, by squaring: exact, and no `Math.pow`. */
export function powerOf2(exponent: number): number {
  let result = 1
  let base = 2
  for (let bits = exponent; bits > 0; bits >>= 1) {
    if (bits & 1) result *= base
    if (bits > 1) base *= base
  }
  return result
}

const TWO_TO_1000 = powerOf2(1000)
