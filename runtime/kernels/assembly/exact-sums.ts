// Sums of products in exact inference. Of each kernel there is an instance for float32 and one for float64: values lie
// on a grid that the type holds, as runtime/infer/precision.ts proves, so nothing rounds but the quantizers. Rows are
// elements, columns the samples of a tile; strides are in bytes. `samples` is a multiple of eight: the last sample is
// repeated up to it.
import { bytes } from './exact-rows'

/** Bytes that sums keep in registers: eight vectors. What is left is done in two vectors. */
const WIDE: usize = 128
const NARROW: usize = 32

// @ts-expect-error: decorator
@inline
function finish<T>(out: usize, sum: v128, relu: i32): void {
  v128.store(out, relu ? v128.pmax<T>(v128.splat<T>(0), sum) : sum)
}

/**
 * y = init + Σ weight · x for each entry (x, y: byte offsets; list; unused) of the table. List l has `counts[l]` terms
 * from lists + l · `room` on: a word with the byte offset of a row of x, and a weight; each takes two T. `init` holds a
 * T for each entry.
 */
// @ts-expect-error: decorator
@inline
function sumTerms<T>(
  table: usize,
  entries: i32,
  x: usize,
  y: usize,
  lists: usize,
  room: usize,
  counts: usize,
  init: usize,
  samples: i32,
  relu: i32,
): void {
  const end = bytes<T>(samples)
  for (let entry = 0; entry < entries; entry++, table += 16, init += sizeof<T>()) {
    const from = x + load<u32>(table)
    const to = y + load<u32>(table, 4)
    const list = <usize>load<u32>(table, 8)
    const first = lists + list * room
    const last = first + <usize>load<u32>(counts + (list << 2)) * 2 * sizeof<T>()
    const start = v128.load_splat<T>(init)
    let s: usize = 0
    for (; s + WIDE <= end; s += WIDE) {
      let a0 = start
      let a1 = start
      let a2 = start
      let a3 = start
      let a4 = start
      let a5 = start
      let a6 = start
      let a7 = start
      for (let term = first; term < last; term += 2 * sizeof<T>()) {
        const row = from + s + load<u32>(term)
        const weight = v128.load_splat<T>(term + sizeof<T>())
        a0 = v128.add<T>(a0, v128.mul<T>(weight, v128.load(row)))
        a1 = v128.add<T>(a1, v128.mul<T>(weight, v128.load(row, 16)))
        a2 = v128.add<T>(a2, v128.mul<T>(weight, v128.load(row, 32)))
        a3 = v128.add<T>(a3, v128.mul<T>(weight, v128.load(row, 48)))
        a4 = v128.add<T>(a4, v128.mul<T>(weight, v128.load(row, 64)))
        a5 = v128.add<T>(a5, v128.mul<T>(weight, v128.load(row, 80)))
        a6 = v128.add<T>(a6, v128.mul<T>(weight, v128.load(row, 96)))
        a7 = v128.add<T>(a7, v128.mul<T>(weight, v128.load(row, 112)))
      }
      const out = to + s
      finish<T>(out, a0, relu)
      finish<T>(out + 16, a1, relu)
      finish<T>(out + 32, a2, relu)
      finish<T>(out + 48, a3, relu)
      finish<T>(out + 64, a4, relu)
      finish<T>(out + 80, a5, relu)
      finish<T>(out + 96, a6, relu)
      finish<T>(out + 112, a7, relu)
    }
    for (; s < end; s += NARROW) {
      let a0 = start
      let a1 = start
      for (let term = first; term < last; term += 2 * sizeof<T>()) {
        const row = from + s + load<u32>(term)
        const weight = v128.load_splat<T>(term + sizeof<T>())
        a0 = v128.add<T>(a0, v128.mul<T>(weight, v128.load(row)))
        a1 = v128.add<T>(a1, v128.mul<T>(weight, v128.load(row, 16)))
      }
      finish<T>(to + s, a0, relu)
      finish<T>(to + s + 16, a1, relu)
    }
  }
}

/**
 * For each entry of the table (y: byte offset, then `terms` pairs of byte offsets of left and right):
 * y = Σ left · right.
 */
// @ts-expect-error: decorator
@inline
function sumProducts<T>(
  table: usize,
  entries: i32,
  terms: i32,
  left: usize,
  right: usize,
  y: usize,
  samples: i32,
): void {
  const end = bytes<T>(samples)
  const size: usize = 4 + ((<usize>terms) << 3)
  for (let entry = 0; entry < entries; entry++, table += size) {
    const to = y + load<u32>(table)
    const last = table + size
    for (let s: usize = 0; s < end; s += 16) {
      let sum = v128.splat<T>(0)
      for (let pair = table + 4; pair < last; pair += 8)
        sum = v128.add<T>(
          sum,
          v128.mul<T>(v128.load(left + load<u32>(pair) + s), v128.load(right + load<u32>(pair, 4) + s)),
        )
      v128.store(to + s, sum)
    }
  }
}

export function sumTerms32(
  table: usize,
  entries: i32,
  x: usize,
  y: usize,
  lists: usize,
  room: usize,
  counts: usize,
  init: usize,
  samples: i32,
  relu: i32,
): void {
  sumTerms<f32>(table, entries, x, y, lists, room, counts, init, samples, relu)
}

export function sumTerms64(
  table: usize,
  entries: i32,
  x: usize,
  y: usize,
  lists: usize,
  room: usize,
  counts: usize,
  init: usize,
  samples: i32,
  relu: i32,
): void {
  sumTerms<f64>(table, entries, x, y, lists, room, counts, init, samples, relu)
}

export function sumProducts32(
  table: usize,
  entries: i32,
  terms: i32,
  left: usize,
  right: usize,
  y: usize,
  samples: i32,
): void {
  sumProducts<f32>(table, entries, terms, left, right, y, samples)
}

export function sumProducts64(
  table: usize,
  entries: i32,
  terms: i32,
  left: usize,
  right: usize,
  y: usize,
  samples: i32,
): void {
  sumProducts<f64>(table, entries, terms, left, right, y, samples)
}
