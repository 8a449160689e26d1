// Products of a tile of data with constants, y[n] (+)= Σ_k a[k][n] · x[k], and of data with data, for all samples of a tile
// at once. A tensor of a tile is a matrix with one row for each element and one column for each sample. Every output adds
// its products up in the order of k, whatever the width of the vectors.
import { LIST_ENTRY, LIST_HEADER } from './panels'
import { BLOCK, bytesOf, zero } from './vector'

/** Adds to what the output holds. */
const ACCUMULATE: i32 = 1
/** Stores max(y, 0). */
const RELU: i32 = 2
/** Behind the panels there may be lists of what is not 0 in them. */
const LISTED: i32 = 4
/** Bytes of the samples that a list is gone through for at once. */
const WIDE: usize = 4 * BLOCK

/**
 * For each of `jobs` entries (x, y, a: byte offsets, bias: byte offset or -1) of the table:
 * y[n] = bias[n] + Σ_k a[k][n] · x[k]. `a` comes in panels of four columns: [n / 4][k][4], behind which there may be what
 * `listWeights` makes of them; rows of x and y are `xStride` and `yStride` bytes apart.
 */
export function contract(
  table: usize,
  jobs: i32,
  x: usize,
  xStride: usize,
  y: usize,
  yStride: usize,
  a: usize,
  bias: usize,
  k: i32,
  n: i32,
  samples: i32,
  flags: i32,
): void {
  for (let job = 0; job < jobs; job++, table += 16) {
    const biasOffset = load<i32>(table, 12)
    const from = x + load<u32>(table)
    const to = y + load<u32>(table, 4)
    const panels = a + load<u32>(table, 8)
    const added: usize = biasOffset < 0 ? 0 : bias + <usize>biasOffset
    const lists = panels + (((<usize>k) * ((<usize>(n + 3)) & ~3)) << 2)
    if (flags & LISTED && load<i32>(lists) !== 0) contractLists(from, to, yStride, lists, added, n, samples, flags)
    else contractOne(from, xStride, to, yStride, panels, added, k, n, samples, flags)
  }
}

/** Sums over the weights of a list alone. */
function contractLists(
  x: usize,
  y: usize,
  yStride: usize,
  lists: usize,
  bias: usize,
  n: i32,
  samples: i32,
  flags: i32,
): void {
  const end = bytesOf(samples)
  const ends = lists + LIST_HEADER
  let first = ends + (((<usize>(n + 3)) & ~3) << 2)
  for (let column = 0; column < n; column++, y += yStride) {
    const last = lists + <usize>load<u32>(ends + ((<usize>column) << 2))
    let s: usize = 0
    for (; s + WIDE <= end; s += WIDE) {
      let a0 = zero()
      let a1 = a0
      let a2 = a0
      let a3 = a0
      let a4 = a0
      let a5 = a0
      let a6 = a0
      let a7 = a0
      for (let entry = first; entry < last; entry += LIST_ENTRY) {
        const row = x + s + <usize>load<u32>(entry)
        const w = v128.load32_splat(entry, 4)
        a0 = f32x4.add(a0, f32x4.mul(w, v128.load(row)))
        a1 = f32x4.add(a1, f32x4.mul(w, v128.load(row, 16)))
        a2 = f32x4.add(a2, f32x4.mul(w, v128.load(row, 32)))
        a3 = f32x4.add(a3, f32x4.mul(w, v128.load(row, 48)))
        a4 = f32x4.add(a4, f32x4.mul(w, v128.load(row, 64)))
        a5 = f32x4.add(a5, f32x4.mul(w, v128.load(row, 80)))
        a6 = f32x4.add(a6, f32x4.mul(w, v128.load(row, 96)))
        a7 = f32x4.add(a7, f32x4.mul(w, v128.load(row, 112)))
      }
      const out = y + s
      finish(out, bias, column, a0, a1, flags)
      finish(out + 32, bias, column, a2, a3, flags)
      finish(out + 64, bias, column, a4, a5, flags)
      finish(out + 96, bias, column, a6, a7, flags)
    }
    for (; s < end; s += BLOCK) {
      let a0 = zero()
      let a1 = a0
      for (let entry = first; entry < last; entry += LIST_ENTRY) {
        const row = x + s + <usize>load<u32>(entry)
        const w = v128.load32_splat(entry, 4)
        a0 = f32x4.add(a0, f32x4.mul(w, v128.load(row)))
        a1 = f32x4.add(a1, f32x4.mul(w, v128.load(row, 16)))
      }
      finish(y + s, bias, column, a0, a1, flags)
    }
    first = last
  }
}

