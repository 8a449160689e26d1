// The fixed-point quantizer and its surrogate gradients (arXiv 2405.00645) on the rows of a tile, one type to a row,
// and on constants, one type to an element. `compiler/numeric/fixed-quantizer.ts` is the definition that these are
// tested against.

import { uniform4 } from './random'
import { NEAREST, round, roundNearest, roundStochastic, STOCHASTIC } from './rounding'
import { BLOCK, bytesOf, greatestOf, sumOf, zero } from './vector'

const LN2: f32 = 0.6931471805599453

/** Values outside the range are clipped before they are rounded. */
const CLIP: i32 = 1
/** Of clipped values, the lower bound moves with f too. */
const SYMMETRIC: i32 = 2
/** The gradient is added to what the target holds. */
const ACCUMULATE: i32 = 4
/** The operand is a ReLU's result: where it is 0 nothing passes. */
const MASK: i32 = 8
/** Types of b and i: the gradient of i takes minus that of f as well. */
const KBI: i32 = 16
/** The operand needs no gradient. */
const WIDTHS_ALONE: i32 = 32
/** Rounded values outside the range wrap: of types that are given, not learned. */
const WRAP: i32 = 64

/**
 * Per width group from its state: scale 2^f, step 2^-f, bounds high and low, and top = 2^i. `fraction` holds f, or b
 * with KBI. With `mask` ≠ 0 a type without bits gives 0, as at inference. Groups come in fours; arrays are padded.
 */
export function prepareTypes(
  fraction: usize,
  integer: usize,
  sign: usize,
  scale: usize,
  step: usize,
  high: usize,
  low: usize,
  top: usize,
  groups: i32,
  flags: i32,
  mask: i32,
): void {
  const end = ((<usize>(groups + 3)) & ~3) << 2
  for (let at: usize = 0; at < end; at += 16) {
    const i = f32x4.nearest(v128.load(integer + at))
    let f = f32x4.nearest(v128.load(fraction + at))
    const k = v128.load(sign + at)
    if (flags & KBI) f = f32x4.sub(f, i)
    const negative = f32x4.neg(f)
    const power = powerOfTwo(f)
    const inverse = powerOfTwo(negative)
    const bound = powerOfTwo(f32x4.max(i, negative))
    const highest = f32x4.sub(bound, inverse)
    const lowest = f32x4.neg(f32x4.mul(k, flags & SYMMETRIC ? highest : bound))
    let kept = i32x4.splat(-1)
    if (mask !== 0) kept = f32x4.gt(f32x4.add(f32x4.add(i, f), k), zero())
    v128.store(scale + at, v128.and(power, kept))
    // The step too: half of it is where rounding looks for ties.
    v128.store(step + at, v128.and(inverse, kept))
    v128.store(high + at, highest)
    v128.store(low + at, lowest)
    v128.store(top + at, bound)
  }
}

/** 2^n for integers n from -126 to 127, by the exponent bits. */
// @ts-expect-error: decorator
@inline
function powerOfTwo(n: v128): v128 {
  const limited = f32x4.max(f32x4.splat(-126), f32x4.min(f32x4.splat(127), n))
  return i32x4.shl(i32x4.add(i32x4.trunc_sat_f32x4_s(limited), i32x4.splat(127)), 23)
}

/**
 * y[e] = quantized x[e] for every row. `greatest` (0: not wanted) collects the greatest |y| of each row. `key` names
 * the noise of stochastic rounding; `first` is the number of the tile's first sample in the batch. Samples from `exact`
 * on are padding, which repeats the last sample: its noise too, or it would be data that nobody sent, with extremes of
 * its own.
 */
