// Sums and extremes along axes, and the sums over samples that batch statistics need.
import { BLOCK, bytesOf, sumOfPair, zero } from './vector'

/** Codes of the reductions, in the order of `REDUCTIONS` in runtime/kernels/codes.ts. */
const SUM: i32 = 0
const MAX: i32 = 1

/** y[map[e]] = the sum or extreme of the rows x[e]; `started` holds one word for each row of y. */
export function reduceRows(
  y: usize,
  x: usize,
  map: usize,
  started: usize,
  rows: i32,
  outputs: i32,
  stride: usize,
  samples: i32,
  operation: i32,
): void {
  const end = bytesOf(samples)
  memory.fill(started, 0, (<usize>outputs) << 2)
  for (let row = 0; row < rows; row++, map += 4, x += stride) {
    const index = <usize>load<u32>(map)
    const to = y + index * stride
    if (load<u32>(started + (index << 2)) === 0) {
      store<u32>(started + (index << 2), 1)
      memory.copy(to, x, end)
      continue
    }
    for (let s: usize = 0; s < end; s += 16) {
      const held = v128.load(to + s)
      const value = v128.load(x + s)
      let result = held
      if (operation === SUM) result = f32x4.add(held, value)
      else if (operation === MAX) result = f32x4.pmax(held, value)
      else result = f32x4.pmin(held, value)
      v128.store(to + s, result)
    }
  }
}

/** dx[e] += dy[map[e]] for sums; for extremes where x[e] is the first that equals y; `taken` has the shape of y. */
export function reduceRowsBackward(
  dx: usize,
  dy: usize,
  x: usize,
  y: usize,
  map: usize,
  taken: usize,
  rows: i32,
  outputs: i32,
  stride: usize,
  samples: i32,
  operation: i32,
): void {
  const end = bytesOf(samples)
  if (operation !== SUM) memory.fill(taken, 0, <usize>outputs * stride)
  for (let row = 0; row < rows; row++, map += 4, x += stride, dx += stride) {
    const offset = <usize>load<u32>(map) * stride
    for (let s: usize = 0; s < end; s += 16) {
      let slope = v128.load(dy + offset + s)
      if (operation !== SUM) {
        const before = v128.load(taken + offset + s)
        const chosen = v128.andnot(f32x4.eq(v128.load(x + s), v128.load(y + offset + s)), before)
        v128.store(taken + offset + s, v128.or(before, chosen))
        slope = v128.and(slope, chosen)
      }
      v128.store(dx + s, f32x4.add(v128.load(dx + s), slope))
    }
  }
}

/**
 * Adds Σ x and Σ x² over the samples of row e to entry map[e] of `sums` (pairs of doubles). `samples` is exact here.
 */
export function sumMoments(sums: usize, map: usize, x: usize, rows: i32, stride: usize, samples: i32): void {
  for (let row = 0; row < rows; row++, map += 4, x += stride) {
    const to = sums + ((<usize>load<u32>(map)) << 4)
    let first: f64 = load<f64>(to)
    let second: f64 = load<f64>(to, 8)
    for (let s = 0; s < samples; s++) {
      const value = <f64>load<f32>(x + ((<usize>s) << 2))
      first += value
      second += value * value
    }
    store<f64>(to, first)
    store<f64>(to, second, 8)
  }
}

/** dx[e] (+)= offset[map[e]] + slope[map[e]] · x[e]; the samples beyond `exact` get 0. */
export function momentsBackward(
  dx: usize,
  x: usize,
  map: usize,
  offset: usize,
  slope: usize,
  rows: i32,
  stride: usize,
  samples: i32,
  exact: i32,
  accumulate: i32,
): void {
  const end = bytesOf(samples)
  const lanes = i32x4.replace_lane(i32x4.replace_lane(i32x4.replace_lane(i32x4.splat(0), 1, 1), 2, 2), 3, 3)
  for (let row = 0; row < rows; row++, map += 4, x += stride, dx += stride) {
    const at = (<usize>load<u32>(map)) << 2
    const a = v128.load32_splat(offset + at)
    const b = v128.load32_splat(slope + at)
    for (let s: usize = 0; s < end; s += 16) {
      const index = i32x4.add(i32x4.splat(<i32>(s >> 2)), lanes)
      let result = f32x4.add(a, f32x4.mul(b, v128.load(x + s)))
      result = v128.and(result, i32x4.lt_s(index, i32x4.splat(exact)))
      if (accumulate) result = f32x4.add(v128.load(dx + s), result)
      v128.store(dx + s, result)
    }
  }
}

/**
 * target[map[e]] += Σ_s x[e][s]: the gradient of a constant that every sample met. `scratch` has room for eight floats.
 */
export function sumSamples(
  target: usize,
  map: usize,
  x: usize,
  stride: usize,
  rows: i32,
  samples: i32,
  scratch: usize,
): void {
  const end = bytesOf(samples)
  for (let row = 0; row < rows; row++, map += 4, x += stride) {
    let low = zero()
    let high = zero()
    for (let s: usize = 0; s < end; s += BLOCK) {
      low = f32x4.add(low, v128.load(x + s))
      high = f32x4.add(high, v128.load(x + s, 16))
    }
    const to = target + ((<usize>load<u32>(map)) << 2)
    store<f32>(to, load<f32>(to) + sumOfPair(scratch, low, high))
  }
}
