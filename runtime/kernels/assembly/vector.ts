// Small helpers on four float32 lanes. Everything here is plain IEEE arithmetic in a fixed order: no fused
// multiply-add, no relaxed SIMD, so every machine gives the same bits.

/** Bytes of the samples that one pass of a kernel takes: eight float32. Rows are padded to a multiple of it. */
export const BLOCK: usize = 32

// @ts-expect-error: decorator
@inline
export function zero(): v128 {
  return f32x4.splat(0)
}

/**
 * A number in all lanes, by way of a word at `scratch`: compilers make a constant anew in every turn of a loop, but keep
 * what was loaded.
 */
// @ts-expect-error: decorator
@inline
export function kept(scratch: usize, value: f32): v128 {
  store<f32>(scratch, value)
  return v128.load32_splat(scratch)
}

/** The sum of eight lanes in a fixed tree. */
// @ts-expect-error: decorator
@inline
export function sumOf(low: v128, high: v128): f32 {
  const four = f32x4.add(low, high)
  return (
    f32x4.extract_lane(four, 0) +
    f32x4.extract_lane(four, 2) +
    (f32x4.extract_lane(four, 1) + f32x4.extract_lane(four, 3))
  )
}

/**
 * The sum of eight lanes as `sumOf` makes it, by way of 32 bytes at `scratch`: compilers that join pairs of vectors into
 * wider ones start from pairs of stores, so a loop whose sums end in one is joined.
 */
// @ts-expect-error: decorator
@inline
export function sumOfPair(scratch: usize, low: v128, high: v128): f32 {
  v128.store(scratch, low)
  v128.store(scratch, high, 16)
  return sumOf(v128.load(scratch), v128.load(scratch, 16))
}

/** The greatest of four lanes. */
// @ts-expect-error: decorator
@inline
export function greatestOf(lanes: v128): f32 {
  return max(
    max(f32x4.extract_lane(lanes, 0), f32x4.extract_lane(lanes, 1)),
    max(f32x4.extract_lane(lanes, 2), f32x4.extract_lane(lanes, 3)),
  )
}

/** Four rows of four numbers as columns: `stride` bytes from one row of the result to the next. */
// @ts-expect-error: decorator
@inline
export function storeTransposed(target: usize, stride: usize, r0: v128, r1: v128, r2: v128, r3: v128): void {
  const t0 = v128.shuffle<f32>(r0, r1, 0, 4, 1, 5)
  const t1 = v128.shuffle<f32>(r2, r3, 0, 4, 1, 5)
  const t2 = v128.shuffle<f32>(r0, r1, 2, 6, 3, 7)
  const t3 = v128.shuffle<f32>(r2, r3, 2, 6, 3, 7)
  v128.store(target, v128.shuffle<f64>(t0, t1, 0, 2))
  v128.store(target + stride, v128.shuffle<f64>(t0, t1, 1, 3))
  v128.store(target + 2 * stride, v128.shuffle<f64>(t2, t3, 0, 2))
  v128.store(target + 3 * stride, v128.shuffle<f64>(t2, t3, 1, 3))
}

/** `row[0 … samples)` in byte steps of `BLOCK`; `samples` is a multiple of eight. */
// @ts-expect-error: decorator
@inline
export function bytesOf(samples: i32): usize {
  return (<usize>samples) << 2
}
