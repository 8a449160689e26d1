// Operations element by element in exact inference, and moves between precisions. Of each kernel there is an instance
// for float32 and one for float64: values lie on a grid that the type holds, as runtime/infer/precision.ts proves, so
// nothing rounds but the quantizers. Rows are elements, columns the samples of a tile; strides are in bytes. `samples`
// is a multiple of eight: the last sample is repeated up to it.
import { bytes } from './exact-rows'

/** Unary operations: ReLU, magnitude, times a power of two (or minus one). */
// @ts-expect-error: decorator
@inline
function unary<T>(y: usize, x: usize, rows: i32, stride: usize, samples: i32, operation: i32, factor: f64): void {
  const end = bytes<T>(samples)
  const lanes = v128.splat<T>(<T>factor)
  for (let row = 0; row < rows; row++, x += stride, y += stride) {
    for (let s: usize = 0; s < end; s += 16) {
      const value = v128.load(x + s)
      let result = value
      if (operation === 0) result = v128.pmax<T>(v128.splat<T>(0), value)
      else if (operation === 1) result = v128.abs<T>(value)
      else result = v128.mul<T>(value, lanes)
      v128.store(y + s, result)
    }
  }
}

/**
 * y[e] = a ∘ b: add, subtract, multiply, maximum, minimum. `maps` holds byte offsets of a's and b's row for each e. A
 * constant, told by the bits of `constants` (1: a, 2: b), has one T for each element instead of a row.
 */
// @ts-expect-error: decorator
@inline
function binary<T>(
  y: usize,
  a: usize,
  b: usize,
  maps: usize,
  constants: i32,
  rows: i32,
  stride: usize,
  samples: i32,
  operation: i32,
): void {
  const end = bytes<T>(samples)
  for (let row = 0; row < rows; row++, maps += 8, y += stride) {
    const p = a + load<u32>(maps)
    const q = b + load<u32>(maps, 4)
    const left0 = v128.load_splat<T>(p)
    const right0 = v128.load_splat<T>(q)
    for (let s: usize = 0; s < end; s += 16) {
      const left = constants & 1 ? left0 : v128.load(p + s)
      const right = constants & 2 ? right0 : v128.load(q + s)
      let result = left
      if (operation === 0) result = v128.add<T>(left, right)
      else if (operation === 1) result = v128.sub<T>(left, right)
      else if (operation === 2) result = v128.mul<T>(left, right)
      else if (operation === 3) result = v128.pmax<T>(right, left)
      else result = v128.pmin<T>(right, left)
      v128.store(y + s, result)
    }
  }
}

/**
 * Row y of each pair (y, x: byte offsets) of the table is row x. With `constant` ≠ 0 x holds one T instead of a row.
 */
// @ts-expect-error: decorator
@inline
function move<T>(y: usize, x: usize, table: usize, rows: i32, samples: i32, constant: i32): void {
  const end = bytes<T>(samples)
  for (let row = 0; row < rows; row++, table += 8) {
    const to = y + load<u32>(table)
    const from = x + load<u32>(table, 4)
    if (constant) {
      const lanes = v128.load_splat<T>(from)
      for (let s: usize = 0; s < end; s += 16) v128.store(to + s, lanes)
    } else memory.copy(to, from, end)
  }
}

/** Sums (0), maxima (1) or minima (2): for each entry of the table (y, then `terms` byte offsets of rows of x). */
// @ts-expect-error: decorator
@inline
function reduce<T>(y: usize, x: usize, table: usize, rows: i32, terms: i32, samples: i32, operation: i32): void {
  const end = bytes<T>(samples)
  const size = (<usize>(terms + 1)) << 2
  for (let row = 0; row < rows; row++, table += size) {
    const to = y + load<u32>(table)
    const last = table + size
    for (let s: usize = 0; s < end; s += 16) {
      let result = v128.load(x + load<u32>(table, 4) + s)
      for (let term = table + 8; term < last; term += 4) {
        const value = v128.load(x + load<u32>(term) + s)
        if (operation === 0) result = v128.add<T>(result, value)
        else if (operation === 1) result = v128.pmax<T>(result, value)
        else result = v128.pmin<T>(result, value)
      }
      v128.store(to + s, result)
    }
  }
}

