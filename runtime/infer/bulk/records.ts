import { type FixedType, widthOf } from '../../../compiler/fixed/type.js'
import { powerOfTwo } from '../../../compiler/numeric/exponent.js'
import { rangeOf } from '../../../compiler/numeric/fixed-quantizer.js'
import type { Overflow } from '../../../lang/program.js'
import type { Numbers } from '../numbers.js'
import type { Role } from './shape.js'

/** Numbers of a quantizer's element, as the kernel `quantize` reads them. */
export const RECORD = 8

/** How the kernel treats what a type does not hold. */
export function modeOf(overflow: Overflow): Role['mode'] {
  return overflow === 'wrap' ? 'wrap' : overflow === 'wrap_reflect' ? 'reflect' : 'clip'
}

/** Writes what an element of this type does at inference into record `index`. */
export function writeType(into: Numbers, index: number, type: FixedType, overflow: Overflow): void {
  const at = index * RECORD
  into[at] = powerOfTwo(type.f)
  into[at + 1] = powerOfTwo(-type.f)
  const zero = widthOf(type) === 0
  if (overflow === 'saturate' || overflow === 'saturate_symmetric') {
    const { low, high } = zero ? { low: 0, high: 0 } : rangeOf(type, overflow)
    into[at + 2] = low
    into[at + 3] = high
    return
  }
  // A type of width 0 has modulus 1: everything wraps to 0.
  const bits = zero ? 0 : Math.max(type.i + type.f, 0)
  const k = zero ? 0 : type.k
  const top = powerOfTwo(bits)
  const modulus = powerOfTwo(bits + k)
  // Without a sign bit, reflection changes values inside the range as well: none passes.
  const passes = overflow === 'wrap' || k === 1 || zero
  into[at + 2] = passes ? -k * top : Infinity
  into[at + 3] = passes ? top - 1 : -Infinity
  into[at + 4] = modulus
  into[at + 5] = powerOfTwo(-bits - k)
  into[at + 6] = k === 1 ? top : Infinity
}

/** Writes what an element does that only rounds to multiples of 2^-f; null makes everything 0. */
export function writeRounding(into: Numbers, index: number, f: number | null): void {
  into[index * RECORD] = f === null ? 0 : powerOfTwo(f)
  into[index * RECORD + 1] = f === null ? 0 : powerOfTwo(-f)
}
