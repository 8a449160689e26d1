import type { FixedNode } from '../../compiler/fixed/graph.js'
import { typeOfInterval } from '../../compiler/fixed/interval.js'
import { widthOf } from '../../compiler/fixed/type.js'

/** A value that an expression may use: integer · 2^-fraction, held by a signal or known at once. */
export type Operand = SignalOperand | ConstantOperand

export interface SignalOperand {
  readonly kind: 'signal'
  readonly name: string
  readonly width: number
  readonly signed: boolean
  readonly fraction: number
}

export interface ConstantOperand {
  readonly kind: 'constant'
  readonly value: bigint
  readonly fraction: number
}

/** How a node is referred to: a node that can take one value only is written as that value. */
export function operandOf(node: FixedNode, name: string): Operand {
  const { low, high, fraction } = node.interval
  if (low === high) return { kind: 'constant', value: low, fraction }
  const type = typeOfInterval(node.interval)
  return { kind: 'signal', name, width: widthOf(type), signed: type.k === 1, fraction }
}

/** Where the bits of `operand` lie relative to a grid of `fraction` bits, after a shift: the `from` of a slice. */
export function alignment(operand: Operand, fraction: number, shift = 0): number {
  return operand.fraction - shift - fraction
}

/**
 * Bits from … from + width - 1 of the operand's integer, taken as two's complement without end: zeros below bit 0, the
 * sign (or zeros, where there is none) above the highest. Width > 0.
 *
 * All alignment and all sign extension of the emitters is a slice, so no expression depends on what a language thinks of
 * operands of different widths and signs: every operator works on operands of the width of its result.
 */
export interface Slice {
  readonly operand: Operand
  readonly from: number
  readonly width: number
}

/** The bits of a constant slice as a number from 0 to 2^width - 1. */
export function constantBits(operand: ConstantOperand, from: number, width: number): bigint {
  const shifted = from >= 0 ? operand.value >> BigInt(from) : operand.value << BigInt(-from)
  return BigInt.asUintN(width, shifted)
}

/** What a slice of a signal consists of, from the highest bits down; the three widths add up to the width of the slice. */
export interface SliceParts {
  /** Copies of the sign, or zeros of a signal without one. */
  readonly above: number
  /** Bits low … high - 1 of the signal; none when the two are equal. */
  readonly low: number
  readonly high: number
  /** Zeros. */
  readonly below: number
}

export function partsOf(signal: SignalOperand, from: number, width: number): SliceParts {
  const top = from + width
  const low = Math.max(from, 0)
  const high = Math.max(low, Math.min(top, signal.width))
  return {
    above: Math.max(0, top - Math.max(signal.width, from)),
    low,
    high,
    below: Math.min(width, Math.max(0, -from)),
  }
}
