// The fixed-point quantizer and its surrogate gradients (arXiv 2405.00645) on the rows of a tile, one type to a row,
// and on constants, one type to an element. `compiler/numeric/fixed-quantizer.ts` is the definition that these are
// tested against.

import { uniform4 } from './random'
import { NEAREST, round, roundNearest, roundStochastic, STOCHASTIC } from './rounding'
import { BLOCK, bytesOf, greatestOf, kept, sumOf, sumOfPair, zero } from './vector'

const LN2: f32 = 0.6931471805599453
/** 1.5 · 2^23: what is added to it and taken away again is rounded to the nearest integer, ties to even, below 2^22. */
const ROUNDER: f32 = 12582912

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
 * with KBI. With `mask` ≠ 0 a type without bits gives 0, as at inference. Groups come in eights; arrays are padded.
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
  // Masks in place of branches: a loop without them can be joined into wider vectors.
  const kbi = maskOf(flags & KBI)
  const symmetric = maskOf(flags & SYMMETRIC)
  const all = maskOf(mask === 0 ? 1 : 0)
  const rounder = kept(scale, ROUNDER)
  const least = kept(scale, -126)
  const most = kept(scale, 127)
  const one = kept(scale, 1)
  const end = ((<usize>(groups + 7)) & ~7) << 2
  for (let at: usize = 0; at < end; at += BLOCK) {
    const k0 = v128.load(sign + at)
    const k1 = v128.load(sign + at, 16)
    const i0 = rounded(v128.load(integer + at), rounder)
    const i1 = rounded(v128.load(integer + at, 16), rounder)
    const f0 = f32x4.sub(rounded(v128.load(fraction + at), rounder), v128.and(i0, kbi))
    const f1 = f32x4.sub(rounded(v128.load(fraction + at, 16), rounder), v128.and(i1, kbi))
    const step0 = powerOfTwo(f32x4.neg(f0), least, most, rounder, one)
    const step1 = powerOfTwo(f32x4.neg(f1), least, most, rounder, one)
    const bound0 = powerOfTwo(f32x4.pmax(i0, f32x4.neg(f0)), least, most, rounder, one)
    const bound1 = powerOfTwo(f32x4.pmax(i1, f32x4.neg(f1)), least, most, rounder, one)
    const kept0 = v128.or(all, f32x4.gt(f32x4.add(f32x4.add(i0, f0), k0), zero()))
    const kept1 = v128.or(all, f32x4.gt(f32x4.add(f32x4.add(i1, f1), k1), zero()))
    const scale0 = powerOfTwo(f0, least, most, rounder, one)
    const scale1 = powerOfTwo(f1, least, most, rounder, one)
    storePair(scale + at, v128.and(scale0, kept0), v128.and(scale1, kept1))
    // The step too: half of it is where rounding looks for ties.
    storePair(step + at, v128.and(step0, kept0), v128.and(step1, kept1))
    storePair(high + at, f32x4.sub(bound0, step0), f32x4.sub(bound1, step1))
    const low0 = f32x4.mul(k0, f32x4.sub(bound0, v128.and(step0, symmetric)))
    const low1 = f32x4.mul(k1, f32x4.sub(bound1, v128.and(step1, symmetric)))
    storePair(low + at, f32x4.neg(low0), f32x4.neg(low1))
    storePair(top + at, bound0, bound1)
  }
}

/** All bits set where a flag is. */
// @ts-expect-error: decorator
@inline
function maskOf(flag: i32): v128 {
  return i32x4.splat(flag ? -1 : 0)
}

// @ts-expect-error: decorator
@inline
function storePair(target: usize, low: v128, high: v128): void {
  v128.store(target, low)
  v128.store(target, high, 16)
}

/** A width rounded to the nearest, ties to even: sums round by themselves, and can be joined into wider vectors. */
// @ts-expect-error: decorator
@inline
function rounded(width: v128, rounder: v128): v128 {
  return f32x4.sub(f32x4.add(width, rounder), rounder)
}

/**
 * 2^n for integers n from `least` to `most`, -126 and 127, by the exponent bits. With `ROUNDER` a small integer stands in
 * the low bits of a float32 as it is, and the shift drops the others; the bits of 1 add the bias of the exponent.
 */
// @ts-expect-error: decorator
@inline
function powerOfTwo(n: v128, least: v128, most: v128, rounder: v128, one: v128): v128 {
  const limited = f32x4.pmax(f32x4.pmin(n, most), least)
  return i32x4.add(i32x4.shl(f32x4.add(limited, rounder), 23), one)
}

