import type { Overflow, Rounding } from '../../lang/program.js'
import { powerOfTwo } from './exponent.js'

/**
 * The stateless fixed-point quantizer and its surrogate gradients (arXiv 2405.00645). Training, calibration and inference
 * share its rounding, ranges and wrapping; `quantizeValue` and `quantizerGradient` are the reference as a whole, which
 * the kernels in runtime/ (train/reference/quantizer, infer/quantize) are tested against. Types are (k, i, f) with
 * integers; see `compiler/fixed/type.ts`. No mask of zero width here: who quantizes for inference gives 0 where
 * k + i + f ≤ 0.
 */
export interface QuantizerType {
  readonly k: number
  readonly i: number
  readonly f: number
}

const LN2 = Math.LN2

/** Rounds a scaled value x·2^f to an integer. `stochastic` rounds to the nearest: its noise exists in training alone. */
export function rounder(rounding: Rounding): (scaled: number) => number {
  switch (rounding) {
    case 'nearest':
    case 'stochastic':
      return roundNearest
    case 'nearest_even':
      return roundNearestEven
    case 'truncate':
      return Math.floor
    case 'truncate_to_zero':
      return Math.trunc
    case 'nearest_to_zero':
      return (scaled) => (scaled > 0 ? roundNearestDown(scaled) : roundNearest(scaled))
    case 'nearest_to_minus_infinity':
      return roundNearestDown
    case 'nearest_to_infinity':
      return (scaled) => (scaled < 0 ? roundNearestDown(scaled) : roundNearest(scaled))
  }
}

/** Ties towards plus infinity. Exact also where scaled + ½ is not a double: those are integers already. */
export function roundNearest(scaled: number): number {
  const floor = Math.floor(scaled)
  return scaled - floor >= 0.5 ? floor + 1 : floor
}

/** Ties towards minus infinity: the mirror image of `roundNearest`, and as exact. */
function roundNearestDown(scaled: number): number {
  const ceiling = Math.ceil(scaled)
  return ceiling - scaled >= 0.5 ? ceiling - 1 : ceiling
}

/** Ties to even; what a learned width goes through on every use. */
export function roundNearestEven(scaled: number): number {
  const floor = Math.floor(scaled)
  const rest = scaled - floor
  if (rest !== 0.5) return rest > 0.5 ? floor + 1 : floor
  return floor % 2 === 0 ? floor : floor + 1
}

/** Least and greatest value that saturation lets through. */
export function rangeOf(type: QuantizerType, overflow: Overflow): { readonly low: number; readonly high: number } {
  const top = powerOfTwo(Math.max(type.i, -type.f))
  const high = top - powerOfTwo(-type.f)
  return { low: overflow === 'saturate_symmetric' ? -type.k * high : -type.k * top, high }
}

/**
 * One value through the quantizer. In training WRAP only rounds: its integer bits follow the data (`mode` = `round`).
 */
export function quantizeValue(
  x: number,
  type: QuantizerType,
  rounding: Rounding,
  overflow: Overflow,
  mode: 'round' | 'full',
): number {
  const step = powerOfTwo(-type.f)
  const scale = powerOfTwo(type.f)
  const round = rounder(rounding)
  if (overflow === 'saturate' || overflow === 'saturate_symmetric') {
    const { low, high } = rangeOf(type, overflow)
    return round((x > high ? high : x < low ? low : x) * scale) * step
  }
  const integer = round(x * scale)
  if (overflow === 'wrap_reflect') return reflectScaled(x * scale, integer, type).integer * step
  return (mode === 'round' ? integer : wrapInteger(integer, type)) * step
}

/**
 * Two's complement: integer modulo 2^(k + i + f), from -k·2^(i + f) on. Exact for every integer that is a double: each
 * step only takes bits away.
 */
export function wrapInteger(integer: number, type: QuantizerType): number {
  const bits = Math.max(type.i + type.f, 0)
  const modulus = powerOfTwo(bits + type.k)
  const rest = integer - Math.floor(integer / modulus) * modulus
  return type.k === 1 && rest >= powerOfTwo(bits) ? rest - modulus : rest
}