/** target[first + s][e] = source[e][s], `exact` of them, as float64 with one zero. */
// @ts-expect-error: decorator
@inline
function putRows<T>(target: usize, source: usize, elements: i32, stride: usize, first: i32, exact: i32): void {
  target += (<usize>(first * elements)) << 3
  for (let s = 0; s < exact; s++) {
    let from = source + <usize>s * sizeof<T>()
    for (let e = 0; e < elements; e++, target += 8, from += stride) store<f64>(target, <f64>load<T>(from) + 0.0)
  }
}

/** Rows of float32 as rows of float64. */
export function promoteRows(y: usize, x: usize, rows: i32, yStride: usize, xStride: usize, samples: i32): void {
  const end = bytes<f32>(samples)
  for (let row = 0; row < rows; row++, x += xStride, y += yStride) {
    let to = y
    for (let s: usize = 0; s < end; s += 8, to += 16)
      v128.store(to, f64x2.promote_low_f32x4(v128.load64_zero(x + s)))
  }
}

/** Rows of float64 that float32 holds. */
export function demoteRows(y: usize, x: usize, rows: i32, yStride: usize, xStride: usize, samples: i32): void {
  const end = bytes<f32>(samples)
  for (let row = 0; row < rows; row++, x += xStride, y += yStride) {
    let from = x
    for (let s: usize = 0; s < end; s += 8, from += 16)
      v128.store64_lane(y + s, f32x4.demote_f64x2_zero(v128.load(from)), 0)
  }
}

export function unary32(y: usize, x: usize, rows: i32, stride: usize, samples: i32, operation: i32, factor: f64): void {
  unary<f32>(y, x, rows, stride, samples, operation, factor)
}

export function unary64(y: usize, x: usize, rows: i32, stride: usize, samples: i32, operation: i32, factor: f64): void {
  unary<f64>(y, x, rows, stride, samples, operation, factor)
}

export function binary32(
  y: usize,
  a: usize,
  b: usize,
  maps: usize,
  constants: i32,
  rows: i32,
  stride: usize,
  samples: i32,
  operation: i32,
): void {
  binary<f32>(y, a, b, maps, constants, rows, stride, samples, operation)
}

export function binary64(
  y: usize,
  a: usize,
  b: usize,
  maps: usize,
  constants: i32,
  rows: i32,
  stride: usize,
  samples: i32,
  operation: i32,
): void {
  binary<f64>(y, a, b, maps, constants, rows, stride, samples, operation)
}

export function move32(y: usize, x: usize, table: usize, rows: i32, samples: i32, constant: i32): void {
  move<f32>(y, x, table, rows, samples, constant)
}

export function move64(y: usize, x: usize, table: usize, rows: i32, samples: i32, constant: i32): void {
  move<f64>(y, x, table, rows, samples, constant)
}

export function reduce32(y: usize, x: usize, table: usize, rows: i32, terms: i32, samples: i32, operation: i32): void {
  reduce<f32>(y, x, table, rows, terms, samples, operation)
}

export function reduce64(y: usize, x: usize, table: usize, rows: i32, terms: i32, samples: i32, operation: i32): void {
  reduce<f64>(y, x, table, rows, terms, samples, operation)
}

export function putRows32(target: usize, source: usize, elements: i32, stride: usize, first: i32, exact: i32): void {
  putRows<f32>(target, source, elements, stride, first, exact)
}

export function putRows64(target: usize, source: usize, elements: i32, stride: usize, first: i32, exact: i32): void {
  putRows<f64>(target, source, elements, stride, first, exact)
}
