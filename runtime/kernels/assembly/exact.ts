// Kernels of exact inference, each for float32 and for float64: values lie on a grid that the type holds (`runtime/infer/precision.ts`
// proves it), so nothing here rounds but the quantizers. Rows are elements, columns the samples of a tile; strides are in bytes.
// `samples` is a multiple of eight: the last sample is repeated up to it.

/** How a quantizer treats what its type does not hold, as `MODES` in runtime/kernels/codes.ts. */
const CLIP: i32 = 1
const WRAP: i32 = 2
const REFLECT: i32 = 3

/** Roundings, as in rounding.ts. */
const NEAREST: i32 = 0
const NEAREST_EVEN: i32 = 1
const TRUNCATE: i32 = 2
const TRUNCATE_TO_ZERO: i32 = 3
const NEAREST_TO_ZERO: i32 = 4
const NEAREST_TO_MINUS_INFINITY: i32 = 5
const NEAREST_TO_INFINITY: i32 = 6

/** Bytes that sums keep in registers: eight vectors. What is left is done in two vectors. */
const WIDE: usize = 128
const NARROW: usize = 32

// @ts-expect-error: decorator
@inline
function bytes<T>(samples: i32): usize {
  return <usize>samples * sizeof<T>()
}

// @ts-expect-error: decorator
@inline
function finish<T>(out: usize, sum: v128, relu: i32): void {
  v128.store(out, relu ? v128.pmax<T>(v128.splat<T>(0), sum) : sum)
}

/**
 * y = init + Σ weight · x for each entry (x, y: byte offsets; list; unused) of the table. List l has `counts[l]` terms from
 * lists + l · `room` on: a word with the byte offset of a row of x, and a weight; each takes two T. `init` holds a T for each entry.
 */
// @ts-expect-error: decorator
@inline
function sumTerms<T>(
  table: usize,
  entries: i32,
  x: usize,
  y: usize,
  lists: usize,
  room: usize,
  counts: usize,
  init: usize,
  samples: i32,
  relu: i32,
): void {
  const end = bytes<T>(samples)
  for (let entry = 0; entry < entries; entry++, table += 16, init += sizeof<T>()) {
    const from = x + load<u32>(table)
    const to = y + load<u32>(table, 4)
    const list = <usize>load<u32>(table, 8)
    const first = lists + list * room
    const last = first + <usize>load<u32>(counts + (list << 2)) * 2 * sizeof<T>()
    const start = v128.load_splat<T>(init)
    let s: usize = 0
    for (; s + WIDE <= end; s += WIDE) {
      let a0 = start
      let a1 = start
      let a2 = start
      let a3 = start
      let a4 = start
      let a5 = start
      let a6 = start
      let a7 = start
      for (let term = first; term < last; term += 2 * sizeof<T>()) {
        const row = from + s + load<u32>(term)
        const weight = v128.load_splat<T>(term + sizeof<T>())
        a0 = v128.add<T>(a0, v128.mul<T>(weight, v128.load(row)))
        a1 = v128.add<T>(a1, v128.mul<T>(weight, v128.load(row, 16)))
        a2 = v128.add<T>(a2, v128.mul<T>(weight, v128.load(row, 32)))
        a3 = v128.add<T>(a3, v128.mul<T>(weight, v128.load(row, 48)))
        a4 = v128.add<T>(a4, v128.mul<T>(weight, v128.load(row, 64)))
        a5 = v128.add<T>(a5, v128.mul<T>(weight, v128.load(row, 80)))
        a6 = v128.add<T>(a6, v128.mul<T>(weight, v128.load(row, 96)))
        a7 = v128.add<T>(a7, v128.mul<T>(weight, v128.load(row, 112)))
      }
      const out = to + s
      finish<T>(out, a0, relu)
      finish<T>(out + 16, a1, relu)
      finish<T>(out + 32, a2, relu)
      finish<T>(out + 48, a3, relu)
      finish<T>(out + 64, a4, relu)
      finish<T>(out + 80, a5, relu)
      finish<T>(out + 96, a6, relu)
      finish<T>(out + 112, a7, relu)
    }
    for (; s < end; s += NARROW) {
      let a0 = start
      let a1 = start
      for (let term = first; term < last; term += 2 * sizeof<T>()) {
        const row = from + s + load<u32>(term)
        const weight = v128.load_splat<T>(term + sizeof<T>())
        a0 = v128.add<T>(a0, v128.mul<T>(weight, v128.load(row)))
        a1 = v128.add<T>(a1, v128.mul<T>(weight, v128.load(row, 16)))
      }
      finish<T>(to + s, a0, relu)
      finish<T>(to + s + 16, a1, relu)
    }
  }
}

