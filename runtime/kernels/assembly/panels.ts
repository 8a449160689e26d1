// Weights as a product reads them.
import { storeTransposed, zero } from './vector'

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

/** Bytes before the ends of the lists. */
export const LIST_HEADER: usize = 16
/** Bytes of an entry of a list: the row of x in bytes, and the weight. */
export const LIST_ENTRY: usize = 8

/**
 * Of panels that are mostly zeros, what is not, behind them: a word that says whether there are lists, which is so where
 * at most half of the weights are other than 0. After the header, for each column of the panels, the byte behind its list,
 * then the lists one after the other: the row of x, rows `xStride` apart, and the weight, by rising rows. The sum over the
 * list of a column is that over the column to the last bit, where x is finite: it starts from +0, and to add a product with
 * 0 changes nothing. A number that is not finite does not get through a weight of 0.
 */
export function listWeights(panels: usize, inner: i32, columns: i32, xStride: usize): void {
  const panelBytes = (<usize>inner) << 4
  const count = (columns + 3) >> 2
  const lists = panels + panelBytes * <usize>count
  const ends = lists + LIST_HEADER
  // First how many there are, in the place of the ends.
  let kept = 0
  let panel = panels
  for (let at = 0; at < count; at++) {
    const counts = countNonZero(panel, panelBytes)
    v128.store(ends + ((<usize>at) << 4), counts)
    kept += sumOfCounts(counts)
    if (2 * kept > inner * columns) {
      store<i32>(lists, 0)
      return
    }
    panel += panelBytes
  }
  store<i32>(lists, 1)
  panel = panels
  let entry = ends + ((<usize>count) << 4)
  for (let at = 0; at < count; at++) {
    const end = ends + ((<usize>at) << 4)
    let e0 = entry
    let e1 = e0 + <usize>load<u32>(end) * LIST_ENTRY
    let e2 = e1 + <usize>load<u32>(end, 4) * LIST_ENTRY
    let e3 = e2 + <usize>load<u32>(end, 8) * LIST_ENTRY
    entry = e3 + <usize>load<u32>(end, 12) * LIST_ENTRY
    store<u32>(end, <u32>(e1 - lists))
    store<u32>(end, <u32>(e2 - lists), 4)
    store<u32>(end, <u32>(e3 - lists), 8)
    store<u32>(end, <u32>(entry - lists), 12)
    let row: u32 = 0
    for (const last = panel + panelBytes; panel < last; panel += 16, row += <u32>xStride) {
      const nonZero = i32x4.bitmask(f32x4.ne(v128.load(panel), zero()))
      if (nonZero === 0) continue
      if (nonZero & 1) e0 = append(e0, row, load<f32>(panel))
      if (nonZero & 2) e1 = append(e1, row, load<f32>(panel, 4))
      if (nonZero & 4) e2 = append(e2, row, load<f32>(panel, 8))
      if (nonZero & 8) e3 = append(e3, row, load<f32>(panel, 12))
    }
  }
}

/** How many of the weights of a panel are not 0, column by column. */
function countNonZero(panel: usize, bytes: usize): v128 {
  let counts = zero()
  for (const last = panel + bytes; panel < last; panel += 16)
    counts = i32x4.sub(counts, f32x4.ne(v128.load(panel), zero()))
  return counts
}

// @ts-expect-error: decorator
@inline
function sumOfCounts(counts: v128): i32 {
  const pairs = i32x4.extract_lane(counts, 0) + i32x4.extract_lane(counts, 1)
  return pairs + i32x4.extract_lane(counts, 2) + i32x4.extract_lane(counts, 3)
}

// @ts-expect-error: decorator
@inline
function append(entry: usize, row: u32, weight: f32): usize {
  store<u32>(entry, row)
  store<f32>(entry, weight, 4)
  return entry + LIST_ENTRY
}