/**
 * y[e] = quantized x[e] for every row. `greatest` (0: not wanted) collects the greatest |y| of each row. `key` names
 * the noise of stochastic rounding; `first` is the number of the tile's first sample in the batch. Samples from `exact`
 * on are padding, which repeats the last sample: its noise too, or it would be data that nobody sent, with extremes of
 * its own. `scratch` has room for eight floats.
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
  scratch: usize,
): void {
  const end = bytesOf(samples)
  const present = bytesOf(exact)
  const plain = rounding === NEAREST && !(flags & (CLIP | WRAP))
  for (let row = 0; row < rows; row++, x += stride, y += stride) {
    const at = (<usize>row) << 2
    if (plain) {
      const reached = quantizeSmall(y, x, scale + at, step + at, end, scratch)
      // False for a type without bits as well: its scale and step are 0.
      if (reached < SMALL * load<f32>(step + at)) {
        if (greatest !== 0) store<f32>(greatest + at, max(load<f32>(greatest + at), reached))
        continue
      }
    }
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
  }
}

/** Scaled values below it are rounded with `ROUNDER`. */
const SMALL: f32 = 4194304

/**
 * A row rounded to the nearest, ties towards plus infinity, as long as all scaled values are small; the greatest |y|,
 * by which the caller sees whether they were. Sums round by themselves, and unlike roundings they can be joined into
 * wider vectors.
 */
function quantizeSmall(y: usize, x: usize, scale: usize, step: usize, end: usize, scratch: usize): f32 {
  const factor = v128.load32_splat(scale)
  const back = v128.load32_splat(step)
  const half = f32x4.mul(back, f32x4.splat(0.5))
  const rounder = kept(scratch, ROUNDER)
  let most0 = zero()
  let most1 = most0
  let least0 = most0
  let least1 = most0
  for (let s: usize = 0; s < end; s += BLOCK) {
    const x0 = v128.load(x + s)
    const x1 = v128.load(x + s, 16)
    let y0 = f32x4.mul(f32x4.sub(f32x4.add(f32x4.mul(x0, factor), rounder), rounder), back)
    let y1 = f32x4.mul(f32x4.sub(f32x4.add(f32x4.mul(x1, factor), rounder), rounder), back)
    y0 = f32x4.add(y0, v128.and(f32x4.eq(f32x4.sub(x0, y0), half), back))
    y1 = f32x4.add(y1, v128.and(f32x4.eq(f32x4.sub(x1, y1), half), back))
    v128.store(y + s, y0)
    v128.store(y + s, y1, 16)
    most0 = f32x4.pmax(most0, y0)
    most1 = f32x4.pmax(most1, y1)
    least0 = f32x4.pmin(least0, y0)
    least1 = f32x4.pmin(least1, y1)
  }
  v128.store(scratch, f32x4.pmax(most0, f32x4.neg(least0)))
  v128.store(scratch, f32x4.pmax(most1, f32x4.neg(least1)), 16)
  return greatestOf(f32x4.pmax(v128.load(scratch), v128.load(scratch, 16)))
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
 * `di`; `di` is read with CLIP alone). `scratch` has room for eight floats.
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
  scratch: usize,
): void {
  const end = bytesOf(samples)
  const kind = flags & (WIDTHS_ALONE | MASK | ACCUMULATE)
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
      // A loop for each kind: one with branches is not joined into wider vectors.
      let sum: f32
      if (kind & WIDTHS_ALONE) sum = passAll(dx, dy, x, y, end, scratch, WIDTHS_ALONE)
      else if (kind === 0) sum = passAll(dx, dy, x, y, end, scratch, 0)
      else if (kind === MASK) sum = passAll(dx, dy, x, y, end, scratch, MASK)
      else if (kind === ACCUMULATE) sum = passAll(dx, dy, x, y, end, scratch, ACCUMULATE)
      else sum = passAll(dx, dy, x, y, end, scratch, MASK | ACCUMULATE)
      store<f32>(df + at, load<f32>(df + at) + LN2 * sum)
    }
    x += stride
    y += stride
    dy += stride
    dx += stride
  }
}

