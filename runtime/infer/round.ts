import { powerOfTwo } from '../../compiler/numeric/exponent.js'
import { type QuantizerType, rounder, wrapInteger } from '../../compiler/numeric/fixed-quantizer.js'
import type { Rounding } from '../../lang/program.js'

/** Where a kernel works: `count` numbers from `start` on, of `values` as of `into`. */
export interface Stretch {
  readonly values: ArrayLike<number>
  readonly into: Float64Array
  readonly start: number
  readonly count: number
}

/** Rounds to multiples of 2^-f. */
export function roundStretch({ values, into, start, count }: Stretch, f: number, rounding: Rounding): void {
  const [scale, step] = [powerOfTwo(f), powerOfTwo(-f)]
  const end = start + count
  if (rounding === 'nearest' || rounding === 'stochastic') {
    for (let at = start; at < end; at++) into[at] = nearest((values[at] as number) * scale) * step
    return
  }
  const round = rounder(rounding)
  for (let at = start; at < end; at++) into[at] = round((values[at] as number) * scale) * step
}

/**
 * Clips to `low … high`, then rounds to multiples of 2^-f. -0 stays what it is: a range without negative values ends
 * there.
 */
export function clipStretch(
  { values, into, start, count }: Stretch,
  f: number,
  rounding: Rounding,
  { low, high }: { readonly low: number; readonly high: number },
): void {
  const [scale, step] = [powerOfTwo(f), powerOfTwo(-f)]
  const round = rounder(rounding)
  for (let at = start; at < start + count; at++) {
    const x = values[at] as number
    into[at] = round((x > high ? high : x < low ? low : x) * scale) * step
  }
}

/** Rounds, then wraps. Returns how many wrapped. The type has a bit at least. */
export function wrapStretch({ values, into, start, count }: Stretch, type: QuantizerType, rounding: Rounding): number {
  const [scale, step] = [powerOfTwo(type.f), powerOfTwo(-type.f)]
  const top = powerOfTwo(Math.max(type.i + type.f, 0))
  const [low, high] = [-type.k * top, top - 1]
  const end = start + count
  const plain = rounding === 'nearest' || rounding === 'stochastic'
  const round = rounder(rounding)
  let wraps = 0
  for (let at = start; at < end; at++) {
    const scaled = (values[at] as number) * scale
    const integer = plain ? nearest(scaled) : round(scaled)
    if (integer >= low && integer <= high) {
      // + 0: a wrap has one zero, whatever the rounding.
      into[at] = (integer + 0) * step
      continue
    }
    const wrapped = wrapInteger(integer, type)
    if (wrapped !== integer) wraps++
    into[at] = wrapped * step
  }
  return wraps
}

/**
 * `roundNearest` of finite numbers without a branch, which half of all values would take: n/2 for an even and (n + 1)/2
 * for an odd n = floor(2·scaled). Every step is exact. + 0 makes -0 the one zero that hardware has.
 */
function nearest(scaled: number): number {
  return Math.ceil(Math.floor(scaled + scaled) * 0.5) + 0
}