/** For each entry of the table (y: byte offset, then `terms` pairs of byte offsets of left and right): y = Σ left · right. */
// @ts-expect-error: decorator
@inline
function sumProducts<T>(
  table: usize,
  entries: i32,
  terms: i32,
  left: usize,
  right: usize,
  y: usize,
  samples: i32,
): void {
  const end = bytes<T>(samples)
  const size: usize = 4 + ((<usize>terms) << 3)
  for (let entry = 0; entry < entries; entry++, table += size) {
    const to = y + load<u32>(table)
    const last = table + size
    for (let s: usize = 0; s < end; s += 16) {
      let sum = v128.splat<T>(0)
      for (let pair = table + 4; pair < last; pair += 8)
        sum = v128.add<T>(
          sum,
          v128.mul<T>(v128.load(left + load<u32>(pair) + s), v128.load(right + load<u32>(pair, 4) + s)),
        )
      v128.store(to + s, sum)
    }
  }
}

// @ts-expect-error: decorator
@inline
function rounded<T>(scaled: v128, mode: i32): v128 {
  const even = v128.nearest<T>(scaled)
  if (mode === NEAREST) {
    // One too low exactly where the rest is +½.
    const low = v128.eq<T>(v128.sub<T>(scaled, even), v128.splat<T>(<T>0.5))
    return v128.add<T>(even, v128.and(low, v128.splat<T>(1)))
  }
  if (mode === NEAREST_EVEN) return even
  if (mode === TRUNCATE) return v128.floor<T>(scaled)
  if (mode === TRUNCATE_TO_ZERO) return v128.trunc<T>(scaled)
  const tie = v128.eq<T>(v128.abs<T>(v128.sub<T>(scaled, even)), v128.splat<T>(<T>0.5))
  if (mode === NEAREST_TO_ZERO) return v128.bitselect(v128.trunc<T>(scaled), even, tie)
  if (mode === NEAREST_TO_MINUS_INFINITY) return v128.bitselect(v128.floor<T>(scaled), even, tie)
  // To infinity: away from zero.
  const positive = v128.gt<T>(scaled, v128.splat<T>(0))
  return v128.bitselect(v128.bitselect(v128.ceil<T>(scaled), v128.floor<T>(scaled), positive), even, tie)
}

/** How many of the lanes from sample `s` on are set, of those before `exact`. */
// @ts-expect-error: decorator
@inline
function counted<T>(mask: v128, s: usize, exact: i32): i32 {
  const bits = sizeof<T>() === 4 ? i32x4.bitmask(mask) : i64x2.bitmask(mask)
  const left = exact - <i32>(s / sizeof<T>())
  if (left <= 0) return 0
  return popcnt(left >= 4 ? bits : bits & ((1 << left) - 1))
}

/** integer modulo `modulus`, from -`top` (or 0 where `top` is infinite) on: every step only takes bits away. */
// @ts-expect-error: decorator
@inline
function wrapped<T>(integer: v128, turns: v128, modulus: v128, top: v128): v128 {
  const rest = v128.sub<T>(integer, v128.mul<T>(turns, modulus))
  return v128.sub<T>(rest, v128.and(v128.ge<T>(rest, top), modulus))
}

/**
 * Quantizes rows, each with a record of eight T: scale, step, low, high (of values with CLIP, of integers with WRAP), modulus,
 * 1 / modulus, the integer from which it is negative. `extremes` (0: not wanted) holds a pair of T for each row, widened by the
 * results. `wraps` (0: not wanted) is a float64 to which the number of values that wrapped is added.
 */
