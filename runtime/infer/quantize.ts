import { widthOf } from '../../compiler/fixed/type.js'
import type { ElementTypes } from '../../compiler/graph/calibrated.js'
import { powerOfTwo } from '../../compiler/numeric/exponent.js'
import { rangeOf, reflect, rounder, wrapInteger } from '../../compiler/numeric/fixed-quantizer.js'

/**
 * Quantizes `rows × types.length` values, each element by its own type, as inference does: a type of width 0 gives 0,
 * saturation clips before it rounds, wrapping rounds first. Returns how many values wrapped.
 */
export function quantizeElements(values: ArrayLike<number>, elements: ElementTypes, into: Float64Array): number {
  const { types, rounding, overflow } = elements
  const size = types.length
  const round = rounder(rounding)
  let wraps = 0
  for (const [element, type] of types.entries()) {
    if (widthOf(type) === 0) {
      for (let at = element; at < into.length; at += size) {
        into[at] = 0
        // What a pruned value loses is a wrap as well, where it would have rounded to anything else.
        if (
          overflow !== 'saturate' &&
          overflow !== 'saturate_symmetric' &&
          round((values[at] as number) * powerOfTwo(type.f)) !== 0
        )
          wraps++
      }
      continue
    }
    const scale = powerOfTwo(type.f)
    const step = powerOfTwo(-type.f)
    if (overflow === 'saturate' || overflow === 'saturate_symmetric') {
      const { low, high } = rangeOf(type, overflow)
      for (let at = element; at < into.length; at += size) {
        const x = values[at] as number
        into[at] = round((x > high ? high : x < low ? low : x) * scale) * step
      }
      continue
    }
    for (let at = element; at < into.length; at += size) {
      const integer = round((values[at] as number) * scale)
      const wrapped = overflow === 'wrap' ? wrapInteger(integer, type) : reflect(integer, type).integer
      if (wrapped !== integer) wraps++
      into[at] = wrapped * step
    }
  }
  return wraps
}
