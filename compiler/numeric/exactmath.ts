/**
 * Elementary functions in plain IEEE double arithmetic (+ - * / and square root alone, each exactly rounded by the
 * standard), so that every machine and every engine gives the same bits. `Math.exp` and its like may differ between
 * engines; wherever a value can enter an artifact these are used instead. Errors stay below one unit in the last place for
 * exp, log, log2, sin and cos, below two for the others. Methods: argument reduction, then Taylor series, as textbooks
 * give them.
 */
import { reduceAngle } from './angle.js'
import { clearLowWord, floorLog2, powerOfTwo } from './exponent.js'

// ln 2 in two parts; n · LN2_HIGH is exact for |n| < 2^21.
const LN2_HIGH = 0.6931471803691238
const LN2_LOW = 1.9082149292705877e-10
const INVERSE_LN2 = Math.LOG2E
const INVERSE_LN2_HIGH = 1.4426946640014648
const INVERSE_LN2_LOW = 3.768874985636099e-7
const SQRT2 = Math.SQRT2
const HALF_PI_HIGH = 1.5707963267948966
const HALF_PI_LOW = 6.123233995736766e-17

/** e^x. */
export function exp(x: number): number {
  if (Number.isNaN(x)) return x
  if (x > 709.8) return Number.POSITIVE_INFINITY
  if (x < -745.2) return 0
  const n = Math.floor(x * INVERSE_LN2 + 0.5)
  const { high, low } = reduceExponent(x, n)
  return scale(1 + (high + (low + expTail(high))), n)
}

/** e^x - 1 without cancellation near 0. */
export function expm1(x: number): number {
  if (Number.isNaN(x)) return x
  if (x > 709.8) return Number.POSITIVE_INFINITY
  if (x < -40) return -1
  if (Math.abs(x) < 1e-17) return x
  const n = Math.floor(x * INVERSE_LN2 + 0.5)
  const { high, low } = reduceExponent(x, n)
  const small = high + (low + expTail(high))
  return scale(small + (1 - powerOfTwo(-n)), n)
}

/** x = n ln 2 + high + low. */
function reduceExponent(x: number, n: number): { high: number; low: number } {
  const first = x - n * LN2_HIGH
  const second = n * LN2_LOW
  const high = first - second
  return { high, low: first - high - second }
}

/** e^r - 1 - r for |r| ≤ ln 2 / 2, by Taylor's series. */
function expTail(r: number): number {
  let sum = 0
  for (let index = EXP_COEFFICIENTS.length - 1; index >= 0; index--) sum = sum * r + (EXP_COEFFICIENTS[index] as number)
  return r * r * sum
}
/** 1/2!, 1/3!, … 1/15!. */
const EXP_COEFFICIENTS = inverseFactorials(2, 15)

function inverseFactorials(from: number, to: number): number[] {
  const result: number[] = []
  for (let n = from, factorial = productTo(from); n <= to; n++, factorial *= n) result.push(1 / factorial)
  return result
}

function productTo(n: number): number {
  return n <= 1 ? 1 : n * productTo(n - 1)
}

/** y · 2^n with one rounding, also where 2^n itself is no normal double. */
function scale(y: number, n: number): number {
  if (n > 1000) return y * powerOfTwo(n - 1000) * powerOfTwo(1000)
  if (n < -1000) return y * powerOfTwo(n + 1000) * powerOfTwo(-1000)
  return y * powerOfTwo(n)
}

/** x = 2^exponent · (1 + f) with 1 + f in [1/√2, √2]. */
function splitLogarithm(x: number): { exponent: number; f: number } {
  const subnormal = x < powerOfTwo(-1022)
  const normal = subnormal ? x * powerOfTwo(54) : x
  let exponent = floorLog2(normal)
  let mantissa =
    exponent < -1000 ? normal * powerOfTwo(1000) * powerOfTwo(-exponent - 1000) : normal * powerOfTwo(-exponent)
  if (mantissa > SQRT2) {
    mantissa /= 2
    exponent++
  }
  return { exponent: subnormal ? exponent - 54 : exponent, f: mantissa - 1 }
}

/**
 * With s = f / (2 + f): ln(1 + f) = f - f²/2 + s (f²/2 + R), R = 2s²/3 + 2s⁴/5 + …; this is s (f²/2 + R).
 */
function logTail(f: number): number {
  const s = f / (2 + f)
  const square = s * s
  let series = 0
  for (let n = 27; n >= 3; n -= 2) series = (series + 2 / n) * square
  return s * ((f * f) / 2 + series)
}

/** Natural logarithm. -Infinity at 0, NaN below. */
export function log(x: number): number {
  if (x === 0) return Number.NEGATIVE_INFINITY
  if (!(x > 0)) return Number.NaN
  if (x === Number.POSITIVE_INFINITY) return x
  const { exponent, f } = splitLogarithm(x)
  const half = (f * f) / 2
  const tail = logTail(f)
  if (exponent === 0) return f - (half - tail)
  return exponent * LN2_HIGH - (half - (tail + exponent * LN2_LOW) - f)
}

/** Logarithm to base 2; exact for powers of two. -Infinity at 0, NaN below. */
export function log2(x: number): number {
  if (x === 0) return Number.NEGATIVE_INFINITY
  if (!(x > 0)) return Number.NaN
  if (x === Number.POSITIVE_INFINITY) return x
  const { exponent, f } = splitLogarithm(x)
  const half = (f * f) / 2
  const high = clearLowWord(f - half)
  const low = f - high - half + logTail(f)
  const productHigh = high * INVERSE_LN2_HIGH // exact: both factors are short
  const productLow = (low + high) * INVERSE_LN2_LOW + low * INVERSE_LN2_HIGH
  const sum = exponent + productHigh
  return sum + (exponent - sum + productHigh + productLow)
}

