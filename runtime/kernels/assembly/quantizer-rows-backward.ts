// Surrogate gradients of the fixed-point quantizer (arXiv 2405.00645) on the rows of a tile.
import { CLIP, LN2, SYMMETRIC } from './quantizer-types'
import { BLOCK, bytesOf, sumOf, sumOfPair, zero } from './vector'

/** The gradient is added to what the target holds. */
const ACCUMULATE: i32 = 4
/** The operand is a ReLU's result: where it is 0 nothing passes. */
const MASK: i32 = 8
/** The operand needs no gradient. */
const WIDTHS_ALONE: i32 = 32

/**
 * From the gradient dy of the quantized rows: that of the operand, and per row those of f and i (added to `df` and
 * `di`; `di` is read with CLIP alone). `scratch` has room for eight floats.
 */
export function quantizeRowsBackward(
  dx: usize,
  dy: usize,
  x: usize,
  y: usize,
  step: usize,
  high: usize,
  low: usize,
  top: usize,
  sign: usize,
  df: usize,
  di: usize,
  rows: i32,
  stride: usize,
  samples: i32,
  flags: i32,
  scratch: usize,
): void {
  const end = bytesOf(samples)
  const kind = flags & (WIDTHS_ALONE | MASK | ACCUMULATE)
  for (let row = 0; row < rows; row++) {
    const at = (<usize>row) << 2
    if (flags & CLIP) {
      const highest = v128.load32_splat(high + at)
      const lowest = v128.load32_splat(low + at)
      let inside0 = zero()
      let above0 = zero()
      let below0 = zero()
      for (let s: usize = 0; s < end; s += 16) {
        const value = v128.load(x + s)
        const slope = v128.load(dy + s)
        const above = f32x4.gt(value, highest)
        const below = f32x4.lt(value, lowest)
        const passed = v128.andnot(slope, v128.or(above, below))
        inside0 = f32x4.add(inside0, f32x4.mul(f32x4.sub(value, v128.load(y + s)), passed))
        above0 = f32x4.add(above0, v128.and(above, slope))
        below0 = f32x4.add(below0, v128.and(below, slope))
        if (!(flags & WIDTHS_ALONE)) storeGradient(dx + s, passed, value, flags)
      }
      const over = sumOf(above0, zero())
      const under = sumOf(below0, zero()) * load<f32>(sign + at)
      const bound = flags & SYMMETRIC ? over - under : over
      store<f32>(df + at, load<f32>(df + at) + LN2 * (sumOf(inside0, zero()) + load<f32>(step + at) * bound))
      store<f32>(di + at, load<f32>(di + at) + LN2 * load<f32>(top + at) * (over - under))
    } else {
      // A loop for each kind: one with branches is not joined into wider vectors.
      let sum: f32
      if (kind & WIDTHS_ALONE) sum = passAll(dx, dy, x, y, end, scratch, WIDTHS_ALONE)
      else if (kind === 0) sum = passAll(dx, dy, x, y, end, scratch, 0)
      else if (kind === MASK) sum = passAll(dx, dy, x, y, end, scratch, MASK)
      else if (kind === ACCUMULATE) sum = passAll(dx, dy, x, y, end, scratch, ACCUMULATE)
      else sum = passAll(dx, dy, x, y, end, scratch, MASK | ACCUMULATE)
      store<f32>(df + at, load<f32>(df + at) + LN2 * sum)
    }
    x += stride
    y += stride
    dy += stride
    dx += stride
  }
}

/** The gradient of a row that is not clipped; gives the sum of the errors times the gradient. */
// @ts-expect-error: decorator
@inline
function passAll(dx: usize, dy: usize, x: usize, y: usize, end: usize, scratch: usize, kind: i32): f32 {
  let sum0 = zero()
  let sum1 = sum0
  for (let s: usize = 0; s < end; s += BLOCK) {
    const x0 = v128.load(x + s)
    const x1 = v128.load(x + s, 16)
    let d0 = v128.load(dy + s)
    let d1 = v128.load(dy + s, 16)
    sum0 = f32x4.add(sum0, f32x4.mul(f32x4.sub(x0, v128.load(y + s)), d0))
    sum1 = f32x4.add(sum1, f32x4.mul(f32x4.sub(x1, v128.load(y + s, 16)), d1))
    if (kind & MASK) {
      d0 = v128.and(d0, f32x4.gt(x0, zero()))
      d1 = v128.and(d1, f32x4.gt(x1, zero()))
    }
    if (kind & ACCUMULATE) {
      d0 = f32x4.add(v128.load(dx + s), d0)
      d1 = f32x4.add(v128.load(dx + s, 16), d1)
    }
    if (!(kind & WIDTHS_ALONE)) {
      v128.store(dx + s, d0)
      v128.store(dx + s, d1, 16)
    }
  }
  return sumOfPair(scratch, sum0, sum1)
}

// @ts-expect-error: decorator
@inline
function storeGradient(target: usize, gradient: v128, x: v128, flags: i32): void {
  if (flags & MASK) gradient = v128.and(gradient, f32x4.gt(x, zero()))
  if (flags & ACCUMULATE) gradient = f32x4.add(v128.load(target), gradient)
  v128.store(target, gradient)
}
