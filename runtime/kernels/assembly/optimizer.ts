// Optimiser steps on a run of trained numbers (bytes are a multiple of sixteen; padding stays 0).

/**
 * Adam in Keras' form: m and v are running means of g and g², `alpha` is the bias-corrected rate, epsilon stands
 * outside the square root. Numbers first shrink by the factor `keep` (AdamW's decay; 1: none).
 */
export function adam(
  values: usize,
  gradients: usize,
  first: usize,
  second: usize,
  bytes: usize,
  alpha: f32,
  beta1: f32,
  beta2: f32,
  epsilon: f32,
  keep: f32,
): void {
  const rest1 = f32x4.splat(1 - beta1)
  const rest2 = f32x4.splat(1 - beta2)
  const rate = f32x4.splat(alpha)
  const small = f32x4.splat(epsilon)
  const factor = f32x4.splat(keep)
  for (let at: usize = 0; at < bytes; at += 16) {
    const g = v128.load(gradients + at)
    let m = v128.load(first + at)
    let v = v128.load(second + at)
    m = f32x4.add(m, f32x4.mul(f32x4.sub(g, m), rest1))
    v = f32x4.add(v, f32x4.mul(f32x4.sub(f32x4.mul(g, g), v), rest2))
    v128.store(first + at, m)
    v128.store(second + at, v)
    const step = f32x4.div(f32x4.mul(m, rate), f32x4.add(f32x4.sqrt(v), small))
    v128.store(values + at, f32x4.sub(f32x4.mul(v128.load(values + at), factor), step))
  }
}

/** v ← momentum · v + g; values ← values - rate · v, with Nesterov's look ahead - rate · (g + momentum · v). */
export function momentum(
  values: usize,
  gradients: usize,
  velocity: usize,
  bytes: usize,
  rate: f32,
  friction: f32,
  nesterov: i32,
): void {
  const step = f32x4.splat(rate)
  const kept = f32x4.splat(friction)
  for (let at: usize = 0; at < bytes; at += 16) {
    const g = v128.load(gradients + at)
    const v = f32x4.add(f32x4.mul(v128.load(velocity + at), kept), g)
    v128.store(velocity + at, v)
    const direction = nesterov ? f32x4.add(g, f32x4.mul(v, kept)) : v
    v128.store(values + at, f32x4.sub(v128.load(values + at), f32x4.mul(step, direction)))
  }
}

/** Keeps numbers within `low` and `high`. */
export function limit(values: usize, bytes: usize, low: f32, high: f32): void {
  const bottom = f32x4.splat(low)
  const top = f32x4.splat(high)
  for (let at: usize = 0; at < bytes; at += 16)
    v128.store(values + at, f32x4.pmin(f32x4.pmax(v128.load(values + at), bottom), top))
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

/** 1 where every number is finite. */
export function allFinite(values: usize, bytes: usize): i32 {
  let bad = i32x4.splat(0)
  for (let at: usize = 0; at < bytes; at += 16) {
    const value = v128.load(values + at)
    // The difference of a number with itself is 0 but for infinities and NaN.
    bad = v128.or(bad, f32x4.ne(f32x4.sub(value, value), f32x4.splat(0)))
  }
  return v128.any_true(bad) ? 0 : 1
}