export function quantizeRows(
  y: usize,
  x: usize,
  scale: usize,
  step: usize,
  high: usize,
  low: usize,
  greatest: usize,
  rows: i32,
  stride: usize,
  samples: i32,
  rounding: i32,
  flags: i32,
  key: usize,
  first: i32,
  exact: i32,
): void {
  const end = bytesOf(samples)
  const present = bytesOf(exact)
  const plain = rounding === NEAREST && !(flags & (CLIP | WRAP))
  for (let row = 0; row < rows; row++) {
    const at = (<usize>row) << 2
    const factor = v128.load32_splat(scale + at)
    const back = v128.load32_splat(step + at)
    let most = zero()
    let least = zero()
    if (plain) {
      // As `roundNearest`, with the tie looked for in the units of x: no constant has to be made in the loop.
      const half = f32x4.mul(back, f32x4.splat(0.5))
      for (let s: usize = 0; s < end; s += BLOCK) {
        const x0 = v128.load(x + s)
        const x1 = v128.load(x + s, 16)
        let y0 = f32x4.mul(f32x4.nearest(f32x4.mul(x0, factor)), back)
        let y1 = f32x4.mul(f32x4.nearest(f32x4.mul(x1, factor)), back)
        y0 = f32x4.add(y0, v128.and(f32x4.eq(f32x4.sub(x0, y0), half), back))
        y1 = f32x4.add(y1, v128.and(f32x4.eq(f32x4.sub(x1, y1), half), back))
        v128.store(y + s, y0)
        v128.store(y + s, y1, 16)
        most = f32x4.pmax(most, f32x4.pmax(y0, y1))
        least = f32x4.pmin(least, f32x4.pmin(y0, y1))
      }
    } else {
      const top = v128.load32_splat(high + at)
      const bottom = v128.load32_splat(low + at)
      for (let s: usize = 0; s < end; s += 16) {
        let value = v128.load(x + s)
        if (flags & CLIP) value = f32x4.pmin(f32x4.pmax(value, bottom), top)
        const scaled = f32x4.mul(value, factor)
        const integer =
          rounding === NEAREST
            ? roundNearest(scaled)
            : rounding === STOCHASTIC
              ? roundStochastic(scaled, uniform4(key, <u32>((<usize>first + (s >> 2)) >> 2), <u32>row))
              : round(scaled, rounding)
        let rounded = f32x4.mul(integer, back)
        if (flags & WRAP) rounded = wrapped(rounded, bottom, top, back)
        v128.store(y + s, rounded)
        if (rounding === STOCHASTIC && s + 16 > present) repeatLast(y, present, s)
        const result = v128.load(y + s)
        most = f32x4.pmax(most, result)
        least = f32x4.pmin(least, result)
      }
    }
    if (greatest !== 0)
      store<f32>(greatest + at, max(load<f32>(greatest + at), greatestOf(f32x4.pmax(most, f32x4.neg(least)))))
    x += stride
    y += stride
  }
}

/** Two's complement of values on the grid of `step`: every step only takes bits away. */
function wrapped(value: v128, low: v128, high: v128, step: v128): v128 {
  const outside = v128.or(f32x4.lt(value, low), f32x4.gt(value, high))
  if (!v128.any_true(outside)) return value
  // A power of two.
  const modulus = f32x4.sub(f32x4.add(high, step), low)
  const turns = f32x4.floor(f32x4.div(f32x4.sub(value, low), modulus))
  return v128.bitselect(f32x4.sub(value, f32x4.mul(turns, modulus)), value, outside)
}

/** Of the four samples at `s`, those at `present` and beyond become the last one before. */
function repeatLast(y: usize, present: usize, s: usize): void {
  const last = load<f32>(y + present - 4)
  for (let at = max(present, s); at < s + 16; at += 4) store<f32>(y + at, last)
}

/** greatest[e] = max(greatest[e], |x[e]|) over the samples. */
export function greatestRows(greatest: usize, x: usize, rows: i32, stride: usize, samples: i32): void {
  const end = bytesOf(samples)
  for (let row = 0; row < rows; row++, x += stride, greatest += 4) {
    let most = zero()
    for (let s: usize = 0; s < end; s += 16) most = f32x4.pmax(most, f32x4.abs(v128.load(x + s)))
    store<f32>(greatest, max(load<f32>(greatest), greatestOf(most)))
  }
}

/**
 * From the gradient dy of the quantized rows: that of the operand, and per row those of f and i (added to `df` and
 * `di`; `di` is read with CLIP alone).
 */