/** The gradient of a row that is not clipped; gives the sum of the errors times the gradient. */
// @ts-expect-error: decorator
@inline
function passAll(dx: usize, dy: usize, x: usize, y: usize, end: usize, scratch: usize, kind: i32): f32 {
  let sum0 = zero()
  let sum1 = sum0
  for (let s: usize = 0; s < end; s += BLOCK) {
    const x0 = v128.load(x + s)
    const x1 = v128.load(x + s, 16)
    let d0 = v128.load(dy + s)
    let d1 = v128.load(dy + s, 16)
    sum0 = f32x4.add(sum0, f32x4.mul(f32x4.sub(x0, v128.load(y + s)), d0))
    sum1 = f32x4.add(sum1, f32x4.mul(f32x4.sub(x1, v128.load(y + s, 16)), d1))
    if (kind & MASK) {
      d0 = v128.and(d0, f32x4.gt(x0, zero()))
      d1 = v128.and(d1, f32x4.gt(x1, zero()))
    }
    if (kind & ACCUMULATE) {
      d0 = f32x4.add(v128.load(dx + s), d0)
      d1 = f32x4.add(v128.load(dx + s, 16), d1)
    }
    if (!(kind & WIDTHS_ALONE)) {
      v128.store(dx + s, d0)
      v128.store(dx + s, d1, 16)
    }
  }
  return sumOfPair(scratch, sum0, sum1)
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

/**
 * The gradients of constants and of their types, from the gradient dy of the quantized ones; `dx` is added to. Counts
 * are padded to a multiple of eight.
 */
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
  if (flags & CLIP) {
    if (dx !== 0) clippedBackward(dx, df, di, dy, x, y, step, high, low, top, sign, count, flags, true)
    else clippedBackward(dx, df, di, dy, x, y, step, high, low, top, sign, count, flags, false)
    return
  }
  const end = bytesOf(count)
  const ln2 = f32x4.splat(LN2)
  const kbi = maskOf(flags & KBI)
  for (let at: usize = 0; at < end; at += 16) {
    const passed = v128.load(dy + at)
    const error = f32x4.sub(v128.load(x + at), v128.load(y + at))
    const f = f32x4.mul(ln2, f32x4.mul(error, passed))
    if (dx !== 0) v128.store(dx + at, f32x4.add(v128.load(dx + at), passed))
    v128.store(df + at, f)
    v128.store(di + at, f32x4.sub(zero(), v128.and(f, kbi)))
  }
}

/** A loop for each kind, and masks in place of branches, so that it can be joined into wider vectors. */
// @ts-expect-error: decorator
@inline
function clippedBackward(
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
  passes: bool,
): void {
  const end = bytesOf(count)
  const ln2 = f32x4.splat(LN2)
  const kbi = maskOf(flags & KBI)
  const symmetric = maskOf(flags & SYMMETRIC)
  for (let at: usize = 0; at < end; at += BLOCK) {
    const x0 = v128.load(x + at)
    const x1 = v128.load(x + at, 16)
    const slope0 = v128.load(dy + at)
    const slope1 = v128.load(dy + at, 16)
    const above0 = f32x4.gt(x0, v128.load(high + at))
    const above1 = f32x4.gt(x1, v128.load(high + at, 16))
    const below0 = f32x4.lt(x0, v128.load(low + at))
    const below1 = f32x4.lt(x1, v128.load(low + at, 16))
    const passed0 = v128.andnot(slope0, v128.or(above0, below0))
    const passed1 = v128.andnot(slope1, v128.or(above1, below1))
    const over0 = v128.and(above0, slope0)
    const over1 = v128.and(above1, slope1)
    const under0 = f32x4.mul(v128.and(below0, slope0), v128.load(sign + at))
    const under1 = f32x4.mul(v128.and(below1, slope1), v128.load(sign + at, 16))
    const error0 = f32x4.mul(f32x4.sub(x0, v128.load(y + at)), passed0)
    const error1 = f32x4.mul(f32x4.sub(x1, v128.load(y + at, 16)), passed1)
    const bound0 = f32x4.mul(v128.load(step + at), f32x4.sub(over0, v128.and(under0, symmetric)))
    const bound1 = f32x4.mul(v128.load(step + at, 16), f32x4.sub(over1, v128.and(under1, symmetric)))
    const f0 = f32x4.mul(ln2, f32x4.add(error0, bound0))
    const f1 = f32x4.mul(ln2, f32x4.add(error1, bound1))
    const i0 = f32x4.mul(ln2, f32x4.mul(v128.load(top + at), f32x4.sub(over0, under0)))
    const i1 = f32x4.mul(ln2, f32x4.mul(v128.load(top + at, 16), f32x4.sub(over1, under1)))
    if (passes) {
      const held0 = v128.load(dx + at)
      const held1 = v128.load(dx + at, 16)
      storePair(dx + at, f32x4.add(held0, passed0), f32x4.add(held1, passed1))
    }
    storePair(df + at, f0, f1)
    storePair(di + at, f32x4.sub(i0, v128.and(f0, kbi)), f32x4.sub(i1, v128.and(f1, kbi)))
  }
}
