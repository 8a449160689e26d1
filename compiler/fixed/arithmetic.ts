import { bitLength, type Interval } from './interval.js'
import type { FixedType } from './type.js'

export const ZERO: Interval = { low: 0n, high: 0n, fraction: 0 }

/** The values of a condition: 0 and 1. */
export const BIT: Interval = { low: 0n, high: 1n, fraction: 0 }

/** The interval `low … high` on the grid 2^-fraction; a single value goes to the coarsest grid that holds it. */
export function makeInterval(low: bigint, high: bigint, fraction: number): Interval {
  if (low > high) throw new Error(`empty interval ${low} … ${high}`)
  return low === high ? pointInterval(low, -fraction) : { low, high, fraction }
}

/** The single value mantissa · 2^exponent. */
export function pointInterval(mantissa: bigint, exponent: number): Interval {
  if (mantissa === 0n) return ZERO
  const zeros = trailingZeros(mantissa)
  const odd = mantissa >> BigInt(zeros)
  return { low: odd, high: odd, fraction: -(exponent + zeros) }
}

/** Every value of the type. */
export function intervalOfType(type: FixedType): Interval {
  const magnitude = type.i + type.f
  if (type.k + magnitude <= 0) return ZERO
  const bound = 1n << BigInt(magnitude)
  return makeInterval(type.k === 1 ? -bound : 0n, bound - 1n, type.f)
}

/** Number of low bits that are 0; for a non-zero integer. */
export function trailingZeros(value: bigint): number {
  return bitLength((value < 0n ? -value : value) & -(value < 0n ? -value : value)) - 1
}

/** value · 2^bits, towards minus infinity where bits is negative. */
export function shiftLeft(value: bigint, bits: number): bigint {
  return bits >= 0 ? value << BigInt(bits) : value >> BigInt(-bits)
}

/** The same bounds counted on a grid that is at least as fine. */
export function atFraction(interval: Interval, fraction: number): { readonly low: bigint; readonly high: bigint } {
  // Zero lies on every grid.
  if (isZero(interval)) return { low: 0n, high: 0n }
  const bits = fraction - interval.fraction
  if (bits < 0) throw new Error(`the grid 2^-${fraction} is coarser than 2^-${interval.fraction}`)
  return { low: interval.low << BigInt(bits), high: interval.high << BigInt(bits) }
}

/** ±interval · 2^shift. */
export function scaleInterval(interval: Interval, shift: number, negate: boolean): Interval {
  const { low, high, fraction } = interval
  return negate ? makeInterval(-high, -low, fraction - shift) : makeInterval(low, high, fraction - shift)
}

/** Sums of one value of each, as if they were independent. */
export function addIntervals(a: Interval, b: Interval): Interval {
  const fraction = commonFraction(a, b)
  const [x, y] = [atFraction(a, fraction), atFraction(b, fraction)]
  return makeInterval(x.low + y.low, x.high + y.high, fraction)
}

/** Products of one value of each. */
export function multiplyIntervals(a: Interval, b: Interval): Interval {
  const products = [a.low * b.low, a.low * b.high, a.high * b.low, a.high * b.high]
  return makeInterval(least(products), greatest(products), a.fraction + b.fraction)
}

/** max(value, 0). */
export function reluInterval(interval: Interval): Interval {
  return makeInterval(interval.low < 0n ? 0n : interval.low, interval.high < 0n ? 0n : interval.high, interval.fraction)
}

/** The least interval that holds both, on the finer of their grids. */
export function hull(a: Interval, b: Interval): Interval {
  const fraction = commonFraction(a, b)
  const [x, y] = [atFraction(a, fraction), atFraction(b, fraction)]
  return makeInterval(least([x.low, y.low]), greatest([x.high, y.high]), fraction)
}

/** Values in both; null when there is none. The grid is the first one's. */
export function intersect(a: Interval, b: Interval): Interval | null {
  const bits = a.fraction - b.fraction
  const low = bits >= 0 ? shiftLeft(b.low, bits) : -shiftLeft(-b.low, bits)
  const high = shiftLeft(b.high, bits)
  const [from, to] = [greatest([low, a.low]), least([high, a.high])]
  return from <= to ? makeInterval(from, to, a.fraction) : null
}

/** Every value of `a` is in `b`, whose grid is at least as fine. */
export function isWithin(a: Interval, b: Interval): boolean {
  if (a.low === 0n && a.high === 0n) return b.low <= 0n && b.high >= 0n
  if (a.fraction > b.fraction) return false
  const inner = atFraction(a, b.fraction)
  return inner.low >= b.low && inner.high <= b.high
}

/**
 * What `cast` to the type gives: bits below 2^-f dropped towards minus infinity, then modulo 2^(k+i). Tight where no value
 * overflows, and where all values overflow into the same period; else every value of the type on the operand's grid.
 */
export function castInterval(interval: Interval, type: FixedType): Interval {
  const fraction = Math.min(type.f, interval.fraction)
  const width = type.k + type.i + fraction
  if (width <= 0) return ZERO
  const low = shiftLeft(interval.low, fraction - interval.fraction)
  const high = shiftLeft(interval.high, fraction - interval.fraction)
  const offset = type.k === 1 ? 1n << BigInt(width - 1) : 0n
  const period = (low + offset) >> BigInt(width)
  if (period === (high + offset) >> BigInt(width)) {
    const base = period << BigInt(width)
    return makeInterval(low - base, high - base, fraction)
  }
  return makeInterval(-offset, (1n << BigInt(width)) - 1n - offset, fraction)
}

/** True where casting values of the interval to the type drops bits at the bottom, or none, and never one at the top. */
export function dropsLowBitsOnly(interval: Interval, type: FixedType): boolean {
  const fraction = Math.min(type.f, interval.fraction)
  const low = shiftLeft(interval.low, fraction - interval.fraction)
  const high = shiftLeft(interval.high, fraction - interval.fraction)
  const bits = type.k + type.i + fraction
  if (bits <= 0) return false
  const offset = type.k === 1 ? 1n << BigInt(bits - 1) : 0n
  return low >= -offset && high < (1n << BigInt(bits)) - offset
}

/** True when `left < right` always, false when never, null when it depends. */
export function lessAlways(left: Interval, right: Interval): boolean | null {
  const fraction = commonFraction(left, right)
  const [x, y] = [atFraction(left, fraction), atFraction(right, fraction)]
  if (x.high < y.low) return true
  return x.low >= y.high ? false : null
}

/** Fractional bits of the grid that holds both. */
export function commonFraction(a: Interval, b: Interval): number {
  if (isZero(a)) return b.fraction
  return isZero(b) ? a.fraction : Math.max(a.fraction, b.fraction)
}

/** The only value is 0. */
export function isZero(interval: Interval): boolean {
  return interval.low === 0n && interval.high === 0n
}

/** The one value that the interval holds is the whole interval. */
export function isPoint(interval: Interval): boolean {
  return interval.low === interval.high
}

/** Equal bounds on the same grid. */
export function sameInterval(a: Interval, b: Interval): boolean {
  return a.low === b.low && a.high === b.high && a.fraction === b.fraction
}

function least(values: readonly bigint[]): bigint {
  let found = values[0] ?? 0n
  for (const value of values) if (value < found) found = value
  return found
}

function greatest(values: readonly bigint[]): bigint {
  let found = values[0] ?? 0n
  for (const value of values) if (value > found) found = value
  return found
}
