// Operations element by element on the rows of a tile, with broadcasting by maps: row e of the result takes row map[e]
// of an operand. Gradients that several rows share are added up in the order of the rows.
import { bytesOf, zero } from './vector'

/** Codes of the binary operations, in the order of `BINARY` in runtime/kernels/codes.ts. */
const ADD: i32 = 0
const SUBTRACT: i32 = 1
const MULTIPLY: i32 = 2
const MAXIMUM: i32 = 3
const MINIMUM: i32 = 4

/** Codes of the unary operations, in the order of `UNARY` in runtime/kernels/codes.ts. */
const RELU: i32 = 0
const ABS: i32 = 1
/** Times a number: a shift, a negation. */
const SCALE: i32 = 2

/** Sets numbers to one value. */
export function fill(target: usize, value: f32, bytes: usize): void {
  const lanes = f32x4.splat(value)
  for (let at: usize = 0; at < bytes; at += 16) v128.store(target + at, lanes)
}

/**
 * Changes nothing, but takes the cache lines of `bytes` bytes away from cores that have read them: with one store for
 * each, so that many are on their way at once. A kernel with several stores for each line has its buffer of stores full
 * before the second line is there. No other thread may touch the bytes meanwhile.
 */
export function claim(target: usize, bytes: usize): void {
  for (let at: usize = 0; at < bytes; at += 64) store<i32>(target + at, load<i32>(target + at))
}

/**
 * Claims lines that will be written anew, where `wanted` is not 0: one word of each becomes 0, without a look at it. A
 * core goes on while a store waits for its line, but not for long while a load does.
 */
export function zeroLines(target: usize, bytes: usize, wanted: i32): void {
  if (wanted === 0) return
  for (let at: usize = 0; at < bytes; at += 64) store<i32>(target + at, 0)
}

/** Row e of `target` holds element e of a constant for every sample. */
export function repeatConstant(target: usize, source: usize, rows: i32, stride: usize, samples: i32): void {
  const end = bytesOf(samples)
  for (let row = 0; row < rows; row++, source += 4, target += stride) {
    const lanes = v128.load32_splat(source)
    for (let s: usize = 0; s < end; s += 16) v128.store(target + s, lanes)
  }
}

/** Row e of `y` is the operation of row e of `x`. */
export function unary(y: usize, x: usize, rows: i32, stride: usize, samples: i32, operation: i32, factor: f32): void {
  const end = bytesOf(samples)
  const lanes = f32x4.splat(factor)
  for (let row = 0; row < rows; row++, x += stride, y += stride) {
    for (let s: usize = 0; s < end; s += 16) {
      const value = v128.load(x + s)
      let result = value
      if (operation === RELU) result = f32x4.pmax(zero(), value)
      else if (operation === ABS) result = f32x4.abs(value)
      else result = f32x4.mul(value, lanes)
      v128.store(y + s, result)
    }
  }
}

/** dx (+)= dy · slope. */
export function unaryBackward(
  dx: usize,
  dy: usize,
  x: usize,
  rows: i32,
  stride: usize,
  samples: i32,
  operation: i32,
  factor: f32,
  accumulate: i32,
): void {
  const end = bytesOf(samples)
  const lanes = f32x4.splat(factor)
  for (let row = 0; row < rows; row++, x += stride, dx += stride, dy += stride) {
    for (let s: usize = 0; s < end; s += 16) {
      const slope = v128.load(dy + s)
      const value = v128.load(x + s)
      let result = slope
      if (operation === RELU) result = v128.and(slope, f32x4.gt(value, zero()))
      else if (operation === ABS) {
        const up = v128.and(slope, f32x4.gt(value, zero()))
        result = f32x4.sub(up, v128.and(slope, f32x4.lt(value, zero())))
      } else result = f32x4.mul(slope, lanes)
      if (accumulate) result = f32x4.add(v128.load(dx + s), result)
      v128.store(dx + s, result)
    }
  }
}

