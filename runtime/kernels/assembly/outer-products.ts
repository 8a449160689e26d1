// The gradient of the weights of a product: sums of products of data and gradients over the samples of a tile. Every output
// adds its products up in the order of the samples, whatever the width of the vectors.
import { BLOCK, bytesOf, storeTransposed, zero } from './vector'

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
