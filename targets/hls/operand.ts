import type { FixedNode } from '../../compiler/fixed/graph.js'
import { typeOfInterval } from '../../compiler/fixed/interval.js'
import type { FixedType } from '../../compiler/fixed/type.js'
import { decimal } from '../decimal.js'
import { type Flavour, heldType } from './flavour.js'

/** A value that an expression may use: a local variable of the type that holds it, or a number known at once. */
export type Operand =
  | { readonly kind: 'variable'; readonly name: string; readonly type: FixedType }
  | { readonly kind: 'constant'; readonly value: bigint; readonly fraction: number }

/** How a node is referred to: a node that can take one value only is written as that value. */
export function operandOf(node: FixedNode, name: string, flavour: Flavour): Operand {
  const { low, high, fraction } = node.interval
  if (low === high) return { kind: 'constant', value: low, fraction }
  return { kind: 'variable', name, type: heldType(typeOfInterval(node.interval), flavour) }
}

export function isZeroOperand(operand: Operand): boolean {
  return operand.kind === 'constant' && operand.value === 0n
}

/** The least type that holds the operand. */
export function typeOfOperand(operand: Operand, flavour: Flavour): FixedType {
  if (operand.kind === 'variable') return operand.type
  const { value, fraction } = operand
  return heldType(typeOfInterval({ low: value, high: value, fraction }), flavour)
}

/** An expression of exactly this type. */
export function inType(operand: Operand, type: FixedType, flavour: Flavour): string {
  if (operand.kind === 'constant') return constantIn(operand.value, operand.fraction, type, flavour)
  return sameType(operand.type, type) ? operand.name : `${flavour.typeName(type)}(${operand.name})`
}

/** An expression of the operand's own type. */
export function textOf(operand: Operand, flavour: Flavour): string {
  return inType(operand, typeOfOperand(operand, flavour), flavour)
}

/** operand · 2^shift: the same bits with the point elsewhere. */
export function shifted(operand: Operand, shift: number, flavour: Flavour): string {
  if (operand.kind === 'constant') return textOf({ ...operand, fraction: operand.fraction - shift }, flavour)
  return shift === 0 ? operand.name : `hgq::shift<${shift}>(${operand.name})`
}

export function sameType(a: FixedType, b: FixedType): boolean {
  return a.k === b.k && a.i === b.i && a.f === b.f
}

/** A type that holds every value of both. */
export function commonType(a: FixedType, b: FixedType): FixedType {
  return { k: a.k === 1 || b.k === 1 ? 1 : 0, i: Math.max(a.i, b.i), f: Math.max(a.f, b.f) }
}

/** Altera's compilers take no numbers of more than 32 bits, and a double is exact up to 53. */
const PIECE = 31n

/**
 * value · 2^-fraction as a number of the type. A long one is the sum of pieces, each an exact floating-point literal,
 * which the compilers turn into a constant.
 */
function constantIn(value: bigint, fraction: number, type: FixedType, flavour: Flavour): string {
  const name = flavour.typeName(type)
  if (value === 0n) return `${name}(0)`
  const magnitude = value < 0n ? -value : value
  if (magnitude < 1n << PIECE) {
    const text = decimal(value, fraction)
    return `${name}(${text.includes('.') ? text : `${text}.0`})`
  }
  const high: Operand = { kind: 'constant', value: value >> PIECE, fraction: fraction - Number(PIECE) }
  const low: Operand = { kind: 'constant', value: BigInt.asUintN(Number(PIECE), value), fraction }
  return `${name}(${textOf(high, flavour)} + ${textOf(low, flavour)})`
}