function contractOne(
  x: usize,
  xStride: usize,
  y: usize,
  yStride: usize,
  a: usize,
  bias: usize,
  k: i32,
  n: i32,
  samples: i32,
  flags: i32,
): void {
  const end = bytesOf(samples)
  for (let s: usize = 0; s < end; s += BLOCK) {
    let panel = a
    let out = y + s
    for (let column = 0; column < n; column += 4) {
      let a00 = zero()
      let a01 = a00
      let a10 = a00
      let a11 = a00
      let a20 = a00
      let a21 = a00
      let a30 = a00
      let a31 = a00
      let row = x + s
      const last = panel + ((<usize>k) << 4)
      while (panel < last) {
        const x0 = v128.load(row)
        const x1 = v128.load(row, 16)
        let w = v128.load32_splat(panel)
        a00 = f32x4.add(a00, f32x4.mul(w, x0))
        a01 = f32x4.add(a01, f32x4.mul(w, x1))
        w = v128.load32_splat(panel, 4)
        a10 = f32x4.add(a10, f32x4.mul(w, x0))
        a11 = f32x4.add(a11, f32x4.mul(w, x1))
        w = v128.load32_splat(panel, 8)
        a20 = f32x4.add(a20, f32x4.mul(w, x0))
        a21 = f32x4.add(a21, f32x4.mul(w, x1))
        w = v128.load32_splat(panel, 12)
        a30 = f32x4.add(a30, f32x4.mul(w, x0))
        a31 = f32x4.add(a31, f32x4.mul(w, x1))
        panel += 16
        row += xStride
      }
      const left = n - column
      finish(out, bias, column, a00, a01, flags)
      if (left > 1) finish(out + yStride, bias, column + 1, a10, a11, flags)
      if (left > 2) finish(out + 2 * yStride, bias, column + 2, a20, a21, flags)
      if (left > 3) finish(out + 3 * yStride, bias, column + 3, a30, a31, flags)
      out += 4 * yStride
    }
  }
}

// @ts-expect-error: decorator
@inline
function finish(out: usize, bias: usize, column: i32, low: v128, high: v128, flags: i32): void {
  if (bias !== 0) {
    const offset = v128.load32_splat(bias + ((<usize>column) << 2))
    low = f32x4.add(low, offset)
    high = f32x4.add(high, offset)
  }
  if (flags & ACCUMULATE) {
    low = f32x4.add(v128.load(out), low)
    high = f32x4.add(v128.load(out, 16), high)
  }
  if (flags & RELU) {
    low = f32x4.pmax(zero(), low)
    high = f32x4.pmax(zero(), high)
  }
  v128.store(out, low)
  v128.store(out, high, 16)
}

/**
 * Products of data with data. For each of `outputs` entries (y: byte offset) of the table, followed by `terms` pairs of
 * byte offsets into left and right: y (+)= Σ left · right, sample by sample.
 */
export function contractData(
  table: usize,
  outputs: i32,
  terms: i32,
  left: usize,
  right: usize,
  y: usize,
  samples: i32,
  flags: i32,
): void {
  const end = bytesOf(samples)
  for (let output = 0; output < outputs; output++) {
    const out = y + load<u32>(table)
    table += 4
    for (let s: usize = 0; s < end; s += BLOCK) {
      let low = zero()
      let high = zero()
      let entry = table
      for (let term = 0; term < terms; term++, entry += LIST_ENTRY) {
        const p = left + load<u32>(entry) + s
        const q = right + load<u32>(entry, 4) + s
        low = f32x4.add(low, f32x4.mul(v128.load(p), v128.load(q)))
        high = f32x4.add(high, f32x4.mul(v128.load(p, 16), v128.load(q, 16)))
      }
      finish(out + s, 0, 0, low, high, flags)
    }
    table += (<usize>terms) << 3
  }
}
