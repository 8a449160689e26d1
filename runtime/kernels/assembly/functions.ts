// Smooth functions on the rows of a tile, with their slopes: what a look-up table stands for while training. Relative
// errors stay below 2^-20 or absolute ones below 2^-22; tables themselves are filled with doubles
// (compiler/graph/table-function.ts).
import { exp, log } from './elementary'
import { bytesOf, zero } from './vector'

/** Codes, in the order of `FUNCTIONS` in runtime/kernels/codes.ts. */
const TANH: i32 = 0
const SIGMOID: i32 = 1
const EXP: i32 = 2
const INVERSE: i32 = 3
const SQUARE_ROOT: i32 = 4
const SOFTPLUS: i32 = 5
const GELU: i32 = 6
const SILU: i32 = 7

/** Beyond it e^x goes on as a constant. */
const MOST_EXPONENT: f32 = 64
/** 1/0. */
const INVERSE_OF_ZERO: f32 = 16777216
/** Below it differences from 1 cancel, and a series is better. */
const NEAR: f32 = 0.25

// @ts-expect-error: decorator
@inline
function one(): v128 {
  return f32x4.splat(1)
}

/** x where |x| is small by its series, else 1 - 2 / (e^2|x| + 1) with the sign of x. */
// @ts-expect-error: decorator
@inline
function tanh(x: v128): v128 {
  const magnitude = f32x4.abs(x)
  const power = exp(f32x4.add(magnitude, magnitude))
  const far = f32x4.sub(one(), f32x4.div(f32x4.splat(2), f32x4.add(power, one())))
  const square = f32x4.mul(x, x)
  let series = f32x4.splat(-1382.0 / 155925)
  series = f32x4.add(f32x4.mul(series, square), f32x4.splat(62.0 / 2835))
  series = f32x4.add(f32x4.mul(series, square), f32x4.splat(-17.0 / 315))
  series = f32x4.add(f32x4.mul(series, square), f32x4.splat(2.0 / 15))
  series = f32x4.add(f32x4.mul(series, square), f32x4.splat(-1.0 / 3))
  series = f32x4.add(f32x4.mul(f32x4.mul(series, square), magnitude), magnitude)
  const result = v128.bitselect(series, far, f32x4.lt(magnitude, f32x4.splat(NEAR)))
  return v128.or(result, v128.and(x, i32x4.splat(0x80000000)))
}

/** e^-|x| ≤ 1, so that nothing overflows. */
// @ts-expect-error: decorator
@inline
function sigmoid(x: v128): v128 {
  const power = exp(f32x4.neg(f32x4.abs(x)))
  const high = f32x4.div(one(), f32x4.add(one(), power))
  return v128.bitselect(high, f32x4.mul(power, high), f32x4.ge(x, zero()))
}

/** e^x - 1 for x ≤ 0. */
// @ts-expect-error: decorator
@inline
function expm1(x: v128): v128 {
  let series = f32x4.splat(1.0 / 5040)
  series = f32x4.add(f32x4.mul(series, x), f32x4.splat(1.0 / 720))
  series = f32x4.add(f32x4.mul(series, x), f32x4.splat(1.0 / 120))
  series = f32x4.add(f32x4.mul(series, x), f32x4.splat(1.0 / 24))
  series = f32x4.add(f32x4.mul(series, x), f32x4.splat(1.0 / 6))
  series = f32x4.add(f32x4.mul(series, x), f32x4.splat(0.5))
  series = f32x4.add(f32x4.mul(f32x4.mul(series, x), x), x)
  return v128.bitselect(series, f32x4.sub(exp(x), one()), f32x4.gt(x, f32x4.splat(-NEAR)))
}

