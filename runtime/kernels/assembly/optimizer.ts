// Optimiser steps on a run of trained numbers (bytes are a multiple of sixteen). Numbers are kept between `low` and
// `high` afterwards; where one is not finite before that, the word at `broken` becomes 1.

/** 1 in the lanes of a number that is not finite: its difference with itself is not 0. */
// @ts-expect-error: decorator
@inline
function notFinite(value: v128): v128 {
  return f32x4.ne(f32x4.sub(value, value), f32x4.splat(0))
}

/**
 * Adam in Keras' form: m and v are running means of g and g², epsilon stands outside the square root. `rates` holds the
 * bias-corrected rate, the factor by which numbers shrink first (AdamW's decay; 1: none), and a word that says whether
 * means are settled.
 */
export function adam(
  values: usize,
  gradients: usize,
  first: usize,
  second: usize,
  bytes: usize,
  rates: usize,
  beta1: f32,
  beta2: f32,
  epsilon: f32,
  low: f32,
  high: f32,
  broken: usize,
): void {
  const rest1 = f32x4.splat(1 - beta1)
  const rest2 = f32x4.splat(1 - beta2)
  const rate = v128.load32_splat(rates)
  const small = f32x4.splat(epsilon)
  const factor = v128.load32_splat(rates, 4)
  const bottom = f32x4.splat(low)
  const top = f32x4.splat(high)
  let bad = i32x4.splat(0)
  for (let at: usize = 0; at < bytes; at += 16) {
    const g = v128.load(gradients + at)
    let m = v128.load(first + at)
    let v = v128.load(second + at)
    m = f32x4.add(m, f32x4.mul(f32x4.sub(g, m), rest1))
    v = f32x4.add(v, f32x4.mul(f32x4.sub(f32x4.mul(g, g), v), rest2))
    v128.store(first + at, m)
    v128.store(second + at, v)
    const step = f32x4.div(f32x4.mul(m, rate), f32x4.add(f32x4.sqrt(v), small))
    const value = f32x4.sub(f32x4.mul(v128.load(values + at), factor), step)
    bad = v128.or(bad, notFinite(value))
    v128.store(values + at, f32x4.pmin(f32x4.pmax(value, bottom), top))
  }
  if (v128.any_true(bad)) store<i32>(broken, 1)
  if (load<i32>(rates, 8) !== 0) {
    // A mean of squares that is 0 beside a mean that is not would make a step of any size.
    settle(second, first, bytes)
    settle(first, first, bytes)
  }
}

/**
 * v ← momentum · v + g; values ← values - rate · v, with Nesterov's look ahead - rate · (g + momentum · v). `rates`
 * holds the rate, a word that is not used, and one that says whether v is settled.
 */
export function momentum(
  values: usize,
  gradients: usize,
  velocity: usize,
  bytes: usize,
  rates: usize,
  friction: f32,
  nesterov: i32,
  low: f32,
  high: f32,
  broken: usize,
): void {
  const step = v128.load32_splat(rates)
  const kept = f32x4.splat(friction)
  const bottom = f32x4.splat(low)
  const top = f32x4.splat(high)
  let bad = i32x4.splat(0)
  for (let at: usize = 0; at < bytes; at += 16) {
    const g = v128.load(gradients + at)
    const v = f32x4.add(f32x4.mul(v128.load(velocity + at), kept), g)
    v128.store(velocity + at, v)
    const direction = nesterov ? f32x4.add(g, f32x4.mul(v, kept)) : v
    const value = f32x4.sub(v128.load(values + at), f32x4.mul(step, direction))
    bad = v128.or(bad, notFinite(value))
    v128.store(values + at, f32x4.pmin(f32x4.pmax(value, bottom), top))
  }
  if (v128.any_true(bad)) store<i32>(broken, 1)
  if (load<i32>(rates, 8) !== 0) settle(velocity, velocity, bytes)
}

/**
 * Sets means to 0 that are less than the least normal number where those `beside` them are as well. A mean that gets no
 * gradients any more would come down to some multiple of the least number that there is, of which what it loses in a
 * step rounds to 0, and stay there; and processors take long for such numbers.
 */
function settle(means: usize, beside: usize, bytes: usize): void {
  const least = f32x4.splat(f32.MIN_NORMAL_VALUE)
  for (let at: usize = 0; at < bytes; at += 16) {
    const mean = v128.load(means + at)
    const small = v128.and(f32x4.lt(f32x4.abs(mean), least), f32x4.lt(f32x4.abs(v128.load(beside + at)), least))
    v128.store(means + at, v128.andnot(mean, small))
  }
}

/** Multiplies numbers by a factor. */
export function scaleBy(values: usize, bytes: usize, factor: f32): void {
  const lanes = f32x4.splat(factor)
  for (let at: usize = 0; at < bytes; at += 16) v128.store(values + at, f32x4.mul(v128.load(values + at), lanes))
}

/** The sum of squares in doubles, one after the other. */
export function sumOfSquares(values: usize, bytes: usize): f64 {
  let sum: f64 = 0
  for (let at: usize = 0; at < bytes; at += 4) {
    const value = <f64>load<f32>(values + at)
    sum += value * value
  }
  return sum
}
