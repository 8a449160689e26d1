// The fixed-point quantizer on the rows of a tile, one type to a row.
import { CLIP, rounded, ROUNDER, WRAP, wrapped } from './quantizer-types'
import { uniform4 } from './random'
import { NEAREST, round, roundNearest, roundStochastic, STOCHASTIC } from './rounding'
import { BLOCK, bytesOf, greatestOf, kept, zero } from './vector'

/**
 * y[e] = quantized x[e] for every row. `greatest` (0: not wanted) collects the greatest |y| of each row. `key` names
 * the noise of stochastic rounding; `first` is the number of the tile's first sample in the batch. Samples from `exact`
 * on are padding, which repeats the last sample: its noise too, or it would be data that nobody sent, with extremes of
 * its own. `scratch` has room for eight floats.
 */
export function quantizeRows(
  y: usize,
  x: usize,
  scale: usize,
  step: usize,
  high: usize,
  low: usize,
  greatest: usize,
  rows: i32,
  stride: usize,
  samples: i32,
  rounding: i32,
  flags: i32,
  key: usize,
  first: i32,
  exact: i32,
  scratch: usize,
): void {
  const end = bytesOf(samples)
  const present = bytesOf(exact)
  const plain = rounding === NEAREST && !(flags & (CLIP | WRAP))
  for (let row = 0; row < rows; row++, x += stride, y += stride) {
    const at = (<usize>row) << 2
    if (plain) {
      // A type without bits, as `prepareTypes` makes it for inference.
      if (load<f32>(step + at) === 0) {
        memory.fill(y, 0, end)
        continue
      }
      const reached = quantizeSmall(y, x, scale + at, step + at, end, scratch)
      if (reached < SMALL * load<f32>(step + at)) {
        if (greatest !== 0) store<f32>(greatest + at, max(load<f32>(greatest + at), reached))
        continue
      }
    }
    const factor = v128.load32_splat(scale + at)
    const back = v128.load32_splat(step + at)
    let most = zero()
    let least = zero()
    if (plain) {
      // As `roundNearest`, with the tie looked for in the units of x: no constant has to be made in the loop.
      const half = f32x4.mul(back, f32x4.splat(0.5))
      for (let s: usize = 0; s < end; s += BLOCK) {
        const x0 = v128.load(x + s)
        const x1 = v128.load(x + s, 16)
        let y0 = f32x4.mul(f32x4.nearest(f32x4.mul(x0, factor)), back)
        let y1 = f32x4.mul(f32x4.nearest(f32x4.mul(x1, factor)), back)
        y0 = f32x4.add(y0, v128.and(f32x4.eq(f32x4.sub(x0, y0), half), back))
        y1 = f32x4.add(y1, v128.and(f32x4.eq(f32x4.sub(x1, y1), half), back))
        v128.store(y + s, y0)
        v128.store(y + s, y1, 16)
        most = f32x4.pmax(most, f32x4.pmax(y0, y1))
        least = f32x4.pmin(least, f32x4.pmin(y0, y1))
      }
    } else {
      const top = v128.load32_splat(high + at)
      const bottom = v128.load32_splat(low + at)
      for (let s: usize = 0; s < end; s += 16) {
        let value = v128.load(x + s)
        if (flags & CLIP) value = f32x4.pmin(f32x4.pmax(value, bottom), top)
        const scaled = f32x4.mul(value, factor)
        const integer =
          rounding === NEAREST
            ? roundNearest(scaled)
            : rounding === STOCHASTIC
              ? roundStochastic(scaled, uniform4(key, <u32>((<usize>first + (s >> 2)) >> 2), <u32>row))
              : round(scaled, rounding)
        let rounded = f32x4.mul(integer, back)
        if (flags & WRAP) rounded = wrapped(rounded, bottom, top, back)
        v128.store(y + s, rounded)
        if (rounding === STOCHASTIC && s + 16 > present) repeatLast(y, present, s)
        const result = v128.load(y + s)
        most = f32x4.pmax(most, result)
        least = f32x4.pmin(least, result)
      }
    }
    if (greatest !== 0)
      store<f32>(greatest + at, max(load<f32>(greatest + at), greatestOf(f32x4.pmax(most, f32x4.neg(least)))))
  }
}

/** Scaled values below it are rounded with `ROUNDER`. */
const SMALL: f32 = 4194304

/**
 * A row rounded to the nearest, ties towards plus infinity, as long as all scaled values are small; the greatest |y|,
 * by which the caller sees whether they were. Sums round by themselves, and unlike roundings they can be joined into
 * wider vectors.
 */
function quantizeSmall(y: usize, x: usize, scale: usize, step: usize, end: usize, scratch: usize): f32 {
  const factor = v128.load32_splat(scale)
  const back = v128.load32_splat(step)
  const half = f32x4.mul(back, f32x4.splat(0.5))
  const rounder = kept(scratch, ROUNDER)
  let most0 = zero()
  let most1 = most0
  let least0 = most0
  let least1 = most0
  for (let s: usize = 0; s < end; s += BLOCK) {
    const x0 = v128.load(x + s)
    const x1 = v128.load(x + s, 16)
    let y0 = f32x4.mul(f32x4.sub(f32x4.add(f32x4.mul(x0, factor), rounder), rounder), back)
    let y1 = f32x4.mul(f32x4.sub(f32x4.add(f32x4.mul(x1, factor), rounder), rounder), back)
    y0 = f32x4.add(y0, v128.and(f32x4.eq(f32x4.sub(x0, y0), half), back))
    y1 = f32x4.add(y1, v128.and(f32x4.eq(f32x4.sub(x1, y1), half), back))
    v128.store(y + s, y0)
    v128.store(y + s, y1, 16)
    most0 = f32x4.pmax(most0, y0)
    most1 = f32x4.pmax(most1, y1)
    least0 = f32x4.pmin(least0, y0)
    least1 = f32x4.pmin(least1, y1)
  }
  v128.store(scratch, f32x4.pmax(most0, f32x4.neg(least0)))
  v128.store(scratch, f32x4.pmax(most1, f32x4.neg(least1)), 16)
  return greatestOf(f32x4.pmax(v128.load(scratch), v128.load(scratch, 16)))
}

/** Of the four samples at `s`, those at `present` and beyond become the last one before. */
function repeatLast(y: usize, present: usize, s: usize): void {
  const last = load<f32>(y + present - 4)
  for (let at = max(present, s); at < s + 16; at += 4) store<f32>(y + at, last)
}

/** greatest[e] = max(greatest[e], |x[e]|) over the samples. */
export function greatestRows(greatest: usize, x: usize, rows: i32, stride: usize, samples: i32): void {
  const end = bytesOf(samples)
  for (let row = 0; row < rows; row++, x += stride, greatest += 4) {
    let most = zero()
    for (let s: usize = 0; s < end; s += 16) most = f32x4.pmax(most, f32x4.abs(v128.load(x + s)))
    store<f32>(greatest, max(load<f32>(greatest), greatestOf(most)))
  }
}
