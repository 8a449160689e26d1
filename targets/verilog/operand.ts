import type { FixedNode } from '../../compiler/fixed/graph.js'
import { typeOfInterval } from '../../compiler/fixed/interval.js'
import { widthOf } from '../../compiler/fixed/type.js'

/** A value that an expression may use: integer · 2^-fraction, held by a signal or known at once. */
export type Operand =
  | {
      readonly kind: 'signal'
      readonly name: string
      readonly width: number
      readonly signed: boolean
      readonly fraction: number
    }
  | { readonly kind: 'constant'; readonly value: bigint; readonly fraction: number }

/** How a node is referred to: a node that can take one value only is written as that value. */
export function operandOf(node: FixedNode, name: string): Operand {
  const { low, high, fraction } = node.interval
  if (low === high) return { kind: 'constant', value: low, fraction }
  const type = typeOfInterval(node.interval)
  return { kind: 'signal', name, width: widthOf(type), signed: type.k === 1, fraction }
}

/** A literal of exactly `width` bits: `value` modulo 2^width. */
export function literal(value: bigint, width: number): string {
  const bits = BigInt.asUintN(width, value)
  return width > 32 ? `${width}'h${bits.toString(16)}` : `${width}'d${bits}`
}

/**
 * Bits from … from + width - 1 of the operand's integer, taken as two's complement without end: zeros below bit 0, the
 * sign (or zeros, where there is none) above the highest. An expression of exactly `width` > 0 bits.
 *
 * All alignment and all sign extension of the emitter happens here, by concatenation, so no expression depends on
 * Verilog's rules about signed operands: every operator works on operands of the width of its result.
 */
export function slice(operand: Operand, from: number, width: number): string {
  if (operand.kind === 'constant') {
    return literal(from >= 0 ? operand.value >> BigInt(from) : operand.value << BigInt(-from), width)
  }
  const top = from + width
  const parts: string[] = []
  const above = Math.max(0, top - Math.max(operand.width, from))
  if (above > 0) parts.push(operand.signed ? repeat(bit(operand, operand.width - 1), above) : literal(0n, above))
  const low = Math.max(from, 0)
  const high = Math.min(top, operand.width)
  if (high > low) parts.push(range(operand, low, high))
  const below = Math.min(width, Math.max(0, -from))
  if (below > 0) parts.push(literal(0n, below))
  return parts.length === 1 ? (parts[0] as string) : `{${parts.join(', ')}}`
}

/** Where the bits of `operand` lie relative to a grid of `fraction` bits, after a shift: the `from` for `slice`. */
export function alignment(operand: Operand, fraction: number, shift = 0): number {
  return operand.fraction - shift - fraction
}

interface Bits {
  readonly name: string
  readonly width: number
}

/** The sign of a signal, as one bit. */
export function bit(signal: Bits, index: number): string {
  return signal.width === 1 ? signal.name : `${signal.name}[${index}]`
}

function range(signal: Bits, low: number, high: number): string {
  if (low === 0 && high === signal.width) return signal.name
  return high - low === 1 ? bit(signal, low) : `${signal.name}[${high - 1}:${low}]`
}

function repeat(text: string, count: number): string {
  return count === 1 ? text : `{${count}{${text}}}`
}
