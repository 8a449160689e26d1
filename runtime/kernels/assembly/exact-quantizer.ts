// Quantizers as they act at inference, with wraps counted and extremes noted. Of each kernel there is an instance for
// float32 and one for float64: values lie on a grid that the type holds, as runtime/infer/precision.ts proves, so
// nothing rounds but the quantizers. Rows are elements, columns the samples of a tile; strides are in bytes. `samples`
// is a multiple of eight: the last sample is repeated up to it.
import { bytes } from './exact-rows'

/** How a quantizer treats what its type does not hold, as `MODES` in runtime/kernels/codes.ts. */
const CLIP: i32 = 1
const WRAP: i32 = 2
const REFLECT: i32 = 3

/** Roundings, as in rounding.ts. */
const NEAREST: i32 = 0
const NEAREST_EVEN: i32 = 1
const TRUNCATE: i32 = 2
const TRUNCATE_TO_ZERO: i32 = 3
const NEAREST_TO_ZERO: i32 = 4
const NEAREST_TO_MINUS_INFINITY: i32 = 5
const NEAREST_TO_INFINITY: i32 = 6

// @ts-expect-error: decorator
@inline
function rounded<T>(scaled: v128, mode: i32): v128 {
  const even = v128.nearest<T>(scaled)
  if (mode === NEAREST) {
    // One too low exactly where the rest is +½.
    const low = v128.eq<T>(v128.sub<T>(scaled, even), v128.splat<T>(<T>0.5))
    return v128.add<T>(even, v128.and(low, v128.splat<T>(1)))
  }
  if (mode === NEAREST_EVEN) return even
  if (mode === TRUNCATE) return v128.floor<T>(scaled)
  if (mode === TRUNCATE_TO_ZERO) return v128.trunc<T>(scaled)
  const tie = v128.eq<T>(v128.abs<T>(v128.sub<T>(scaled, even)), v128.splat<T>(<T>0.5))
  if (mode === NEAREST_TO_ZERO) return v128.bitselect(v128.trunc<T>(scaled), even, tie)
  if (mode === NEAREST_TO_MINUS_INFINITY) return v128.bitselect(v128.floor<T>(scaled), even, tie)
  // To infinity: away from zero.
  const positive = v128.gt<T>(scaled, v128.splat<T>(0))
  return v128.bitselect(v128.bitselect(v128.ceil<T>(scaled), v128.floor<T>(scaled), positive), even, tie)
}

/** How many of the lanes from sample `s` on are set, of those before `exact`. */
// @ts-expect-error: decorator
@inline
function counted<T>(mask: v128, s: usize, exact: i32): i32 {
  const bits = sizeof<T>() === 4 ? i32x4.bitmask(mask) : i64x2.bitmask(mask)
  const left = exact - <i32>(s / sizeof<T>())
  if (left <= 0) return 0
  return popcnt(left >= 4 ? bits : bits & ((1 << left) - 1))
}

/** integer modulo `modulus`, from -`top` (or 0 where `top` is infinite) on: every step only takes bits away. */
// @ts-expect-error: decorator
@inline
function wrapped<T>(integer: v128, turns: v128, modulus: v128, top: v128): v128 {
  const rest = v128.sub<T>(integer, v128.mul<T>(turns, modulus))
  return v128.sub<T>(rest, v128.and(v128.ge<T>(rest, top), modulus))
}

/**
 * Quantizes rows, each with a record of eight T: scale, step, low, high (of values with CLIP, of integers with WRAP),
 * modulus, 1 / modulus, the integer from which it is negative. `extremes` (0: not wanted) holds a pair of T for each
 * row, widened by the results. `wraps` (0: not wanted) is a float64 to which the number of values that wrapped is
 * added.
 */
