import { trailingZeros } from '../../compiler/fixed/arithmetic.js'
import type { FixedNode, NodeId, Term } from '../../compiler/fixed/graph.js'
import { typeOfInterval } from '../../compiler/fixed/interval.js'
import type { LookupTable } from '../../compiler/fixed/lookup.js'
import { widthOf } from '../../compiler/fixed/type.js'
import { alignment, type Operand, type SignalOperand, type Slice } from './operand.js'

/** What the emitters of all languages write, each in its own words. Every kind has exactly the width of its slices. */
export type Expression =
  | { readonly kind: 'slice'; readonly slice: Slice }
  /** Modulo 2^width; all terms have the width of the result. At least one. */
  | { readonly kind: 'sum'; readonly added: readonly Slice[]; readonly subtracted: readonly Slice[] }
  /** At full precision: as wide as both factors together, which are both signed or both not. */
  | { readonly kind: 'product'; readonly left: Slice; readonly right: Slice; readonly signed: boolean }
  /** One bit: left < right. Both sides have one width, and both are signed or both are not. */
  | { readonly kind: 'less'; readonly left: Slice; readonly right: Slice; readonly signed: boolean }
  | { readonly kind: 'select'; readonly condition: Condition; readonly whenTrue: Slice; readonly whenFalse: Slice }
  /** The entry of a table, which the module declares, at an address: bits without a sign. */
  | { readonly kind: 'lookup'; readonly table: string; readonly address: Slice; readonly width: number }

/** A signal is negative (it is signed), or it is not zero. */
export interface Condition {
  readonly signal: SignalOperand
  readonly is: 'negative' | 'nonzero'
}

/** What a node's wire is assigned, and wires of its own that this needs first. */
export interface Assignment {
  readonly value: Expression
  readonly helpers: readonly Wire[]
}

export interface Wire {
  readonly name: string
  readonly width: number
  readonly signed: boolean
  readonly value: Expression
}

/**
 * The expression of a node, of exactly the width of its type. `operand` gives what an operand is called where the
 * expression stands, `name` what the node is called. Not for inputs, which the top module unpacks, nor for nodes that are
 * constant. `tableName` gives what the module calls a table.
 */
export function expressionOf(
  node: FixedNode,
  name: string,
  operand: (id: NodeId) => Operand,
  tableName: (table: LookupTable) => string,
): Assignment {
  const width = widthOf(typeOfInterval(node.interval))
  const fraction = node.interval.fraction
  const whole = (value: Expression): Assignment => ({ value, helpers: [] })
  const aligned = (source: Operand): Slice => slice(source, alignment(source, fraction), width)
  switch (node.kind) {
    case 'input':
    case 'constant':
      throw new Error(`node "${name}" of kind ${node.kind} has no expression`)
    case 'add':
      return sumOf([node.left, node.right], node, name, operand)
    case 'sum':
      return sumOf(node.terms, node, name, operand)
    case 'scale':
      return sumOf([node.term], node, name, operand)
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
      if (source.kind === 'constant' || !source.signed) return whole({ kind: 'slice', slice: aligned(source) })
      const condition: Condition = { signal: source, is: 'negative' }
      return whole({ kind: 'select', condition, whenTrue: zeros(width), whenFalse: aligned(source) })
    }
    case 'less':
      return bitOf(lessThan(operand(node.left), operand(node.right)), name, fraction, width)
    case 'select': {
      const whenTrue = aligned(operand(node.whenTrue))
      const whenFalse = aligned(operand(node.whenFalse))
      const signal = operand(node.condition)
      if (signal.kind === 'constant') return whole({ kind: 'slice', slice: signal.value !== 0n ? whenTrue : whenFalse })
      return whole({ kind: 'select', condition: { signal, is: 'nonzero' }, whenTrue, whenFalse })
    }
    case 'lookup': {
      const source = operand(node.node)
      if (source.kind === 'constant') throw new Error(`node "${name}" looks up what is known`)
      return whole({ kind: 'lookup', table: tableName(node.table), address: slice(source, 0, source.width), width })
    }
  }
}

function slice(operand: Operand, from: number, width: number): Slice {
  return { operand, from, width }
}

function zeros(width: number): Slice {
  return slice({ kind: 'constant', value: 0n, fraction: 0 }, 0, width)
}

/**
 * Terms are aligned to the grid and to the width of the result, so the sum is right modulo 2^width, which is exact. Where a
 * term lies on a finer grid than the result (one half and one half are one), the sum is made on that grid first.
 */
function sumOf(terms: readonly Term[], node: FixedNode, name: string, operand: (id: NodeId) => Operand): Assignment {
  const type = typeOfInterval(node.interval)
  const { fraction } = node.interval
  const sources = terms.map((term) => ({ ...term, source: operand(term.node) }))
  const grid = Math.max(fraction, ...sources.map(({ source, shift }) => gridOf(source) - shift))
  const width = widthOf(type) + grid - fraction
  const aligned = (negate: boolean): readonly Slice[] =>
    sources
      .filter((term) => term.negate === negate)
      .map(({ source, shift }) => slice(source, alignment(source, grid, shift), width))
  const sum: Expression = { kind: 'sum', added: aligned(false), subtracted: aligned(true) }
  if (grid === fraction) return { value: sum, helpers: [] }
  const finer: SignalOperand = { kind: 'signal', name: `${name}_sum`, width, signed: type.k === 1, fraction: grid }
  return {
    value: { kind: 'slice', slice: slice(finer, grid - fraction, widthOf(type)) },
    helpers: [{ name: finer.name, width, signed: finer.signed, value: sum }],
  }
}

