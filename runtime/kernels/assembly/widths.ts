// Widths of quantizers, once in a step: the bits that EBOPs count, integer bits that follow the data, and gradients.
// Numbers of a width group are float32 where they are state and doubles where EBOPs are computed from them.

import { zero } from './vector'

/** Guards the logarithm against a zero maximum; the reference's value. */
const EPSILON: f64 = 1e-7

/**
 * bits[g] = the bits of a group as EBOPs count them: its rounded widths (`integer` and `sign` 0: without), at least 0.
 * The slopes of EBOPs by these bits start at 0.
 */
export function fillWidths(bits: usize, slopes: usize, fraction: usize, integer: usize, sign: usize, groups: i32): void {
  const pairs = (<usize>(groups & ~1)) << 2
  for (let at: usize = 0; at < pairs; at += 8) {
    let sum = f64x2.nearest(pairOf(fraction + at))
    if (integer !== 0) sum = f64x2.add(sum, f64x2.nearest(pairOf(integer + at)))
    if (sign !== 0) sum = f64x2.add(sum, pairOf(sign + at))
    v128.store(bits + 2 * at, v128.and(sum, f64x2.gt(sum, f64x2.splat(0))))
    v128.store(slopes + 2 * at, f64x2.splat(0))
  }
  if (groups & 1) {
    let sum = nearest(<f64>load<f32>(fraction + pairs))
    if (integer !== 0) sum += nearest(<f64>load<f32>(integer + pairs))
    if (sign !== 0) sum += <f64>load<f32>(sign + pairs)
    store<f64>(bits + 2 * pairs, sum > 0 ? sum : 0)
    store<f64>(slopes + 2 * pairs, 0)
  }
}

/** Two float32 as doubles. */
// @ts-expect-error: decorator
@inline
function pairOf(address: usize): v128 {
  return f64x2.promote_low_f32x4(v128.load64_zero(address))
}

/**
 * gradient[g] += regularize + pressure · slope of EBOPs, the latter for groups that EBOPs have a gradient for (`isPressed`
 * in runtime/train/width-entries.ts): with `magnitude`, where that is not negative; without (0), where there are bits.
 * `pressure` is the address of a double.
 */
export function addPenalty(
  gradient: usize,
  bits: usize,
  slopes: usize,
  magnitude: usize,
  groups: i32,
  regularize: f64,
  pressure: usize,
): void {
  const weight = load<f64>(pressure)
  const weights = f64x2.splat(weight)
  const constant = f64x2.splat(regularize)
  const pairs = (<usize>(groups & ~1)) << 2
  for (let at: usize = 0; at < pairs; at += 8) {
    const slope = f64x2.mul(weights, v128.load(slopes + 2 * at))
    const pressed =
      magnitude !== 0
        ? f64x2.ge(pairOf(magnitude + at), f64x2.splat(0))
        : f64x2.gt(v128.load(bits + 2 * at), f64x2.splat(0))
    const sum = f64x2.add(pairOf(gradient + at), f64x2.add(constant, v128.and(slope, pressed)))
    v128.store64_lane(gradient + at, f32x4.demote_f64x2_zero(sum), 0)
  }
  if (groups & 1) {
    const pressed = magnitude !== 0 ? load<f32>(magnitude + pairs) >= 0 : load<f64>(bits + 2 * pairs) > 0
    const counted = pressed ? weight * load<f64>(slopes + 2 * pairs) : 0
    store<f32>(gradient + pairs, <f32>(<f64>load<f32>(gradient + pairs) + (regularize + counted)))
  }
}

/**
 * Adds gradients of f and i by element to those of their groups (0: not wanted). In kbi f = b - i, so i takes -∂f as
 * well.
 */
