import type { FixedNode, FixedNodeOf, NodeId, Term } from '../../compiler/fixed/graph.js'
import { typeOfInterval } from '../../compiler/fixed/interval.js'
import { type FixedType, widthOf } from '../../compiler/fixed/type.js'
import { type Flavour, heldType } from './flavour.js'
import { commonType, inType, isZeroOperand, type Operand, sameType, shifted, textOf, typeOfOperand } from './operand.js'

/**
 * The C++ expression of a node; assigned to a number of the node's type it gives the node's value. Sums and products of
 * the vendors' types keep all bits, so what is assigned is exact, and the value fits the type by its interval. Wherever
 * bits are dropped on purpose there is a conversion, which truncates and wraps. No shift operators (they lose bits), no
 * comparison of different types. Not for inputs, look-ups (`table.ts`) nor for nodes that are constant.
 */
export function expressionOf(
  node: Exclude<FixedNode, { readonly kind: 'lookup' }>,
  operand: (id: NodeId) => Operand,
  flavour: Flavour,
): string {
  const type = heldType(typeOfInterval(node.interval), flavour)
  switch (node.kind) {
    case 'input':
    case 'constant':
      throw new Error(`a node of kind ${node.kind} has no expression`)
    case 'add':
      return sumOf([node.left, node.right], type, operand, flavour)
    case 'sum':
      return sumOf(node.terms, type, operand, flavour)
    case 'scale':
      return sumOf([node.term], type, operand, flavour)
    case 'multiply_constant': {
      const constant: Operand = { kind: 'constant', value: node.mantissa, fraction: -node.exponent }
      return `${textOf(operand(node.node), flavour)} * ${textOf(constant, flavour)}`
    }
    case 'multiply':
      return `${textOf(operand(node.left), flavour)} * ${textOf(operand(node.right), flavour)}`
    case 'cast':
      return castOf(node, operand(node.node), type, flavour)
    case 'relu': {
      const source = operand(node.node)
      const kept = inType(source, type, flavour)
      if (source.kind === 'constant' || source.type.k === 0) return kept
      return `${source.name}[${widthOf(source.type) - 1}] ? ${zero(type, flavour)} : ${kept}`
    }
    case 'less': {
      const [left, right] = [operand(node.left), operand(node.right)]
      const common = commonType(typeOfOperand(left, flavour), typeOfOperand(right, flavour))
      return `${inType(left, common, flavour)} < ${inType(right, common, flavour)}`
    }
    case 'select': {
      const condition = operand(node.condition)
      const yes = inType(operand(node.whenTrue), type, flavour)
      const no = inType(operand(node.whenFalse), type, flavour)
      if (condition.kind === 'constant') return condition.value !== 0n ? yes : no
      const truth = `${condition.name}[0]`
      return `${truth} ? ${yes} : ${no}`
    }
  }
}

function sumOf(terms: readonly Term[], type: FixedType, operand: (id: NodeId) => Operand, flavour: Flavour): string {
  const parts = terms
    .map((term) => ({ term, source: operand(term.node) }))
    .filter(({ source }) => !isZeroOperand(source))
  const texts = (negate: boolean): string[] =>
    parts.filter(({ term }) => term.negate === negate).map(({ term, source }) => shifted(source, term.shift, flavour))
  const [added, subtracted] = [texts(false).join(' + '), texts(true).join(' - ')]
  if (added === '') return subtracted === '' ? zero(type, flavour) : `-${subtracted}`
  return subtracted === '' ? added : `${added} - ${subtracted}`
}

/** Truncates and wraps to the node's type, which the interval may narrow further. */
function castOf(node: FixedNodeOf<'cast'>, source: Operand, type: FixedType, flavour: Flavour): string {
  const kept = heldType(node.type, flavour)
  if (widthOf(node.type) === 0) return zero(type, flavour)
  if (!sameType(kept, node.type) && source.kind === 'variable') return bitOf(node, source, type, flavour)
  return sameType(kept, type) && source.kind === 'variable' ? source.name : inType(source, kept, flavour)
}

/** A cast to fewer bits than a type may have takes the bit that is left, and no more than its weight. */
function bitOf(
  node: FixedNodeOf<'cast'>,
  source: Operand & { readonly kind: 'variable' },
  type: FixedType,
  flavour: Flavour,
): string {
  if (widthOf(node.type) !== 1) throw new Error('only types of one bit are held in wider ones')
  const { k, f } = node.type
  const width = widthOf(source.type)
  const index = source.type.f - f
  if (index < 0 || (index >= width && source.type.k === 0)) return zero(type, flavour)
  const one: Operand = { kind: 'constant', value: k === 1 ? -1n : 1n, fraction: f }
  return `${source.name}[${Math.min(index, width - 1)}] ? ${inType(one, type, flavour)} : ${zero(type, flavour)}`
}

function zero(type: FixedType, flavour: Flavour): string {
  return `${flavour.typeName(type)}(0)`
}
