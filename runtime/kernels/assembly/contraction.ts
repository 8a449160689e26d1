// Products of a tile of data with constants: y[n] (+)= Σ_k a[k][n] · x[k] for all samples of a tile at once, and the
// gradients of both factors. A tensor of a tile is a matrix with one row for each element and one column for each
// sample. Every output adds its products up in the order of k (of the samples, for weights), whatever the width of the
// vectors.
import { BLOCK, bytesOf, storeTransposed, sumOfPair, zero } from './vector'

/** Adds to what the output holds. */
const ACCUMULATE: i32 = 1
/** Stores max(y, 0). */
const RELU: i32 = 2

/**
 * For each of `jobs` entries (x, y, a: byte offsets, bias: byte offset or -1) of the table:
 * y[n] = bias[n] + Σ_k a[k][n] · x[k]. `a` comes in panels of four columns: [n / 4][k][4]; rows of x and y are
 * `xStride` and `yStride` bytes apart.
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
    contractOne(
      x + load<u32>(table),
      xStride,
      y + load<u32>(table, 4),
      yStride,
      a + load<u32>(table, 8),
      biasOffset < 0 ? 0 : bias + <usize>biasOffset,
      k,
      n,
      samples,
      flags,
    )
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
 * For each entry (x, dy, dw: byte offsets, unused) of the table: dw[k][n] += Σ_s x[k][s] · dy[n][s]. Rows of dw hold
 * `width` floats, a multiple of eight; `scratch` has room for samples · width + 8 floats.
 *
 * `begins`: dw counts as 0 before the first of the entries that add to it, which follow each other. To set it to 0 ahead
 * would be a burst of stores to lines that other threads read a moment ago, each of which takes as long as a line from
 * another core's cache; here they come one by one, and the products go on meanwhile.
 */
export function outerProducts(
  table: usize,
  jobs: i32,
  x: usize,
  xStride: usize,
  dy: usize,
  dyStride: usize,
  dw: usize,
  scratch: usize,
  k: i32,
  n: i32,
  width: i32,
  samples: i32,
  begins: i32,
): void {
  const zeros = scratch + bytesOf(samples) * <usize>width
  v128.store(zeros, zero())
  v128.store(zeros, zero(), 16)
  let last: usize = 0
  for (let job = 0; job < jobs; job++, table += 16) {
    const out = dw + load<u32>(table, 8)
    transpose(dy + load<u32>(table, 4), dyStride, scratch, n, width, samples)
    const held: usize = begins !== 0 && out !== last ? zeros : 0
    outerOne(x + load<u32>(table), xStride, scratch, out, held, k, width, samples)
    last = out
  }
}

/** One entry of the table. `held`: what stands for each eight sums before, 0 for themselves. */
function outerOne(x: usize, xStride: usize, dy: usize, dw: usize, held: usize, k: i32, width: i32, samples: i32): void {
  const rowBytes = (<usize>width) << 2
  const end = bytesOf(samples)
  const fours = k & ~3
  for (let column: usize = 0; column < rowBytes; column += BLOCK) {
    let row = x
    let out = dw + column
    for (let at = 0; at < fours; at += 4) {
      let a00 = zero()
      let a01 = a00
      let a10 = a00
      let a11 = a00
      let a20 = a00
      let a21 = a00
      let a30 = a00
      let a31 = a00
      let p0 = row
      let p1 = row + xStride
      let p2 = row + 2 * xStride
      let p3 = row + 3 * xStride
      let q = dy + column
      const last = row + end
      while (p0 < last) {
        const y0 = v128.load(q)
        const y1 = v128.load(q, 16)
        let w = v128.load32_splat(p0)
        a00 = f32x4.add(a00, f32x4.mul(w, y0))
        a01 = f32x4.add(a01, f32x4.mul(w, y1))
        w = v128.load32_splat(p1)
        a10 = f32x4.add(a10, f32x4.mul(w, y0))
        a11 = f32x4.add(a11, f32x4.mul(w, y1))
        w = v128.load32_splat(p2)
        a20 = f32x4.add(a20, f32x4.mul(w, y0))
        a21 = f32x4.add(a21, f32x4.mul(w, y1))
        w = v128.load32_splat(p3)
        a30 = f32x4.add(a30, f32x4.mul(w, y0))
        a31 = f32x4.add(a31, f32x4.mul(w, y1))
        p0 += 4
        p1 += 4
        p2 += 4
        p3 += 4
        q += rowBytes
      }
      addTo(out, held, a00, a01)
      addTo(out + rowBytes, held, a10, a11)
      addTo(out + 2 * rowBytes, held, a20, a21)
      addTo(out + 3 * rowBytes, held, a30, a31)
      row += 4 * xStride
      out += 4 * rowBytes
    }
    for (let at = fours; at < k; at++) {
      let a00 = zero()
      let a01 = a00
      let p = row
      let q = dy + column
      const last = row + end
      while (p < last) {
        const w = v128.load32_splat(p)
        a00 = f32x4.add(a00, f32x4.mul(w, v128.load(q)))
        a01 = f32x4.add(a01, f32x4.mul(w, v128.load(q, 16)))
        p += 4
        q += rowBytes
      }
      addTo(out, held, a00, a01)
      row += xStride
      out += rowBytes
    }
  }
}