export function addWidthGradients(
  fraction: usize,
  integer: usize,
  df: usize,
  di: usize,
  groupOf: usize,
  elements: i32,
  kbi: i32,
): void {
  const end = (<usize>elements) << 2
  for (let at: usize = 0; at < end; at += 4) {
    const group = (<usize>load<u32>(groupOf + at)) << 2
    const f = <f64>load<f32>(df + at)
    if (fraction !== 0) store<f32>(fraction + group, <f32>(<f64>load<f32>(fraction + group) + f))
    if (integer === 0) continue
    const i = <f64>load<f32>(di + at)
    store<f32>(integer + group, <f32>(<f64>load<f32>(integer + group) + (kbi ? i - f : i)))
  }
}

/**
 * i ← max(i - decay, the least i that holds the data), within limits, from the magnitudes of the elements: the greatest
 * of `arrays` arrays, `distance` bytes apart. Values are rounded ones in kif, and as they came in kbi. `groupOf` is 0
 * where each element is a group; `extremes` has room for one number per group, in whole vectors.
 */
export function trackWidths(
  integer: usize,
  fraction: usize,
  values: usize,
  arrays: i32,
  distance: usize,
  groupOf: usize,
  elements: i32,
  groups: i32,
  extremes: usize,
  kbi: i32,
  decay: f64,
  low: f64,
  high: f64,
): void {
  if (groupOf === 0) greatestOfElements(extremes, values, arrays, distance, elements)
  else greatestOfGroups(extremes, values, arrays, distance, groupOf, elements, groups)
  for (let group = 0; group < groups; group++, integer += 4, fraction += 4, extremes += 4) {
    const extreme = <f64>load<f32>(extremes)
    const bits = nearest(<f64>load<f32>(fraction))
    const least = kbi ? leastForMagnitude(extreme, bits) : ceilLog2(extreme + powerOfTwo(-<i32>bits))
    const decayed = <f64>load<f32>(integer) - decay
    store<f32>(integer, <f32>min(max(max(decayed, least), low), high))
  }
}

function greatestOfElements(extremes: usize, values: usize, arrays: i32, distance: usize, elements: i32): void {
  const end = (<usize>elements) << 2
  for (let at: usize = 0; at < end; at += 16) {
    let greatest = zero()
    let from = values + at
    for (let array = 0; array < arrays; array++, from += distance)
      greatest = f32x4.pmax(greatest, f32x4.abs(v128.load(from)))
    v128.store(extremes + at, greatest)
  }
}

function greatestOfGroups(
  extremes: usize,
  values: usize,
  arrays: i32,
  distance: usize,
  groupOf: usize,
  elements: i32,
  groups: i32,
): void {
  memory.fill(extremes, 0, (<usize>groups) << 2)
  for (let array = 0; array < arrays; array++, values += distance) {
    for (let element = 0; element < elements; element++) {
      const at = (<usize>element) << 2
      const to = extremes + ((<usize>load<u32>(groupOf + at)) << 2)
      const value = abs(load<f32>(values + at))
      if (value > load<f32>(to)) store<f32>(to, value)
    }
  }
}

/** As in runtime/train/tracking.ts. */
function leastForMagnitude(extreme: f64, magnitude: f64): f64 {
  if (magnitude <= 0) return 32
  return ceilLog2((extreme + EPSILON) / (1 - powerOfTwo(-<i32>magnitude) + EPSILON))
}

/** As in compiler/numeric/exponent.ts: 2^n by the exponent bits, subnormal from -1023 down. */
function powerOfTwo(n: i32): f64 {
  if (n > 1023) return Infinity
  if (n < -1074) return 0
  return reinterpret<f64>(n >= -1022 ? (<u64>(n + 1023)) << 52 : <u64>1 << (n + 1074))
}

/** As in compiler/numeric/exponent.ts: the smallest integer n with x ≤ 2^n, for x ≥ 0. */
function ceilLog2(x: f64): f64 {
  if (x === 0) return -Infinity
  if (x === Infinity) return x
  const word = reinterpret<u64>(x)
  const floor = word >= <u64>1 << 52 ? <i32>(word >> 52) - 1023 : 63 - <i32>clz(word) - 1074
  return <f64>(powerOfTwo(floor) === x ? floor : floor + 1)
}
