// Slopes of EBOPs by the widths of all groups, term by term as compiler/ebops/terms.ts evaluates them: the same doubles
// in the same order. Tables hold entries of the vector of widths.

// @ts-expect-error: decorator
@inline
function addTo(slopes: usize, entry: u32, amount: f64): void {
  const at = slopes + ((<usize>entry) << 3)
  store<f64>(at, load<f64>(at) + amount)
}

/** Widths are small integers, so that their sum is exact in whatever order it is made. */
function sumOf(widths: usize, table: usize, count: i32): f64 {
  let sum0: f64 = 0
  let sum1: f64 = 0
  let sum2: f64 = 0
  let sum3: f64 = 0
  let at = 0
  for (; at + 4 <= count; at += 4, table += 16) {
    sum0 += load<f64>(widths + ((<usize>load<u32>(table)) << 3))
    sum1 += load<f64>(widths + ((<usize>load<u32>(table, 4)) << 3))
    sum2 += load<f64>(widths + ((<usize>load<u32>(table, 8)) << 3))
    sum3 += load<f64>(widths + ((<usize>load<u32>(table, 12)) << 3))
  }
  for (; at < count; at++, table += 4) sum0 += load<f64>(widths + ((<usize>load<u32>(table)) << 3))
  return sum0 + sum1 + (sum2 + sum3)
}

/** Of Σ over terms of (Σ of `rows` widths) · (Σ of `columns` widths). */
export function costContraction(
  slopes: usize,
  widths: usize,
  left: usize,
  right: usize,
  terms: i32,
  rows: i32,
  columns: i32,
): void {
  for (let term = 0; term < terms; term++) {
    const leftSum = sumOf(widths, left, rows)
    const rightSum = sumOf(widths, right, columns)
    for (let at = 0; at < rows; at++, left += 4) addTo(slopes, load<u32>(left), rightSum)
    for (let at = 0; at < columns; at++, right += 4) addTo(slopes, load<u32>(right), leftSum)
  }
}

/** As `costContraction` where each term has one row, and its columns are consecutive: their first entries are in `right`. */
export function costRuns(slopes: usize, widths: usize, left: usize, right: usize, terms: i32, columns: i32): void {
  const pairs = (<usize>(columns & ~1)) << 3
  for (let term = 0; term < terms; term++, left += 4, right += 4) {
    const row = load<u32>(left)
    const offset = (<usize>load<u32>(right)) << 3
    const width = load<f64>(widths + ((<usize>row) << 3))
    const amount = f64x2.splat(width)
    let sums = f64x2.splat(0)
    for (let at: usize = offset; at < offset + pairs; at += 16) {
      sums = f64x2.add(sums, v128.load(widths + at))
      v128.store(slopes + at, f64x2.add(v128.load(slopes + at), amount))
    }
    let sum = f64x2.extract_lane(sums, 0) + f64x2.extract_lane(sums, 1)
    if (columns & 1) {
      sum += load<f64>(widths + offset + pairs)
      store<f64>(slopes + offset + pairs, load<f64>(slopes + offset + pairs) + width)
    }
    addTo(slopes, row, sum)
  }
}

/** Of factor · Σ of widths. */
export function costSum(slopes: usize, table: usize, count: i32, factor: f64): void {
  for (let at = 0; at < count; at++, table += 4) addTo(slopes, load<u32>(table), factor)
}

/** Of Σ of the products of two widths. */
export function costProducts(slopes: usize, widths: usize, left: usize, right: usize, count: i32): void {
  for (let at = 0; at < count; at++, left += 4, right += 4) {
    const a = load<u32>(left)
    const b = load<u32>(right)
    const widthA = load<f64>(widths + ((<usize>a) << 3))
    const widthB = load<f64>(widths + ((<usize>b) << 3))
    addTo(slopes, a, widthB)
    addTo(slopes, b, widthA)
  }
}

const LN2: f64 = 0.6931471805599453

/** Of factor · Σ of 2^width · width: the first exact, since widths are whole numbers. */
export function costLookups(slopes: usize, widths: usize, from: usize, to: usize, count: i32, factor: f64): void {
  for (let at = 0; at < count; at++, from += 4, to += 4) {
    const a = load<u32>(from)
    const b = load<u32>(to)
    const exponent = <i64>nearest(load<f64>(widths + ((<usize>a) << 3)))
    const entries = factor * reinterpret<f64>((exponent + 1023) << 52)
    const bits = load<f64>(widths + ((<usize>b) << 3))
    addTo(slopes, a, entries * LN2 * bits)
    addTo(slopes, b, entries)
  }
}

/** Of factor · Σ over `groups` of the widest (or narrowest) of `size` widths, the first that is it. */
export function costChoice(
  slopes: usize,
  widths: usize,
  table: usize,
  groups: i32,
  size: i32,
  widest: i32,
  factor: f64,
): void {
  for (let group = 0; group < groups; group++) {
    let best = load<u32>(table)
    for (let at = 0; at < size; at++, table += 4) {
      const entry = load<u32>(table)
      const width = load<f64>(widths + ((<usize>entry) << 3))
      const held = load<f64>(widths + ((<usize>best) << 3))
      if (widest ? width > held : width < held) best = entry
    }
    addTo(slopes, best, factor)
  }
}
