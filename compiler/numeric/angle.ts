import { powerOfTwo } from './exponent.js'

/**
 * `x = quadrant · π/2 + high + low` with |high| ≤ π/4 (and a rounding error), quadrant modulo 4, and `low` the part of
 * the remainder that `high` cannot hold.
 */
export interface ReducedAngle {
  readonly quadrant: number
  readonly high: number
  readonly low: number
}

// π/2 in parts of 33 bits, so that n · part is exact while |n| < 2^20; the last part holds the next 53 bits.
const PART_1 = 1.5707963267341256
const PART_2 = 6.077100506303966e-11
const PART_3 = 2.0222662487111665e-21
const PART_4 = 8.4784276603689e-32
const TWO_OVER_PI = 0.6366197723675814
const LARGEST_BY_PARTS = 1e6

/** Reduces a finite angle. */
export function reduceAngle(x: number): ReducedAngle {
  if (x <= 0.7853981633974483 && x >= -0.7853981633974483) return { quadrant: 0, high: x, low: 0 }
  return x <= LARGEST_BY_PARTS && x >= -LARGEST_BY_PARTS ? reduceByParts(x) : reduceByIntegers(x)
}

function reduceByParts(x: number): ReducedAngle {
  const n = Math.floor(x * TWO_OVER_PI + 0.5)
  const first = x - n * PART_1 // exact
  const step = -n * PART_2
  const second = first + step
  const secondError = sumError(first, step, second)
  const step3 = -n * PART_3
  const third = second + step3
  const rest = secondError + sumError(second, step3, third) - n * PART_4
  const high = third + rest
  return { quadrant: ((n % 4) + 4) % 4, high, low: third - high + rest }
}

/** What rounding lost in `sum = a + b`. */
function sumError(a: number, b: number, sum: number): number {
  const bRounded = sum - a
  return a - (sum - bRounded) + (b - bRounded)
}

/** Fractional bits: enough that the largest double times 2/π still has more than 100 correct ones after the point. */
const BITS = 1216n
let piCache: bigint | undefined

/** For huge angles: the product with 2/π in integers of some 1200 bits. */
function reduceByIntegers(x: number): ReducedAngle {
  piCache ??= piInFixedPoint()
  const pi = piCache
  // A double beyond 10^6 is a multiple of 2^-33, and one beyond 2^53 is an integer.
  const integer = Math.abs(x) > 2 ** 53 ? BigInt(x) << 33n : BigInt(x * powerOfTwo(33))
  const value = integer << (BITS - 33n)
  const halfPi = pi >> 1n
  // The quotient is at most 2^1024, so the error of π (1 unit) grows to 2^1024 of 2^1216 units: 192 bits remain.
  let n = (value << 1n) / pi
  let remainder = value - n * halfPi
  const quarter = pi >> 2n
  while (remainder > quarter) {
    n += 1n
    remainder -= halfPi
  }
  while (remainder < -quarter) {
    n -= 1n
    remainder += halfPi
  }
  const units = remainder >> (BITS - 160n)
  const high = Number(units) * powerOfTwo(-160)
  const low = Number(units - BigInt(high * powerOfTwo(160))) * powerOfTwo(-160)
  return { quadrant: Number(((n % 4n) + 4n) % 4n), high, low }
}

/** π · 2^BITS by Machin's formula, π = 16 atan(1/5) - 4 atan(1/239). */
function piInFixedPoint(): bigint {
  const guard = 64n
  const one = 1n << (BITS + guard)
  return (16n * inverseAtan(one, 5n) - 4n * inverseAtan(one, 239n)) >> guard
}

function inverseAtan(one: bigint, n: bigint): bigint {
  let power = one / n
  let sum = power
  for (let k = 3n, sign = -1n; power !== 0n; k += 2n, sign = -sign) {
    power /= n * n
    sum += sign * (power / k)
  }
  return sum
}