/** Fractional bits of the coarsest grid that holds every value of an operand; of zero, that is any. */
function gridOf(operand: Operand): number {
  if (operand.kind === 'signal') return operand.fraction
  return operand.value === 0n ? Number.NEGATIVE_INFINITY : operand.fraction - trailingZeros(operand.value)
}

/**
 * The product at full precision, then the bits that the result keeps. Both factors stand in a signed context where
 * either is signed, so the multiplier has the widths of its factors and not of the result.
 */
function productOf(left: Operand, right: Operand, name: string, fraction: number, width: number): Assignment {
  const signed = isSigned(left) || isSigned(right)
  const productWidth = widthIn(left, signed) + widthIn(right, signed)
  const product: Operand = {
    kind: 'signal',
    name: `${name}_product`,
    width: productWidth,
    signed,
    fraction: left.fraction + right.fraction,
  }
  const factor = (operand: Operand): Slice => slice(operand, 0, widthIn(operand, signed))
  const multiplied: Expression = { kind: 'product', left: factor(left), right: factor(right), signed }
  const value = chosenBy(left, right, productWidth) ?? chosenBy(right, left, productWidth) ?? multiplied
  const helper: Wire = { name: product.name, width: productWidth, signed, value }
  return {
    value: { kind: 'slice', slice: slice(product, alignment(product, fraction), width) },
    helpers: [helper],
  }
}

/**
 * A product with a bit that has no sign is the other factor or 0, and no multiplier. (Verilator 5.006 also takes such a bit
 * for signed in some products.) Null where `bit` is no such bit.
 */
function chosenBy(bit: Operand, other: Operand, width: number): Expression | null {
  if (bit.kind === 'constant' || bit.signed || bit.width !== 1) return null
  const condition: Condition = { signal: bit, is: 'nonzero' }
  return { kind: 'select', condition, whenTrue: slice(other, 0, width), whenFalse: zeros(width) }
}

function isSigned(operand: Operand): boolean {
  return operand.kind === 'constant' ? operand.value < 0n : operand.signed
}

function widthIn(operand: Operand, signed: boolean): number {
  if (operand.kind === 'signal') return operand.width + (signed && !operand.signed ? 1 : 0)
  const type = typeOfInterval({ low: operand.value, high: operand.value, fraction: 0 })
  return Math.max(1, widthOf(type) + (signed && operand.value >= 0n ? 1 : 0))
}

function castOf(node: FixedNode & { readonly kind: 'cast' }, name: string, source: Operand, width: number): Assignment {
  const kept = widthOf(node.type)
  const whole = (value: Slice): Assignment => ({ value: { kind: 'slice', slice: value }, helpers: [] })
  if (kept === 0) return whole(zeros(width))
  const bits = slice(source, alignment(source, node.type.f), kept)
  const fraction = node.interval.fraction
  if (fraction === node.type.f && width === kept) return whole(bits)
  // The interval is tighter than the type: its bits are the low ones of the type's, without zeros below.
  if (fraction <= node.type.f && width + node.type.f - fraction <= kept) {
    return whole(slice(source, alignment(source, fraction), width))
  }
  const cast: Operand = {
    kind: 'signal',
    name: `${name}_cast`,
    width: kept,
    signed: node.type.k === 1,
    fraction: node.type.f,
  }
  return {
    value: { kind: 'slice', slice: slice(cast, alignment(cast, fraction), width) },
    helpers: [{ name: cast.name, width: kept, signed: cast.signed, value: { kind: 'slice', slice: bits } }],
  }
}

/** A comparison on a common grid, wide enough for both, signed where either is. */
function lessThan(left: Operand, right: Operand): Expression {
  const fraction = Math.max(left.fraction, right.fraction)
  const signed = isSigned(left) || isSigned(right)
  const width = Math.max(
    widthIn(left, signed) + fraction - left.fraction,
    widthIn(right, signed) + fraction - right.fraction,
  )
  const side = (operand: Operand): Slice => slice(operand, alignment(operand, fraction), width)
  return { kind: 'less', left: side(left), right: side(right), signed }
}

/** A truth value as a number on the grid of the result. */
function bitOf(truth: Expression, name: string, fraction: number, width: number): Assignment {
  if (width === 1 && fraction === 0) return { value: truth, helpers: [] }
  const operand: Operand = { kind: 'signal', name: `${name}_true`, width: 1, signed: false, fraction: 0 }
  return {
    value: { kind: 'slice', slice: slice(operand, alignment(operand, fraction), width) },
    helpers: [{ name: operand.name, width: 1, signed: false, value: truth }],
  }
}