// @ts-expect-error: decorator
@inline
function quantize<T>(
  y: usize,
  x: usize,
  records: usize,
  rows: i32,
  stride: usize,
  samples: i32,
  exact: i32,
  rounding: i32,
  mode: i32,
  extremes: usize,
  wraps: usize,
): void {
  const end = bytes<T>(samples)
  const half = v128.splat<T>(<T>0.5)
  let lost = 0
  for (let row = 0; row < rows; row++, records += 8 * sizeof<T>(), x += stride, y += stride) {
    const scale = v128.load_splat<T>(records)
    const step = v128.load_splat<T>(records + sizeof<T>())
    const low = v128.load_splat<T>(records + 2 * sizeof<T>())
    const high = v128.load_splat<T>(records + 3 * sizeof<T>())
    if (mode === WRAP || mode === REFLECT) {
      const modulus = v128.load_splat<T>(records + 4 * sizeof<T>())
      const inverse = v128.load_splat<T>(records + 5 * sizeof<T>())
      const top = v128.load_splat<T>(records + 6 * sizeof<T>())
      for (let s: usize = 0; s < end; s += 16) {
        const integer = rounded<T>(v128.mul<T>(v128.load(x + s), scale), rounding)
        const outside = v128.or(v128.lt<T>(integer, low), v128.gt<T>(integer, high))
        let result = integer
        if (v128.any_true(outside)) {
          const turned = v128.mul<T>(integer, inverse)
          const turns = v128.floor<T>(turned)
          result = wrapped<T>(integer, turns, modulus, top)
          if (mode === REFLECT) {
            // Inverted in every other stretch of half a modulus either side of zero.
            const upper = v128.ge<T>(v128.sub<T>(turned, turns), half)
            const pairs = v128.floor<T>(v128.mul<T>(turns, half))
            const odd = v128.ne<T>(v128.sub<T>(turns, v128.add<T>(pairs, pairs)), v128.splat<T>(0))
            const inverted = v128.sub<T>(v128.splat<T>(-1), result)
            result = v128.and(v128.bitselect(inverted, result, v128.xor(upper, odd)), v128.gt<T>(modulus, v128.splat<T>(1)))
          }
          lost += counted<T>(v128.ne<T>(result, integer), s, exact)
        }
        v128.store(y + s, v128.mul<T>(result, step))
      }
    } else if (mode === CLIP) {
      for (let s: usize = 0; s < end; s += 16) {
        const value = v128.pmin<T>(high, v128.pmax<T>(low, v128.load(x + s)))
        v128.store(y + s, v128.mul<T>(rounded<T>(v128.mul<T>(value, scale), rounding), step))
      }
    } else {
      for (let s: usize = 0; s < end; s += 16)
        v128.store(y + s, v128.mul<T>(rounded<T>(v128.mul<T>(v128.load(x + s), scale), rounding), step))
    }
    if (extremes !== 0) {
      let least = v128.load_splat<T>(extremes)
      let most = v128.load_splat<T>(extremes + sizeof<T>())
      for (let s: usize = 0; s < end; s += 16) {
        const value = v128.load(y + s)
        least = v128.pmin<T>(least, value)
        most = v128.pmax<T>(most, value)
      }
      let lowest = v128.extract_lane<T>(least, 0)
      let highest = v128.extract_lane<T>(most, 0)
      lowest = min<T>(lowest, v128.extract_lane<T>(least, 1))
      highest = max<T>(highest, v128.extract_lane<T>(most, 1))
      if (sizeof<T>() === 4) {
        const upperLeast = v128.shuffle<f64>(least, least, 1, 1)
        const upperMost = v128.shuffle<f64>(most, most, 1, 1)
        lowest = min<T>(lowest, min<T>(v128.extract_lane<T>(upperLeast, 0), v128.extract_lane<T>(upperLeast, 1)))
        highest = max<T>(highest, max<T>(v128.extract_lane<T>(upperMost, 0), v128.extract_lane<T>(upperMost, 1)))
      }
      store<T>(extremes, lowest)
      store<T>(extremes + sizeof<T>(), highest)
      extremes += 2 * sizeof<T>()
    }
  }
  if (wraps !== 0) store<f64>(wraps, load<f64>(wraps) + <f64>lost)
}

/** Unary operations: ReLU, magnitude, times a power of two (or minus one). */
// @ts-expect-error: decorator
@inline
function unary<T>(y: usize, x: usize, rows: i32, stride: usize, samples: i32, operation: i32, factor: f64): void {
  const end = bytes<T>(samples)
  const lanes = v128.splat<T>(<T>factor)
  for (let row = 0; row < rows; row++, x += stride, y += stride) {
    for (let s: usize = 0; s < end; s += 16) {
      const value = v128.load(x + s)
      let result = value
      if (operation === 0) result = v128.pmax<T>(v128.splat<T>(0), value)
      else if (operation === 1) result = v128.abs<T>(value)
      else result = v128.mul<T>(value, lanes)
      v128.store(y + s, result)
    }
  }
}