// @ts-expect-error: decorator
@inline
function addTo(out: usize, held: usize, low: v128, high: v128): void {
  const from = held === 0 ? out : held
  // Both are read before one is written: else they could overlap, and a compiler would not join them into one.
  const heldLow = v128.load(from)
  const heldHigh = v128.load(from, 16)
  v128.store(out, f32x4.add(heldLow, low))
  v128.store(out, f32x4.add(heldHigh, high), 16)
}

/** out[s][n] = x[n][s]; columns from n to `width` become 0. */
function transpose(x: usize, stride: usize, out: usize, n: i32, width: i32, samples: i32): void {
  const rowBytes = (<usize>width) << 2
  const end = bytesOf(samples)
  for (let column = 0; column < width; column += 4) {
    const p0 = x + <usize>column * stride
    const p1 = p0 + stride
    const p2 = p1 + stride
    const p3 = p2 + stride
    const left = n - column
    let to = out + ((<usize>column) << 2)
    for (let s: usize = 0; s < end; s += 16) {
      const r0 = left > 0 ? v128.load(p0 + s) : zero()
      const r1 = left > 1 ? v128.load(p1 + s) : zero()
      const r2 = left > 2 ? v128.load(p2 + s) : zero()
      const r3 = left > 3 ? v128.load(p3 + s) : zero()
      storeTransposed(to, rowBytes, r0, r1, r2, r3)
      to += 4 * rowBytes
    }
  }
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
      for (let term = 0; term < terms; term++, entry += 8) {
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

/**
 * Weights in the panels that `contract` reads: target[c / 4][i][c % 4] = source at i · innerStride + c · columnStride
 * bytes; columns beyond the last are 0.
 */
export function packPanels(
  target: usize,
  source: usize,
  inner: i32,
  columns: i32,
  innerStride: usize,
  columnStride: usize,
): void {
  if (columnStride === 4) return packRows(target, source, inner, columns, innerStride)
  for (let column = 0; column < columns; column += 4) {
    let p0 = source + <usize>column * columnStride
    let p1 = p0 + columnStride
    let p2 = p1 + columnStride
    let p3 = p2 + columnStride
    const left = columns - column
    if (left >= 4) {
      let i = 0
      if (innerStride === 4) {
        for (; i + 4 <= inner; i += 4) {
          storeTransposed(target, 16, v128.load(p0), v128.load(p1), v128.load(p2), v128.load(p3))
          target += 64
          p0 += 16
          p1 += 16
          p2 += 16
          p3 += 16
        }
      }
      for (; i < inner; i++, target += 16) {
        store<f32>(target, load<f32>(p0))
        store<f32>(target, load<f32>(p1), 4)
        store<f32>(target, load<f32>(p2), 8)
        store<f32>(target, load<f32>(p3), 12)
        p0 += innerStride
        p1 += innerStride
        p2 += innerStride
        p3 += innerStride
      }
    } else {
      for (let i = 0; i < inner; i++, target += 16) {
        store<f32>(target, load<f32>(p0))
        store<f32>(target, left > 1 ? load<f32>(p1) : 0, 4)
        store<f32>(target, left > 2 ? load<f32>(p2) : 0, 8)
        store<f32>(target, 0, 12)
        p0 += innerStride
        p1 += innerStride
        p2 += innerStride
      }
    }
  }
}

/**
 * The same where columns follow each other. The source is read in its order: another thread has written to some of it, and
 * a core fetches such lines ahead only where they are asked for one after the other.
 */
function packRows(target: usize, source: usize, inner: i32, columns: i32, innerStride: usize): void {
  const panelBytes = (<usize>inner) << 4
  const fours = columns & ~3
  for (let i = 0; i < inner; i++, target += 16, source += innerStride) {
    let to = target
    let from = source
    for (let column = 0; column < fours; column += 4, to += panelBytes, from += 16) v128.store(to, v128.load(from))
    const left = columns - fours
    if (left === 0) continue
    store<f32>(to, load<f32>(from))
    store<f32>(to, left > 1 ? load<f32>(from, 4) : 0, 4)
    store<f32>(to, left > 2 ? load<f32>(from, 8) : 0, 8)
    store<f32>(to, 0, 12)
  }
}
