// Rows of the data set into tiles: one row for each element, one column for each sample.
import { bytesOf, storeTransposed } from './vector'

/**
 * target[e][s] = source[order[s]][e] for the samples of a tile. `order` holds row numbers; samples from `exact` on
 * repeat the last row, so that they change no extreme.
 */
export function gatherSamples(
  target: usize,
  source: usize,
  order: usize,
  elements: i32,
  stride: usize,
  samples: i32,
  exact: i32,
): void {
  const rowBytes = (<usize>elements) << 2
  const fours = elements & ~3
  const end = bytesOf(samples)
  for (let s: usize = 0; s < end; s += 16) {
    const p0 = rowOf(source, order, s, 0, exact, rowBytes)
    const p1 = rowOf(source, order, s, 4, exact, rowBytes)
    const p2 = rowOf(source, order, s, 8, exact, rowBytes)
    const p3 = rowOf(source, order, s, 12, exact, rowBytes)
    let to = target + s
    let at: usize = 0
    for (let e = 0; e < fours; e += 4, at += 16) {
      const r0 = v128.load(p0 + at)
      const r1 = v128.load(p1 + at)
      const r2 = v128.load(p2 + at)
      const r3 = v128.load(p3 + at)
      storeTransposed(to, stride, r0, r1, r2, r3)
      to += 4 * stride
    }
    for (let e = fours; e < elements; e++, at += 4) {
      store<f32>(to, load<f32>(p0 + at))
      store<f32>(to, load<f32>(p1 + at), 4)
      store<f32>(to, load<f32>(p2 + at), 8)
      store<f32>(to, load<f32>(p3 + at), 12)
      to += stride
    }
  }
}

// @ts-expect-error: decorator
@inline
function rowOf(source: usize, order: usize, s: usize, lane: usize, exact: i32, rowBytes: usize): usize {
  const last = bytesOf(exact - 1)
  const at = min(s + lane, last)
  return source + <usize>load<u32>(order + at) * rowBytes
}

/** target[first + s][e] = source[e][s]: values of a tile back into rows, `exact` of them. */
export function scatterSamples(
  target: usize,
  source: usize,
  elements: i32,
  stride: usize,
  first: i32,
  exact: i32,
): void {
  target += (<usize>(first * elements)) << 2
  for (let s = 0; s < exact; s++) {
    const from = source + ((<usize>s) << 2)
    for (let e = 0; e < elements; e++, target += 4) store<f32>(target, load<f32>(from + <usize>e * stride))
  }
}

/** target[e] = source[map[e]], 0 where the map says -1. */
export function gatherElements(target: usize, source: usize, map: usize, count: i32): void {
  for (let e = 0; e < count; e++, target += 4, map += 4) {
    const index = load<i32>(map)
    store<f32>(target, index < 0 ? 0 : load<f32>(source + ((<usize>index) << 2)))
  }
}

/** target[map[e]] += source[e], where the map is not -1. */
export function scatterElements(target: usize, source: usize, map: usize, count: i32): void {
  for (let e = 0; e < count; e++, source += 4, map += 4) {
    const index = load<i32>(map)
    if (index < 0) continue
    const to = target + ((<usize>index) << 2)
    store<f32>(to, load<f32>(to) + load<f32>(source))
  }
}

/** So many parts are added up in pairs: `PAIRED` of runtime/kernels/partition.ts. */
const PAIRED: i32 = 4

/**
 * target[e] = Σ over `parts` arrays, `distance` bytes apart, in their order; four in pairs. `bytes` is a multiple of 32.
 */
export function sumParts(target: usize, source: usize, parts: i32, distance: usize, bytes: usize): void {
  if (parts === PAIRED) return sumPairs(target, source, distance, bytes)
  for (let at: usize = 0; at < bytes; at += 32) {
    let p = source + at
    let sum0 = v128.load(p)
    let sum1 = v128.load(p, 16)
    for (let part = 1; part < parts; part++) {
      p += distance
      sum0 = f32x4.add(sum0, v128.load(p))
      sum1 = f32x4.add(sum1, v128.load(p, 16))
    }
    v128.store(target + at, sum0)
    v128.store(target + at, sum1, 16)
  }
}

function sumPairs(target: usize, source: usize, distance: usize, bytes: usize): void {
  const second = source + distance
  const third = second + distance
  const fourth = third + distance
  for (let at: usize = 0; at < bytes; at += 16) {
    const first = f32x4.add(v128.load(source + at), v128.load(second + at))
    v128.store(target + at, f32x4.add(first, f32x4.add(v128.load(third + at), v128.load(fourth + at))))
  }
}
