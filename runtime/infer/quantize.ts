import { widthOf } from '../../compiler/fixed/type.js'
import type { ElementTypes } from '../../compiler/graph/calibrated.js'
import { powerOfTwo } from '../../compiler/numeric/exponent.js'
import { rangeOf, reflect, rounder } from '../../compiler/numeric/fixed-quantizer.js'
import { clipStretch, wrapStretch } from './round.js'

/**
 * Quantizes columns, each element by its own type, as inference does: a type of width 0 gives 0, saturation clips
 * before it rounds, wrapping rounds first. Returns how many values wrapped. `into` may be `values`.
 */
export function quantizeElements(values: ArrayLike<number>, elements: ElementTypes, into: Float64Array): number {
  const { types, rounding, overflow } = elements
  const rows = types.length === 0 ? 0 : into.length / types.length
  const clips = overflow === 'saturate' || overflow === 'saturate_symmetric'
  let wraps = 0
  for (const [element, type] of types.entries()) {
    const stretch = { values, into, start: element * rows, count: rows }
    if (widthOf(type) === 0) {
      if (!clips) wraps += lostValues(values, stretch.start, rows, type.f, rounding)
      into.fill(0, stretch.start, stretch.start + rows)
    } else if (clips) clipStretch(stretch, type.f, rounding, rangeOf(type, overflow))
    else if (overflow === 'wrap') wraps += wrapStretch(stretch, type, rounding)
    else {
      const round = rounder(rounding)
      const [scale, step] = [powerOfTwo(type.f), powerOfTwo(-type.f)]
      for (let at = stretch.start; at < stretch.start + rows; at++) {
        const integer = round((values[at] as number) * scale)
        const wrapped = reflect(integer, type).integer
        if (wrapped !== integer) wraps++
        into[at] = wrapped * step
      }
    }
  }
  return wraps
}

/** What a pruned value loses is a wrap as well, where it would have rounded to anything else. */
function lostValues(
  values: ArrayLike<number>,
  start: number,
  rows: number,
  f: number,
  rounding: ElementTypes['rounding'],
): number {
  const [round, scale] = [rounder(rounding), powerOfTwo(f)]
  let lost = 0
  for (let at = start; at < start + rows; at++) if (round((values[at] as number) * scale) !== 0) lost++
  return lost
}