/**
 * y[e] = a ∘ b: add, subtract, multiply, maximum, minimum. `maps` holds byte offsets of a's and b's row for each e. A constant, told by
 * the bits of `constants` (1: a, 2: b), has one T for each element instead of a row.
 */
// @ts-expect-error: decorator
@inline
function binary<T>(
  y: usize,
  a: usize,
  b: usize,
  maps: usize,
  constants: i32,
  rows: i32,
  stride: usize,
  samples: i32,
  operation: i32,
): void {
  const end = bytes<T>(samples)
  for (let row = 0; row < rows; row++, maps += 8, y += stride) {
    const p = a + load<u32>(maps)
    const q = b + load<u32>(maps, 4)
    const left0 = v128.load_splat<T>(p)
    const right0 = v128.load_splat<T>(q)
    for (let s: usize = 0; s < end; s += 16) {
      const left = constants & 1 ? left0 : v128.load(p + s)
      const right = constants & 2 ? right0 : v128.load(q + s)
      let result = left
      if (operation === 0) result = v128.add<T>(left, right)
      else if (operation === 1) result = v128.sub<T>(left, right)
      else if (operation === 2) result = v128.mul<T>(left, right)
      else if (operation === 3) result = v128.pmax<T>(right, left)
      else result = v128.pmin<T>(right, left)
      v128.store(y + s, result)
    }
  }
}

/** Row y of each pair (y, x: byte offsets) of the table is row x. With `constant` ≠ 0 x holds one T instead of a row. */
// @ts-expect-error: decorator
@inline
function move<T>(y: usize, x: usize, table: usize, rows: i32, samples: i32, constant: i32): void {
  const end = bytes<T>(samples)
  for (let row = 0; row < rows; row++, table += 8) {
    const to = y + load<u32>(table)
    const from = x + load<u32>(table, 4)
    if (constant) {
      const lanes = v128.load_splat<T>(from)
      for (let s: usize = 0; s < end; s += 16) v128.store(to + s, lanes)
    } else memory.copy(to, from, end)
  }
}

/** Sums (0), maxima (1) or minima (2): for each entry of the table (y, then `terms` byte offsets of rows of x). */
// @ts-expect-error: decorator
@inline
function reduce<T>(y: usize, x: usize, table: usize, rows: i32, terms: i32, samples: i32, operation: i32): void {
  const end = bytes<T>(samples)
  const size = (<usize>(terms + 1)) << 2
  for (let row = 0; row < rows; row++, table += size) {
    const to = y + load<u32>(table)
    const last = table + size
    for (let s: usize = 0; s < end; s += 16) {
      let result = v128.load(x + load<u32>(table, 4) + s)
      for (let term = table + 8; term < last; term += 4) {
        const value = v128.load(x + load<u32>(term) + s)
        if (operation === 0) result = v128.add<T>(result, value)
        else if (operation === 1) result = v128.pmax<T>(result, value)
        else result = v128.pmin<T>(result, value)
      }
      v128.store(to + s, result)
    }
  }
}

/** target[first + s][e] = source[e][s], `exact` of them, as float64 with one zero. */
// @ts-expect-error: decorator
@inline
function putRows<T>(target: usize, source: usize, elements: i32, stride: usize, first: i32, exact: i32): void {
  target += (<usize>(first * elements)) << 3
  for (let s = 0; s < exact; s++) {
    let from = source + <usize>s * sizeof<T>()
    for (let e = 0; e < elements; e++, target += 8, from += stride) store<f64>(target, <f64>load<T>(from) + 0.0)
  }
}

/** Rows of float32 as rows of float64. */
export function promoteRows(y: usize, x: usize, rows: i32, yStride: usize, xStride: usize, samples: i32): void {
  const end = bytes<f32>(samples)
  for (let row = 0; row < rows; row++, x += xStride, y += yStride) {
    let to = y
    for (let s: usize = 0; s < end; s += 8, to += 16)
      v128.store(to, f64x2.promote_low_f32x4(v128.load64_zero(x + s)))
  }
}

