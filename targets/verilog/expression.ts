import type { FixedNode, NodeId, Term } from '../../compiler/fixed/graph.js'
import { typeOfInterval } from '../../compiler/fixed/interval.js'
import { widthOf } from '../../compiler/fixed/type.js'
import { alignment, bit, literal, type Operand, slice } from './operand.js'

/** What a node's wire is assigned, and wires of its own that this needs first. */
export interface Expression {
  readonly text: string
  readonly helpers: readonly Wire[]
}

export interface Wire {
  readonly name: string
  readonly width: number
  readonly signed: boolean
  readonly text: string
}

/**
 * The Verilog expression of a node, of exactly the width of its type. `operand` gives what an operand is called where
 * the expression stands. Not for inputs, which the top module unpacks, nor for nodes that are constant.
 */
export function expressionOf(node: FixedNode, name: string, operand: (id: NodeId) => Operand): Expression {
  const width = widthOf(typeOfInterval(node.interval))
  const fraction = node.interval.fraction
  const whole = (text: string): Expression => ({ text, helpers: [] })
  switch (node.kind) {
    case 'input':
    case 'constant':
      throw new Error(`node "${name}" of kind ${node.kind} has no expression`)
    case 'add':
      return whole(sumOf([node.left, node.right], operand, fraction, width))
    case 'sum':
      return whole(sumOf(node.terms, operand, fraction, width))
    case 'scale':
      return whole(sumOf([node.term], operand, fraction, width))
    case 'multiply_constant': {
      const constant: Operand = { kind: 'constant', value: node.mantissa, fraction: -node.exponent }
      return productOf(operand(node.node), constant, name, fraction, width)
    }
    case 'multiply':
      return productOf(operand(node.left), operand(node.right), name, fraction, width)
    case 'cast':
      return castOf(node, name, operand(node.node), width)
    case 'relu': {
      const source = operand(node.node)
      const kept = slice(source, alignment(source, fraction), width)
      if (source.kind === 'constant' || !source.signed) return whole(kept)
      return whole(`${bit(source, source.width - 1)} ? ${literal(0n, width)} : ${kept}`)
    }
    case 'less':
      return bitOf(lessThan(operand(node.left), operand(node.right)), name, fraction, width)
    case 'select': {
      const whenTrue = operand(node.whenTrue)
      const whenFalse = operand(node.whenFalse)
      const yes = slice(whenTrue, alignment(whenTrue, fraction), width)
      const no = slice(whenFalse, alignment(whenFalse, fraction), width)
      const condition = operand(node.condition)
      if (condition.kind === 'constant') return whole(condition.value !== 0n ? yes : no)
      return whole(`${condition.width === 1 ? condition.name : `(|${condition.name})`} ? ${yes} : ${no}`)
    }
  }
}

/** Terms are aligned to the grid and to the width of the result, so the sum is right modulo 2^width, which is exact. */
function sumOf(terms: readonly Term[], operand: (id: NodeId) => Operand, fraction: number, width: number): string {
  const positive = terms.filter((term) => !term.negate)
  const negative = terms.filter((term) => term.negate)
  const aligned = (term: Term): string => {
    const source = operand(term.node)
    return slice(source, alignment(source, fraction, term.shift), width)
  }
  const added = positive.map(aligned).join(' + ')
  const subtracted = negative.map(aligned).join(' - ')
  if (added === '') return `-${subtracted}`
  return subtracted === '' ? added : `${added} - ${subtracted}`
}

/**
 * The product at full precision, then the bits that the result keeps. Both factors stand in a signed context where
 * either is signed, so the multiplier has the widths of its factors and not of the result.
 */
function productOf(left: Operand, right: Operand, name: string, fraction: number, width: number): Expression {
  const signed = isSigned(left) || isSigned(right)
  const productWidth = widthIn(left, signed) + widthIn(right, signed)
  const product: Operand = {
    kind: 'signal',
    name: `${name}_product`,
    width: productWidth,
    signed,
    fraction: left.fraction + right.fraction,
  }
  const helper: Wire = {
    name: product.name,
    width: productWidth,
    signed,
    text: `${factor(left, signed)} * ${factor(right, signed)}`,
  }
  return { text: slice(product, alignment(product, fraction), width), helpers: [helper] }
}

function isSigned(operand: Operand): boolean {
  return operand.kind === 'constant' ? operand.value < 0n : operand.signed
}

function widthIn(operand: Operand, signed: boolean): number {
  if (operand.kind === 'signal') return operand.width + (signed && !operand.signed ? 1 : 0)
  const type = typeOfInterval({ low: operand.value, high: operand.value, fraction: 0 })
  return Math.max(1, widthOf(type) + (signed && operand.value >= 0n ? 1 : 0))
}

function factor(operand: Operand, signed: boolean): string {
  const bits = slice(operand, 0, widthIn(operand, signed))
  return signed ? `$signed(${bits})` : bits
}

function castOf(node: FixedNode & { readonly kind: 'cast' }, name: string, source: Operand, width: number): Expression {
  const kept = widthOf(node.type)
  if (kept === 0) return { text: literal(0n, width), helpers: [] }
  const bits = slice(source, alignment(source, node.type.f), kept)
  const fraction = node.interval.fraction
  if (fraction === node.type.f && width === kept) return { text: bits, helpers: [] }
  // The interval is tighter than the type: its bits are the low ones of the type's, without zeros below.
  if (fraction <= node.type.f && width + node.type.f - fraction <= kept) {
    return { text: slice(source, alignment(source, fraction), width), helpers: [] }
  }
  const cast: Operand = {
    kind: 'signal',
    name: `${name}_cast`,
    width: kept,
    signed: node.type.k === 1,
    fraction: node.type.f,
  }
  return {
    text: slice(cast, alignment(cast, fraction), width),
    helpers: [{ name: cast.name, width: kept, signed: cast.signed, text: bits }],
  }
}

/** A comparison on a common grid, wide enough for both, signed where either is. */
function lessThan(left: Operand, right: Operand): string {
  const fraction = Math.max(left.fraction, right.fraction)
  const signed = isSigned(left) || isSigned(right)
  const width = Math.max(
    widthIn(left, signed) + fraction - left.fraction,
    widthIn(right, signed) + fraction - right.fraction,
  )
  const side = (operand: Operand): string => {
    const bits = slice(operand, alignment(operand, fraction), width)
    return signed ? `$signed(${bits})` : bits
  }
  return `${side(left)} < ${side(right)}`
}

/** A truth value as a number on the grid of the result. */
function bitOf(truth: string, name: string, fraction: number, width: number): Expression {
  if (width === 1 && fraction === 0) return { text: truth, helpers: [] }
  const operand: Operand = { kind: 'signal', name: `${name}_true`, width: 1, signed: false, fraction: 0 }
  return {
    text: slice(operand, alignment(operand, fraction), width),
    helpers: [{ name: operand.name, width: 1, signed: false, text: truth }],
  }
}