/** y[e] = a[aMap[e]] ∘ b[bMap[e]]. */
export function binary(
  y: usize,
  a: usize,
  aMap: usize,
  b: usize,
  bMap: usize,
  rows: i32,
  stride: usize,
  samples: i32,
  operation: i32,
): void {
  const end = bytesOf(samples)
  for (let row = 0; row < rows; row++, aMap += 4, bMap += 4, y += stride) {
    const p = a + <usize>load<u32>(aMap) * stride
    const q = b + <usize>load<u32>(bMap) * stride
    for (let s: usize = 0; s < end; s += 16) {
      const left = v128.load(p + s)
      const right = v128.load(q + s)
      let result = left
      if (operation === ADD) result = f32x4.add(left, right)
      else if (operation === SUBTRACT) result = f32x4.sub(left, right)
      else if (operation === MULTIPLY) result = f32x4.mul(left, right)
      else if (operation === MAXIMUM) result = v128.bitselect(left, right, f32x4.ge(left, right))
      else result = v128.bitselect(left, right, f32x4.le(left, right))
      v128.store(y + s, result)
    }
  }
}

/** Gradient of one side (0: a, 1: b): target[map[e]] += dy[e] · slope, where `map` is that of the side. */
export function binaryBackward(
  target: usize,
  dy: usize,
  a: usize,
  aMap: usize,
  b: usize,
  bMap: usize,
  rows: i32,
  stride: usize,
  samples: i32,
  operation: i32,
  side: i32,
): void {
  const end = bytesOf(samples)
  for (let row = 0; row < rows; row++, aMap += 4, bMap += 4, dy += stride) {
    const p = a + <usize>load<u32>(aMap) * stride
    const q = b + <usize>load<u32>(bMap) * stride
    const to = target + <usize>load<u32>(side === 0 ? aMap : bMap) * stride
    for (let s: usize = 0; s < end; s += 16) {
      const slope = v128.load(dy + s)
      let result = slope
      if (operation === SUBTRACT) result = side === 0 ? slope : f32x4.neg(slope)
      else if (operation === MULTIPLY) result = f32x4.mul(slope, v128.load((side === 0 ? q : p) + s))
      else if (operation === MAXIMUM || operation === MINIMUM) {
        const left = v128.load(p + s)
        const right = v128.load(q + s)
        const first = operation === MAXIMUM ? f32x4.ge(left, right) : f32x4.le(left, right)
        result = side === 0 ? v128.and(slope, first) : v128.andnot(slope, first)
      }
      v128.store(to + s, f32x4.add(v128.load(to + s), result))
    }
  }
}

/** y[e] = x[map[e]] for rows e with from[e] = index (`from` 0: all). */
export function moveRows(
  y: usize,
  x: usize,
  map: usize,
  from: usize,
  index: i32,
  rows: i32,
  stride: usize,
  samples: i32,
): void {
  const bytes = bytesOf(samples)
  for (let row = 0; row < rows; row++, map += 4, y += stride) {
    if (from !== 0 && load<i32>(from + ((<usize>row) << 2)) !== index) continue
    const index = load<i32>(map)
    if (index < 0) memory.fill(y, 0, bytes)
    else memory.copy(y, x + <usize>index * stride, bytes)
  }
}

/** dx[map[e]] += dy[e] for rows e with from[e] = index (`from` 0: all). */
export function moveRowsBackward(
  dx: usize,
  dy: usize,
  map: usize,
  from: usize,
  index: i32,
  rows: i32,
  stride: usize,
  samples: i32,
): void {
  const end = bytesOf(samples)
  for (let row = 0; row < rows; row++, map += 4, dy += stride) {
    if (from !== 0 && load<i32>(from + ((<usize>row) << 2)) !== index) continue
    const index = load<i32>(map)
    if (index < 0) continue
    const to = dx + <usize>index * stride
    for (let s: usize = 0; s < end; s += 16) v128.store(to + s, f32x4.add(v128.load(to + s), v128.load(dy + s)))
  }
}
