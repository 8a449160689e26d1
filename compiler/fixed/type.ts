/**
 * A fixed-point type: the multiples of 2^-f in [-k·2^i, 2^i - 2^-f]. `k` is 1 when negative values are kept, `i` counts
 * integer bits without the sign, `f` fractional bits; either may be negative. Width k + i + f; at or below 0 the only
 * value is 0: a pruned value.
 */
export interface FixedType {
  readonly k: 0 | 1
  readonly i: number
  readonly f: number
}

/** Width in bits; 0 for a pruned value. */
export function widthOf(type: FixedType): number {
  return Math.max(0, type.k + type.i + type.f)
}
