// The gradient of the weights of a product: sums of products of data and gradients over the samples of a tile. Every output
// adds its products up in the order of the samples, whatever the width of the vectors.
import { BLOCK, bytesOf, storeTransposed, zero } from './vector'

/** Columns that are taken at once: a block of floats. */
const COLUMNS: i32 = 8

/**
 * For each entry (x, dy, dw: byte offsets, unused) of the table: dw[k][n] += Σ_s x[k][s] · dy[n][s]. Rows of dw hold
 * `width` floats, a multiple of eight; `scratch` has room for samples · width + width + k + 16 floats.
 *
 * `begins`: dw counts as 0 before the first of the entries that add to it, which follow each other. To set it to 0 ahead
 * would be a burst of stores to lines that other threads read a moment ago, each of which takes as long as a line from
 * another core's cache; here they come one by one, and the products go on meanwhile.
 *
 * Rows of x and dy that are 0 throughout, as those of pruned units are, are left out: what is finite times 0 adds nothing.
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
  const columns = zeros + BLOCK
  const rows = columns + ((<usize>width) << 2)
  const room = rows + ((<usize>k) << 2)
  let last: usize = 0
  for (let job = 0; job < jobs; job++, table += 16) {
    const from = x + load<u32>(table)
    const gradients = dy + load<u32>(table, 4)
    const out = dw + load<u32>(table, 8)
    const held: usize = begins !== 0 && out !== last ? zeros : 0
    last = out
    const rowCount = listNonZero(rows, from, xStride, k, samples)
    let columnCount = listNonZero(columns, gradients, dyStride, n, samples)
    const packed = ((columnCount + COLUMNS - 1) / COLUMNS) * COLUMNS
    // To leave columns out is of no use where as many blocks remain.
    const isPacked = packed < width
    if (!isPacked) columnCount = listAll(columns, n)
    if (held !== 0 && (isPacked || rowCount < k)) memory.fill(out, 0, (<usize>(k * width)) << 2)
    transpose(gradients, dyStride, columns, columnCount, scratch, packed, samples)
    const chosen: usize = isPacked ? columns : 0
    outerOne(from, xStride, rows, rowCount, scratch, packed, out, width, held, samples, chosen, columnCount, room)
  }
}

/** The numbers of the rows that are not 0 throughout; how many there are. */
function listNonZero(list: usize, rows: usize, stride: usize, count: i32, samples: i32): i32 {
  const end = bytesOf(samples)
  let found = 0
  for (let row = 0; row < count; row++, rows += stride) {
    for (let s: usize = 0; s < end; s += BLOCK) {
      const low = f32x4.ne(v128.load(rows + s), zero())
      const high = f32x4.ne(v128.load(rows + s, 16), zero())
      if (!v128.any_true(v128.or(low, high))) continue
      store<i32>(list + ((<usize>found) << 2), row)
      found++
      break
    }
  }
  return found
}

function listAll(list: usize, count: i32): i32 {
  for (let row = 0; row < count; row++) store<i32>(list + ((<usize>row) << 2), row)
  return count
}

/**
 * One entry of the table: `rowCount` rows of x, by their numbers at `rows`, and the columns of `dy`, of which a sample has
 * `packed`. `held`: what stands for each eight sums before, 0 for themselves. `columns`: the numbers of the columns where
 * some are left out, else 0.
 */
function outerOne(
  x: usize,
  xStride: usize,
  rows: usize,
  rowCount: i32,
  dy: usize,
  packed: i32,
  dw: usize,
  width: i32,
  held: usize,
  samples: i32,
  columns: usize,
  columnCount: i32,
  room: usize,
): void {
  const packedBytes = (<usize>packed) << 2
  const rowBytes = (<usize>width) << 2
  const end = bytesOf(samples)
  const fours = rowCount & ~3
  for (let column = 0; column < packed; column += COLUMNS) {
    const firstColumn = dy + ((<usize>column) << 2)
    const target = columns === 0 ? dw + ((<usize>column) << 2) : dw
    const list: usize = columns === 0 ? 0 : columns + ((<usize>column) << 2)
    const count = min(columnCount - column, COLUMNS)
    for (let at = 0; at < fours; at += 4) {
      const numbers = rows + ((<usize>at) << 2)
      const n0 = <usize>load<u32>(numbers)
      const n1 = <usize>load<u32>(numbers, 4)
      const n2 = <usize>load<u32>(numbers, 8)
      const n3 = <usize>load<u32>(numbers, 12)
      let a00 = zero()
      let a01 = a00
      let a10 = a00
      let a11 = a00
      let a20 = a00
      let a21 = a00
      let a30 = a00
      let a31 = a00
      let p0 = x + n0 * xStride
      let p1 = x + n1 * xStride
      let p2 = x + n2 * xStride
      let p3 = x + n3 * xStride
      let q = firstColumn
      const last = p0 + end
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
        q += packedBytes
      }
      addTo(target + n0 * rowBytes, held, list, count, room, a00, a01)
      addTo(target + n1 * rowBytes, held, list, count, room, a10, a11)
      addTo(target + n2 * rowBytes, held, list, count, room, a20, a21)
      addTo(target + n3 * rowBytes, held, list, count, room, a30, a31)
    }
    for (let at = fours; at < rowCount; at++) {
      const number = <usize>load<u32>(rows + ((<usize>at) << 2))
      let a00 = zero()
      let a01 = a00
      let p = x + number * xStride
      let q = firstColumn
      const last = p + end
      while (p < last) {
        const w = v128.load32_splat(p)
        a00 = f32x4.add(a00, f32x4.mul(w, v128.load(q)))
        a01 = f32x4.add(a01, f32x4.mul(w, v128.load(q, 16)))
        p += 4
        q += packedBytes
      }
      addTo(target + number * rowBytes, held, list, count, room, a00, a01)
    }
  }
}

// @ts-expect-error: decorator
@inline
function addTo(out: usize, held: usize, list: usize, count: i32, room: usize, low: v128, high: v128): void {
  if (list !== 0) return addEach(out, list, count, room, low, high)
  const from = held === 0 ? out : held
  // Both are read before one is written: else they could overlap, and a compiler would not join them into one.
  const heldLow = v128.load(from)
  const heldHigh = v128.load(from, 16)
  v128.store(out, f32x4.add(heldLow, low))
  v128.store(out, f32x4.add(heldHigh, high), 16)
}

/** Adds lane i to the column whose number stands in place i of the list. */
function addEach(out: usize, list: usize, count: i32, room: usize, low: v128, high: v128): void {
  v128.store(room, low)
  v128.store(room, high, 16)
  for (const last = list + ((<usize>count) << 2); list < last; list += 4, room += 4) {
    const at = out + ((<usize>load<u32>(list)) << 2)
    store<f32>(at, load<f32>(at) + load<f32>(room))
  }
}

/** out[s][i] = x[row i of the list][s]; columns from `count` to `width` become 0. */
function transpose(x: usize, stride: usize, list: usize, count: i32, out: usize, width: i32, samples: i32): void {
  const rowBytes = (<usize>width) << 2
  const end = bytesOf(samples)
  for (let column = 0; column < width; column += 4, list += 16) {
    const left = count - column
    const p0 = x + (left > 0 ? <usize>load<u32>(list) * stride : 0)
    const p1 = x + (left > 1 ? <usize>load<u32>(list, 4) * stride : 0)
    const p2 = x + (left > 2 ? <usize>load<u32>(list, 8) * stride : 0)
    const p3 = x + (left > 3 ? <usize>load<u32>(list, 12) * stride : 0)
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