export interface Reflected {
  readonly integer: number
  readonly inverted: boolean
  /** Moduli removed. */
  readonly turns: number
}

/**
 * Sign-magnitude wrap as hardware does it, on the rounded integer: two's complement, and the bits are inverted (n becomes -1 - n) where the
 * lowest lost bit differs from the top bit that is kept, so the value runs back at the ends of the range instead of jumping.
 */
export function reflect(integer: number, type: QuantizerType): Reflected {
  const modulus = powerOfTwo(Math.max(type.i + type.f, 0) + type.k)
  return reflected(integer, type, Math.floor((integer + modulus / 2) / modulus) % 2 !== 0)
}

function reflected(integer: number, type: QuantizerType, inverted: boolean): Reflected {
  const modulus = powerOfTwo(Math.max(type.i + type.f, 0) + type.k)
  const wrapped = wrapInteger(integer, type)
  return { integer: inverted ? -1 - wrapped : wrapped, inverted, turns: (integer - wrapped) / modulus }
}

/**
 * The same as the reference has it: the top bit is read from the value before it is rounded, half a step early. The two differ where a value
 * rounds across the end of the range, and in types of one bit. What the network does at inference is `reflect`.
 */
function reflectScaled(scaled: number, integer: number, type: QuantizerType): Reflected {
  const modulus = powerOfTwo(Math.max(type.i + type.f, 0) + type.k)
  const topBit = scaled - Math.floor(scaled / modulus) * modulus >= modulus / 2 - 0.5
  const lostBit = Math.floor(integer / modulus) % 2 !== 0
  const isZero = integer === 0 && scaled <= 0
  return reflected(integer, type, !isZero && topBit !== lostBit)
}

/** Upstream gradient times ∂y/∂x, ∂y/∂i and ∂y/∂f. */
export interface QuantizerGradient {
  readonly x: number
  readonly i: number
  readonly f: number
}

/**
 * Surrogate gradients in training: straight through inside the range; the rounding error scales as 2^-f; where clipped, the
 * bound moves with i (and, but for SAT's lower one, with f). WRAP has none for i, which is state.
 */
export function quantizerGradient(
  x: number,
  upstream: number,
  type: QuantizerType,
  rounding: Rounding,
  overflow: Overflow,
): QuantizerGradient {
  const i = Math.max(type.i, -type.f)
  const step = powerOfTwo(-type.f)
  switch (overflow) {
    case 'saturate':
    case 'saturate_symmetric': {
      const { low, high } = rangeOf(type, overflow)
      if (x > high) return { x: 0, i: upstream * LN2 * powerOfTwo(i), f: upstream * LN2 * step }
      if (x < low) {
        const bound = -type.k * upstream * LN2
        return { x: 0, i: bound * powerOfTwo(i), f: overflow === 'saturate' ? 0 : bound * step }
      }
      return { x: upstream, i: 0, f: errorGradient(x, quantizeValue(x, type, rounding, overflow, 'round'), upstream) }
    }
    case 'wrap':
      return { x: upstream, i: 0, f: errorGradient(x, quantizeValue(x, type, rounding, overflow, 'round'), upstream) }
    case 'wrap_reflect': {
      const scaled = x * powerOfTwo(type.f)
      const integer = rounder(rounding)(scaled)
      const { inverted, turns } = reflectScaled(scaled, integer, type)
      const lost = upstream * turns * LN2 * powerOfTwo(i + type.k)
      const error = errorGradient(x, integer * step, upstream)
      return inverted
        ? { x: -upstream, i: lost, f: upstream * LN2 * step - error }
        : { x: upstream, i: -lost, f: error }
    }
  }
}

/** upstream · ln 2 · (x - y), each product in float32 as the reference has it: the difference cancels, so order matters. */
export function errorGradient(x: number, y: number, upstream: number): number {
  return LN2 * (Math.fround(upstream * x) - Math.fround(upstream * y))
}
