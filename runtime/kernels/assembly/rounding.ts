// Rounding of scaled values to integers, four lanes at a time, exact for every float32.

/** Codes of the modes, in the order of `ROUNDINGS` in runtime/kernels/codes.ts. */
export const NEAREST: i32 = 0
export const NEAREST_EVEN: i32 = 1
export const TRUNCATE: i32 = 2
export const TRUNCATE_TO_ZERO: i32 = 3
export const NEAREST_TO_ZERO: i32 = 4
export const NEAREST_TO_MINUS_INFINITY: i32 = 5
export const NEAREST_TO_INFINITY: i32 = 6
export const STOCHASTIC: i32 = 7

/** Ties towards plus infinity: nearest-even is one too low exactly where the rest is +½. */
// @ts-expect-error: decorator
@inline
export function roundNearest(scaled: v128): v128 {
  const even = f32x4.nearest(scaled)
  const tie = f32x4.eq(f32x4.sub(scaled, even), f32x4.splat(0.5))
  return f32x4.add(even, v128.and(tie, f32x4.splat(1)))
}

/** Any mode but the stochastic one, which rounds to the nearest where there is no noise. */
export function round(scaled: v128, mode: i32): v128 {
  const even = f32x4.nearest(scaled)
  if (mode === NEAREST_EVEN) return even
  if (mode === TRUNCATE) return f32x4.floor(scaled)
  if (mode === TRUNCATE_TO_ZERO) return f32x4.trunc(scaled)
  const tie = f32x4.eq(f32x4.abs(f32x4.sub(scaled, even)), f32x4.splat(0.5))
  if (mode === NEAREST_TO_ZERO) return v128.bitselect(f32x4.trunc(scaled), even, tie)
  if (mode === NEAREST_TO_MINUS_INFINITY) return v128.bitselect(f32x4.floor(scaled), even, tie)
  if (mode === NEAREST_TO_INFINITY) {
    const away = v128.bitselect(f32x4.ceil(scaled), f32x4.floor(scaled), f32x4.gt(scaled, f32x4.splat(0)))
    return v128.bitselect(away, even, tie)
  }
  return v128.bitselect(f32x4.ceil(scaled), even, tie)
}

/** Up with the probability of the remainder; `noise` is uniform in [0, 1). An integer stays what it is. */
// @ts-expect-error: decorator
@inline
export function roundStochastic(scaled: v128, noise: v128): v128 {
  const floor = f32x4.floor(scaled)
  const up = f32x4.lt(noise, f32x4.sub(scaled, floor))
  return f32x4.add(floor, v128.and(up, f32x4.splat(1)))
}
