import type { Overflow } from '../../lang/program.js'
import type { FixedType } from '../fixed/type.js'
import { floorLog2, lowestBit } from '../numeric/exponent.js'

/**
 * Bits of an operand as EBOPs count them: the magnitude i + f, the sign not counted; with plain saturation the sign adds
 * one more code, so it is. 0 where the type holds only 0.
 */
export function assignedBits(type: FixedType, overflow: Overflow): number {
  const magnitude = type.i + type.f
  return Math.max(0, overflow === 'saturate' ? magnitude + type.k : magnitude)
}

/** Bits from the lowest to the highest set bit of |value|; 0 for 0. `value` is any finite double. */
export function enclosedBits(value: number): number {
  const magnitude = Math.abs(value)
  return magnitude === 0 ? 0 : floorLog2(magnitude) - lowestBit(magnitude) + 1
}
