// Weights as a product reads them.
import { storeTransposed } from './vector'

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