// @ts-expect-error: decorator
@inline
function quantize<T>(
  y: usize,
  x: usize,
  records: usize,
  rows: i32,
  stride: usize,
  samples: i32,
  exact: i32,
  rounding: i32,
  mode: i32,
  extremes: usize,
  wraps: usize,
): void {
  const end = bytes<T>(samples)
  const half = v128.splat<T>(<T>0.5)
  let lost = 0
  for (let row = 0; row < rows; row++, records += 8 * sizeof<T>(), x += stride, y += stride) {
    const scale = v128.load_splat<T>(records)
    const step = v128.load_splat<T>(records + sizeof<T>())
    const low = v128.load_splat<T>(records + 2 * sizeof<T>())
    const high = v128.load_splat<T>(records + 3 * sizeof<T>())
    if (mode === WRAP || mode === REFLECT) {
      const modulus = v128.load_splat<T>(records + 4 * sizeof<T>())
      const inverse = v128.load_splat<T>(records + 5 * sizeof<T>())
      const top = v128.load_splat<T>(records + 6 * sizeof<T>())
      for (let s: usize = 0; s < end; s += 16) {
        const integer = rounded<T>(v128.mul<T>(v128.load(x + s), scale), rounding)
        const outside = v128.or(v128.lt<T>(integer, low), v128.gt<T>(integer, high))
        let result = integer
        if (v128.any_true(outside)) {
          const turned = v128.mul<T>(integer, inverse)
          const turns = v128.floor<T>(turned)
          result = wrapped<T>(integer, turns, modulus, top)
          if (mode === REFLECT) {
            // Inverted in every other stretch of half a modulus either side of zero.
            const upper = v128.ge<T>(v128.sub<T>(turned, turns), half)
            const pairs = v128.floor<T>(v128.mul<T>(turns, half))
            const odd = v128.ne<T>(v128.sub<T>(turns, v128.add<T>(pairs, pairs)), v128.splat<T>(0))
            const inverted = v128.sub<T>(v128.splat<T>(-1), result)
            result = v128.and(v128.bitselect(inverted, result, v128.xor(upper, odd)), v128.gt<T>(modulus, v128.splat<T>(1)))
          }
          lost += counted<T>(v128.ne<T>(result, integer), s, exact)
        }
        v128.store(y + s, v128.mul<T>(result, step))
      }
    } else if (mode === CLIP) {
      for (let s: usize = 0; s < end; s += 16) {
        const value = v128.pmin<T>(high, v128.pmax<T>(low, v128.load(x + s)))
        v128.store(y + s, v128.mul<T>(rounded<T>(v128.mul<T>(value, scale), rounding), step))
      }
    } else {
      for (let s: usize = 0; s < end; s += 16)
        v128.store(y + s, v128.mul<T>(rounded<T>(v128.mul<T>(v128.load(x + s), scale), rounding), step))
    }
    if (extremes !== 0) {
      let least = v128.load_splat<T>(extremes)
      let most = v128.load_splat<T>(extremes + sizeof<T>())
      for (let s: usize = 0; s < end; s += 16) {
        const value = v128.load(y + s)
        least = v128.pmin<T>(least, value)
        most = v128.pmax<T>(most, value)
      }
      let lowest = v128.extract_lane<T>(least, 0)
      let highest = v128.extract_lane<T>(most, 0)
      lowest = min<T>(lowest, v128.extract_lane<T>(least, 1))
      highest = max<T>(highest, v128.extract_lane<T>(most, 1))
      if (sizeof<T>() === 4) {
        const upperLeast = v128.shuffle<f64>(least, least, 1, 1)
        const upperMost = v128.shuffle<f64>(most, most, 1, 1)
        lowest = min<T>(lowest, min<T>(v128.extract_lane<T>(upperLeast, 0), v128.extract_lane<T>(upperLeast, 1)))
        highest = max<T>(highest, max<T>(v128.extract_lane<T>(upperMost, 0), v128.extract_lane<T>(upperMost, 1)))
      }
      store<T>(extremes, lowest)
      store<T>(extremes + sizeof<T>(), highest)
      extremes += 2 * sizeof<T>()
    }
  }
  if (wraps !== 0) store<f64>(wraps, load<f64>(wraps) + <f64>lost)
}

export function quantize32(
  y: usize,
  x: usize,
  records: usize,
  rows: i32,
  stride: usize,
  samples: i32,
  exact: i32,
  rounding: i32,
  mode: i32,
  extremes: usize,
  wraps: usize,
): void {
  quantize<f32>(y, x, records, rows, stride, samples, exact, rounding, mode, extremes, wraps)
}

export function quantize64(
  y: usize,
  x: usize,
  records: usize,
  rows: i32,
  stride: usize,
  samples: i32,
  exact: i32,
  rounding: i32,
  mode: i32,
  extremes: usize,
  wraps: usize,
): void {
  quantize<f64>(y, x, records, rows, stride, samples, exact, rounding, mode, extremes, wraps)
}
