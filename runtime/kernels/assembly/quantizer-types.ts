// The fixed-point types of quantizers: from their state (arXiv 2405.00645) to the scales and bounds that the kernels
// in `quantizer-rows.ts` and `quantizer-constants.ts` read. `compiler/numeric/fixed-quantizer.ts` is the definition that
// all of them are tested against.
import { BLOCK, kept, zero } from './vector'

export const LN2: f32 = 0.6931471805599453
/** 1.5 · 2^23: what is added to it and taken away again is rounded to the nearest integer, ties to even, below 2^22. */
export const ROUNDER: f32 = 12582912
/** Values outside the range are clipped before they are rounded. */
export const CLIP: i32 = 1
/** Of clipped values, the lower bound moves with f too. */
export const SYMMETRIC: i32 = 2
/** Types of b and i: the gradient of i takes minus that of f as well. */
export const KBI: i32 = 16
/** Rounded values outside the range wrap: of types that are given, not learned. */
export const WRAP: i32 = 64

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
export function maskOf(flag: i32): v128 {
  return i32x4.splat(flag ? -1 : 0)
}

// @ts-expect-error: decorator
@inline
export function storePair(target: usize, low: v128, high: v128): void {
  v128.store(target, low)
  v128.store(target, high, 16)
}

/** A width rounded to the nearest, ties to even: sums round by themselves, and can be joined into wider vectors. */
// @ts-expect-error: decorator
@inline
export function rounded(width: v128, rounder: v128): v128 {
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

/** Two's complement of values on the grid of `step`: every step only takes bits away. */
export function wrapped(value: v128, low: v128, high: v128, step: v128): v128 {
  const outside = v128.or(f32x4.lt(value, low), f32x4.gt(value, high))
  if (!v128.any_true(outside)) return value
  // A power of two.
  const modulus = f32x4.sub(f32x4.add(high, step), low)
  const turns = f32x4.floor(f32x4.div(f32x4.sub(value, low), modulus))
  return v128.bitselect(f32x4.sub(value, f32x4.mul(turns, modulus)), value, outside)
}