/** Rows of float64 that float32 holds. */
export function demoteRows(y: usize, x: usize, rows: i32, yStride: usize, xStride: usize, samples: i32): void {
  const end = bytes<f32>(samples)
  for (let row = 0; row < rows; row++, x += xStride, y += yStride) {
    let from = x
    for (let s: usize = 0; s < end; s += 8, from += 16)
      v128.store64_lane(y + s, f32x4.demote_f64x2_zero(v128.load(from)), 0)
  }
}

// The two instances of each generic kernel.

export function sumTerms32(
  table: usize,
  entries: i32,
  x: usize,
  y: usize,
  lists: usize,
  room: usize,
  counts: usize,
  init: usize,
  samples: i32,
  relu: i32,
): void {
  sumTerms<f32>(table, entries, x, y, lists, room, counts, init, samples, relu)
}

export function sumTerms64(
  table: usize,
  entries: i32,
  x: usize,
  y: usize,
  lists: usize,
  room: usize,
  counts: usize,
  init: usize,
  samples: i32,
  relu: i32,
): void {
  sumTerms<f64>(table, entries, x, y, lists, room, counts, init, samples, relu)
}

export function sumProducts32(
  table: usize,
  entries: i32,
  terms: i32,
  left: usize,
  right: usize,
  y: usize,
  samples: i32,
): void {
  sumProducts<f32>(table, entries, terms, left, right, y, samples)
}

export function sumProducts64(
  table: usize,
  entries: i32,
  terms: i32,
  left: usize,
  right: usize,
  y: usize,
  samples: i32,
): void {
  sumProducts<f64>(table, entries, terms, left, right, y, samples)
}

export function quantize32(
  y: usize,
  x: usize,
  records: usize,
  rows: i32,
  stride: usize,
  samples: i32,
  exact: i32,
  rounding: i32,
  mode: i32,
  extremes: usize,
  wraps: usize,
): void {
  quantize<f32>(y, x, records, rows, stride, samples, exact, rounding, mode, extremes, wraps)
}

export function quantize64(
  y: usize,
  x: usize,
  records: usize,
  rows: i32,
  stride: usize,
  samples: i32,
  exact: i32,
  rounding: i32,
  mode: i32,
  extremes: usize,
  wraps: usize,
): void {
  quantize<f64>(y, x, records, rows, stride, samples, exact, rounding, mode, extremes, wraps)
}

export function unary32(y: usize, x: usize, rows: i32, stride: usize, samples: i32, operation: i32, factor: f64): void {
  unary<f32>(y, x, rows, stride, samples, operation, factor)
}

export function unary64(y: usize, x: usize, rows: i32, stride: usize, samples: i32, operation: i32, factor: f64): void {
  unary<f64>(y, x, rows, stride, samples, operation, factor)
}

export function binary32(
  y: usize,
  a: usize,
  b: usize,
  maps: usize,
  constants: i32,
  rows: i32,
  stride: usize,
  samples: i32,
  operation: i32,
): void {
  binary<f32>(y, a, b, maps, constants, rows, stride, samples, operation)
}

export function binary64(
  y: usize,
  a: usize,
  b: usize,
  maps: usize,
  constants: i32,
  rows: i32,
  stride: usize,
  samples: i32,
  operation: i32,
): void {
  binary<f64>(y, a, b, maps, constants, rows, stride, samples, operation)
}

export function move32(y: usize, x: usize, table: usize, rows: i32, samples: i32, constant: i32): void {
  move<f32>(y, x, table, rows, samples, constant)
}

export function move64(y: usize, x: usize, table: usize, rows: i32, samples: i32, constant: i32): void {
  move<f64>(y, x, table, rows, samples, constant)
}

export function reduce32(y: usize, x: usize, table: usize, rows: i32, terms: i32, samples: i32, operation: i32): void {
  reduce<f32>(y, x, table, rows, terms, samples, operation)
}

export function reduce64(y: usize, x: usize, table: usize, rows: i32, terms: i32, samples: i32, operation: i32): void {
  reduce<f64>(y, x, table, rows, terms, samples, operation)
}

export function putRows32(target: usize, source: usize, elements: i32, stride: usize, first: i32, exact: i32): void {
  putRows<f32>(target, source, elements, stride, first, exact)
}

export function putRows64(target: usize, source: usize, elements: i32, stride: usize, first: i32, exact: i32): void {
  putRows<f64>(target, source, elements, stride, first, exact)
}
