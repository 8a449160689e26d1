// The fixed-point quantizer and its surrogate gradients (arXiv 2405.00645) on constants, one type to an element.
import { CLIP, KBI, LN2, maskOf, rounded, storePair, SYMMETRIC, WRAP, wrapped } from './quantizer-types'
import { uniform4 } from './random'
import { NEAREST, round, roundNearest, roundStochastic, STOCHASTIC } from './rounding'
import { BLOCK, bytesOf, zero } from './vector'

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