const SIN_COEFFICIENTS = alternating(inverseFactorials(3, 19).filter((_, index) => index % 2 === 0))
const COS_COEFFICIENTS = alternating(inverseFactorials(2, 18).filter((_, index) => index % 2 === 0))

function alternating(values: number[]): number[] {
  return values.map((value, index) => (index % 2 === 0 ? -value : value))
}

function polynomial(coefficients: readonly number[], x: number, from: number): number {
  let sum = 0
  for (let index = coefficients.length - 1; index >= from; index--) sum = sum * x + (coefficients[index] as number)
  return sum
}

/** sin(high + low) - high for |high| ≤ π/4. */
function sinTail(high: number, low: number): number {
  const square = high * high
  return square * high * polynomial(SIN_COEFFICIENTS, square, 0) + low * (1 - square / 2)
}

/** cos(high + low) for |high| ≤ π/4, as a rounded leading part and the rest. */
function cosParts(high: number, low: number): { lead: number; tail: number } {
  const square = high * high
  const half = square / 2
  const lead = 1 - half
  return { lead, tail: 1 - lead - half + (square * square * polynomial(COS_COEFFICIENTS, square, 1) - high * low) }
}

/** Sine of x in radians. */
export function sin(x: number): number {
  if (!Number.isFinite(x)) return Number.NaN
  if (x < 0) return -sin(-x)
  if (x < 1e-9) return x
  const { quadrant, high, low } = reduceAngle(x)
  const { lead, tail } = cosParts(high, low)
  const value = quadrant % 2 === 0 ? high + sinTail(high, low) : lead + tail
  return quadrant < 2 ? value : -value
}

/** Cosine of x in radians. */
export function cos(x: number): number {
  if (!Number.isFinite(x)) return Number.NaN
  const { quadrant, high, low } = reduceAngle(Math.abs(x))
  const { lead, tail } = cosParts(high, low)
  const value = quadrant % 2 === 0 ? lead + tail : high + sinTail(high, low)
  return quadrant === 0 || quadrant === 3 ? value : -value
}

/** Tangent of x in radians. */
export function tan(x: number): number {
  if (!Number.isFinite(x)) return Number.NaN
  if (x < 0) return -tan(-x)
  if (x < 1e-9) return x
  const { quadrant, high, low } = reduceAngle(x)
  const sine = twoParts(high, sinTail(high, low))
  const { lead, tail } = cosParts(high, low)
  const cosine = twoParts(lead, tail)
  return quadrant % 2 === 0 ? divideParts(sine, cosine) : -divideParts(cosine, sine)
}

interface Parts {
  readonly high: number
  readonly low: number
}

function twoParts(lead: number, tail: number): Parts {
  const high = lead + tail
  return { high, low: lead - high + tail }
}

/** The quotient of two numbers of twofold length, rounded: first guess plus the remainder by exact products. */
function divideParts(a: Parts, b: Parts): number {
  const quotient = a.high / b.high
  const quotientHigh = clearLowWord(quotient)
  const quotientLow = quotient - quotientHigh
  const divisorHigh = clearLowWord(b.high)
  const divisorLow = b.high - divisorHigh
  const remainder =
    a.high -
    quotientHigh * divisorHigh -
    quotientHigh * divisorLow -
    quotientLow * divisorHigh -
    quotientLow * divisorLow
  return quotient + (remainder + a.low - quotient * b.low) / b.high
}

// atan(k/8) = HIGH[k] + LOW[k].
const ATAN_HIGH = [
  0, 0.12435499454676144, 0.24497866312686414, 0.35877067027057225, 0.4636476090008061, 0.5585993153435624,
  0.6435011087932844, 0.7188299996216245, 0.7853981633974483,
]
const ATAN_LOW = [
  0, -3.1253241424539383e-18, 1.0698755618734451e-17, -2.4623815582638635e-17, 2.2698777452961687e-17,
  -5.4556305485916264e-18, 1.5834785051444286e-17, -2.1478388444456983e-17, 3.061616997868383e-17,
]

/** Arc tangent, in (-π/2, π/2). */
export function atan(x: number): number {
  if (Number.isNaN(x) || x === 0) return x
  if (x < 0) return -atan(-x)
  if (x <= 1) return atanUnit(x).high
  const { high, low } = atanUnit(1 / x)
  return HALF_PI_HIGH - (high - (HALF_PI_LOW - low))
}

/** atan(x) = high + low for 0 ≤ x ≤ 1; the part that `low` holds matters only when more is added. */
function atanUnit(x: number): Parts {
  const k = Math.floor(x * 8 + 0.5)
  const center = k / 8
  const t = k === 0 ? x : (x - center) / (1 + x * center)
  const square = t * t
  let series = 0
  for (let n = 19; n >= 3; n -= 2) series = (((n & 3) === 3 ? -1 : 1) / n + series) * square
  const tail = t * series + (ATAN_LOW[k] as number)
  const base = ATAN_HIGH[k] as number
  return k === 0 ? twoParts(t, tail) : twoParts(base, t + tail)
}

/** Hyperbolic tangent. */
export function tanh(x: number): number {
  if (Number.isNaN(x)) return x
  if (x < 0) return -tanh(-x)
  if (x > 22) return 1
  if (x >= 1) return 1 - 2 / (expm1(2 * x) + 2)
  const t = expm1(-2 * x)
  return x === 0 ? x : -t / (t + 2)
}
