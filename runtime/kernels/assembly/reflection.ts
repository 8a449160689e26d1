// WRAP with reflection on the rows of a tile, one sample after the other: as `reflectScaled` in
// compiler/numeric/fixed-quantizer.ts, which explains it.
import { round } from './rounding'
import { bytesOf } from './vector'

const LN2: f32 = 0.6931471805599453
const ACCUMULATE: i32 = 4
const MASK: i32 = 8
const WIDTHS_ALONE: i32 = 32

let reflected: f64 = 0
let inverted: bool = false

function reflect(scaled: f64, integer: f64, modulus: f64, signed: bool): void {
  const turns = Math.floor(integer / modulus)
  let wrapped = integer - turns * modulus
  if (signed && wrapped >= modulus / 2) wrapped -= modulus
  const topBit = scaled - Math.floor(scaled / modulus) * modulus >= modulus / 2 - 0.5
  const lostBit = turns - 2 * Math.floor(turns / 2) !== 0
  const isZero = integer === 0 && scaled <= 0
  inverted = !isZero && topBit !== lostBit
  reflected = inverted ? -1 - wrapped : wrapped
}

function rounded(scaled: f32, mode: i32): f32 {
  return f32x4.extract_lane(round(f32x4.splat(scaled), mode), 0)
}

/**
 * `modulus` holds 2^(i + f + k) of each row, `sign` its k. `greatest` collects the greatest |rounded x|, before
 * reflection. With `infer` ≠ 0 rounded values decide, as they do at inference.
 */
export function reflectRows(
  y: usize,
  x: usize,
  scale: usize,
  step: usize,
  modulus: usize,
  sign: usize,
  greatest: usize,
  rows: i32,
  stride: usize,
  samples: i32,
  rounding: i32,
  infer: i32,
): void {
  const end = bytesOf(samples)
  for (let row = 0; row < rows; row++, x += stride, y += stride) {
    const at = (<usize>row) << 2
    const factor = load<f32>(scale + at)
    const back = load<f32>(step + at)
    const signed = load<f32>(sign + at) !== 0
    let most: f32 = load<f32>(greatest + at)
    for (let s: usize = 0; s < end; s += 4) {
      const scaled = load<f32>(x + s) * factor
      const integer = rounded(scaled, rounding)
      most = max(most, abs(integer * back))
      reflect(infer ? integer : scaled, integer, load<f32>(modulus + at), signed)
      store<f32>(y + s, <f32>reflected * back)
    }
    store<f32>(greatest + at, most)
  }
}

/** Gradients of the operand and of f; i is tracked, so it has none. */
export function reflectRowsBackward(
  dx: usize,
  dy: usize,
  x: usize,
  scale: usize,
  step: usize,
  modulus: usize,
  sign: usize,
  df: usize,
  rows: i32,
  stride: usize,
  samples: i32,
  rounding: i32,
  flags: i32,
): void {
  const end = bytesOf(samples)
  for (let row = 0; row < rows; row++, x += stride, dx += stride, dy += stride) {
    const at = (<usize>row) << 2
    const factor = load<f32>(scale + at)
    const back = load<f32>(step + at)
    const signed = load<f32>(sign + at) !== 0
    let sum: f32 = 0
    for (let s: usize = 0; s < end; s += 4) {
      const value = load<f32>(x + s)
      const slope = load<f32>(dy + s)
      const scaled = value * factor
      const integer = rounded(scaled, rounding)
      reflect(scaled, integer, load<f32>(modulus + at), signed)
      const error = (value - integer * back) * slope
      sum += inverted ? slope * back - error : error
      if (flags & WIDTHS_ALONE) continue
      let passed = inverted ? -slope : slope
      if (flags & MASK && !(value > 0)) passed = 0
      store<f32>(dx + s, flags & ACCUMULATE ? load<f32>(dx + s) + passed : passed)
    }
    store<f32>(df + at, load<f32>(df + at) + LN2 * sum)
  }
}