/** The normal distribution function, by the approximation 7.1.26 of Abramowitz and Stegun: error below 1e-7. */
// @ts-expect-error: decorator
@inline
function normalCdf(x: v128, gaussian: v128): v128 {
  const magnitude = f32x4.mul(f32x4.abs(x), f32x4.splat(0.70710678118654752))
  const t = f32x4.div(one(), f32x4.add(one(), f32x4.mul(magnitude, f32x4.splat(0.3275911))))
  let series = f32x4.splat(1.061405429)
  series = f32x4.add(f32x4.mul(series, t), f32x4.splat(-1.453152027))
  series = f32x4.add(f32x4.mul(series, t), f32x4.splat(1.421413741))
  series = f32x4.add(f32x4.mul(series, t), f32x4.splat(-0.284496736))
  series = f32x4.add(f32x4.mul(series, t), f32x4.splat(0.254829592))
  const below = f32x4.mul(f32x4.mul(f32x4.mul(series, t), gaussian), f32x4.splat(0.5))
  return v128.bitselect(f32x4.sub(one(), below), below, f32x4.ge(x, zero()))
}

/** e^(-x²/2). */
// @ts-expect-error: decorator
@inline
function gaussian(x: v128): v128 {
  return exp(f32x4.mul(f32x4.mul(x, x), f32x4.splat(-0.5)))
}

// @ts-expect-error: decorator
@inline
function valueOf(x: v128, which: i32): v128 {
  if (which === TANH) return tanh(x)
  if (which === SIGMOID) return sigmoid(x)
  if (which === EXP) return exp(f32x4.min(x, f32x4.splat(MOST_EXPONENT)))
  if (which === INVERSE)
    return v128.bitselect(f32x4.splat(INVERSE_OF_ZERO), f32x4.div(one(), x), f32x4.eq(x, zero()))
  if (which === SQUARE_ROOT) return f32x4.sqrt(f32x4.pmax(zero(), x))
  if (which === SOFTPLUS)
    return f32x4.add(f32x4.pmax(zero(), x), log(f32x4.add(one(), exp(f32x4.neg(f32x4.abs(x))))))
  if (which === GELU) return f32x4.mul(x, normalCdf(x, gaussian(x)))
  if (which === SILU) return f32x4.mul(x, sigmoid(x))
  return f32x4.add(f32x4.pmax(zero(), x), expm1(f32x4.min(x, zero())))
}

// @ts-expect-error: decorator
@inline
function slopeOf(x: v128, y: v128, which: i32): v128 {
  if (which === TANH) return f32x4.sub(one(), f32x4.mul(y, y))
  if (which === SIGMOID) return f32x4.mul(y, f32x4.sub(one(), y))
  if (which === EXP) return v128.and(y, f32x4.lt(x, f32x4.splat(MOST_EXPONENT)))
  if (which === INVERSE) return v128.andnot(f32x4.neg(f32x4.mul(y, y)), f32x4.eq(x, zero()))
  if (which === SQUARE_ROOT) return v128.and(f32x4.div(f32x4.splat(0.5), y), f32x4.gt(x, zero()))
  if (which === SOFTPLUS) return sigmoid(x)
  if (which === GELU) {
    const bell = gaussian(x)
    return f32x4.add(normalCdf(x, bell), f32x4.mul(f32x4.mul(x, bell), f32x4.splat(0.39894228040143268)))
  }
  if (which === SILU) {
    const s = sigmoid(x)
    return f32x4.add(s, f32x4.mul(f32x4.mul(x, s), f32x4.sub(one(), s)))
  }
  return v128.bitselect(one(), f32x4.add(y, one()), f32x4.gt(x, zero()))
}

/** Row e of `y` is the function of row e of `x`. */
export function functionRows(y: usize, x: usize, rows: i32, stride: usize, samples: i32, which: i32): void {
  const end = bytesOf(samples)
  for (let row = 0; row < rows; row++, x += stride, y += stride)
    for (let s: usize = 0; s < end; s += 16) v128.store(y + s, valueOf(v128.load(x + s), which))
}

/** dx (+)= dy · slope, given x and y. */
export function functionRowsBackward(
  dx: usize,
  dy: usize,
  x: usize,
  y: usize,
  rows: i32,
  stride: usize,
  samples: i32,
  which: i32,
  accumulate: i32,
): void {
  const end = bytesOf(samples)
  for (let row = 0; row < rows; row++, x += stride, y += stride, dx += stride, dy += stride) {
    for (let s: usize = 0; s < end; s += 16) {
      let result = f32x4.mul(v128.load(dy + s), slopeOf(v128.load(x + s), v128.load(y + s), which))
      if (accumulate) result = f32x4.add(v128.load(dx + s), result)
      v128.store(dx + s, result)
    }
  }
}
