import type { Condition, Expression } from '../rtl/expression.js'
import { constantBits, partsOf, type Slice } from '../rtl/operand.js'
import { romEntry } from './table.js'

/** An expression in Verilog, of exactly its width wherever it stands. */
export function textOf(expression: Expression): string {
  switch (expression.kind) {
    case 'slice':
      return slice(expression.slice)
    case 'sum': {
      const added = expression.added.map(slice).join(' + ')
      const subtracted = expression.subtracted.map(slice).join(' - ')
      if (added === '') return `-${subtracted}`
      return subtracted === '' ? added : `${added} - ${subtracted}`
    }
    case 'product':
      return `${inContext(expression.left, expression.signed)} * ${inContext(expression.right, expression.signed)}`
    case 'less':
      return `${inContext(expression.left, expression.signed)} < ${inContext(expression.right, expression.signed)}`
    case 'select':
      return `${truth(expression.condition)} ? ${slice(expression.whenTrue)} : ${slice(expression.whenFalse)}`
    case 'lookup':
      return romEntry(expression.table, expression.address, expression.width)
  }
}

/** A slice by concatenation; Verilog takes every concatenation and every part of a signal for unsigned. */
export function slice({ operand, from, width }: Slice): string {
  if (operand.kind === 'constant') return literal(constantBits(operand, from, width), width)
  const { above, low, high, below } = partsOf(operand, from, width)
  const parts: string[] = []
  if (above > 0) parts.push(operand.signed ? repeat(bit(operand, operand.width - 1), above) : literal(0n, above))
  if (high > low) parts.push(range(operand, low, high))
  if (below > 0) parts.push(literal(0n, below))
  return parts.length === 1 ? (parts[0] as string) : `{${parts.join(', ')}}`
}

/** A literal of exactly `width` bits: `value` modulo 2^width. */
export function literal(value: bigint, width: number): string {
  return width > 32 ? `${width}'h${value.toString(16)}` : `${width}'d${value}`
}

function inContext(bits: Slice, signed: boolean): string {
  return signed ? `$signed(${slice(bits)})` : slice(bits)
}

function truth({ signal, is }: Condition): string {
  if (is === 'negative') return bit(signal, signal.width - 1)
  return signal.width === 1 ? signal.name : `(|${signal.name})`
}

interface Bits {
  readonly name: string
  readonly width: number
}

function bit(signal: Bits, index: number): string {
  return signal.width === 1 ? signal.name : `${signal.name}[${index}]`
}

function range(signal: Bits, low: number, high: number): string {
  if (low === 0 && high === signal.width) return signal.name
  return high - low === 1 ? bit(signal, low) : `${signal.name}[${high - 1}:${low}]`
}

function repeat(text: string, count: number): string {
  return count === 1 ? text : `{${count}{${text}}}`
}