export function quantizeRowsBackward(
  dx: usize,
  dy: usize,
  x: usize,
  y: usize,
  step: usize,
  high: usize,
  low: usize,
  top: usize,
  sign: usize,
  df: usize,
  di: usize,
  rows: i32,
  stride: usize,
  samples: i32,
  flags: i32,
): void {
  const end = bytesOf(samples)
  for (let row = 0; row < rows; row++) {
    const at = (<usize>row) << 2
    if (flags & CLIP) {
      const highest = v128.load32_splat(high + at)
      const lowest = v128.load32_splat(low + at)
      let inside0 = zero()
      let above0 = zero()
      let below0 = zero()
      for (let s: usize = 0; s < end; s += 16) {
        const value = v128.load(x + s)
        const slope = v128.load(dy + s)
        const above = f32x4.gt(value, highest)
        const below = f32x4.lt(value, lowest)
        const passed = v128.andnot(slope, v128.or(above, below))
        inside0 = f32x4.add(inside0, f32x4.mul(f32x4.sub(value, v128.load(y + s)), passed))
        above0 = f32x4.add(above0, v128.and(above, slope))
        below0 = f32x4.add(below0, v128.and(below, slope))
        if (!(flags & WIDTHS_ALONE)) storeGradient(dx + s, passed, value, flags)
      }
      const over = sumOf(above0, zero())
      const under = sumOf(below0, zero()) * load<f32>(sign + at)
      const bound = flags & SYMMETRIC ? over - under : over
      store<f32>(df + at, load<f32>(df + at) + LN2 * (sumOf(inside0, zero()) + load<f32>(step + at) * bound))
      store<f32>(di + at, load<f32>(di + at) + LN2 * load<f32>(top + at) * (over - under))
    } else {
      let sum0 = zero()
      let sum1 = zero()
      for (let s: usize = 0; s < end; s += BLOCK) {
        const x0 = v128.load(x + s)
        const x1 = v128.load(x + s, 16)
        const d0 = v128.load(dy + s)
        const d1 = v128.load(dy + s, 16)
        sum0 = f32x4.add(sum0, f32x4.mul(f32x4.sub(x0, v128.load(y + s)), d0))
        sum1 = f32x4.add(sum1, f32x4.mul(f32x4.sub(x1, v128.load(y + s, 16)), d1))
        if (!(flags & WIDTHS_ALONE)) {
          storeGradient(dx + s, d0, x0, flags)
          storeGradient(dx + s + 16, d1, x1, flags)
        }
      }
      store<f32>(df + at, load<f32>(df + at) + LN2 * sumOf(sum0, sum1))
    }
    x += stride
    y += stride
    dy += stride
    dx += stride
  }
}

// @ts-expect-error: decorator
@inline
function storeGradient(target: usize, gradient: v128, x: v128, flags: i32): void {
  if (flags & MASK) gradient = v128.and(gradient, f32x4.gt(x, zero()))
  if (flags & ACCUMULATE) gradient = f32x4.add(v128.load(target), gradient)
  v128.store(target, gradient)
}

/** Constants, each with a type of its own: y = quantized x. Counts are padded to a multiple of four. */
export function quantizeConstants(
  y: usize,
  x: usize,
  scale: usize,
  step: usize,
  high: usize,
  low: usize,
  count: i32,
  rounding: i32,
  flags: i32,
  key: usize,
): void {
  const end = bytesOf(count)
  for (let at: usize = 0; at < end; at += 16) {
    let value = v128.load(x + at)
    if (flags & CLIP) value = f32x4.pmin(f32x4.pmax(value, v128.load(low + at)), v128.load(high + at))
    const scaled = f32x4.mul(value, v128.load(scale + at))
    const integer =
      rounding === NEAREST
        ? roundNearest(scaled)
        : rounding === STOCHASTIC
          ? roundStochastic(scaled, uniform4(key, <u32>(at >> 4), 0))
          : round(scaled, rounding)
    const back = v128.load(step + at)
    let rounded = f32x4.mul(integer, back)
    if (flags & WRAP) rounded = wrapped(rounded, v128.load(low + at), v128.load(high + at), back)
    v128.store(y + at, rounded)
  }
}

/** The gradients of constants and of their types, from the gradient dy of the quantized ones; `dx` is added to. */
export function quantizeConstantsBackward(
  dx: usize,
  df: usize,
  di: usize,
  dy: usize,
  x: usize,
  y: usize,
  step: usize,
  high: usize,
  low: usize,
  top: usize,
  sign: usize,
  count: i32,
  flags: i32,
): void {
  const end = bytesOf(count)
  const ln2 = f32x4.splat(LN2)
  for (let at: usize = 0; at < end; at += 16) {
    const value = v128.load(x + at)
    const slope = v128.load(dy + at)
    const error = f32x4.sub(value, v128.load(y + at))
    let passed = slope
    let f = f32x4.mul(error, slope)
    let i = zero()
    if (flags & CLIP) {
      const above = f32x4.gt(value, v128.load(high + at))
      const below = f32x4.lt(value, v128.load(low + at))
      passed = v128.andnot(slope, v128.or(above, below))
      const over = v128.and(above, slope)
      const under = f32x4.mul(v128.and(below, slope), v128.load(sign + at))
      const moved = f32x4.sub(over, under)
      f = f32x4.add(f32x4.mul(error, passed), f32x4.mul(v128.load(step + at), flags & SYMMETRIC ? moved : over))
      i = f32x4.mul(ln2, f32x4.mul(v128.load(top + at), moved))
    }
    f = f32x4.mul(ln2, f)
    if (dx !== 0) v128.store(dx + at, f32x4.add(v128.load(dx + at), passed))
    v128.store(df + at, f)
    v128.store(di + at, flags & KBI ? f32x4.sub(i, f) : i)
  }
}
