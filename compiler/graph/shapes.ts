import type { OperationRules, Shape, ShapeResult } from '../../lang/host.js'
import { elementCount, formatShape } from '../../lang/shape.js'
import { broadcastShape } from './broadcast.js'
import { parseContraction } from './einsum.js'
import { patchesShape } from './patches.js'

type Attributes = Readonly<Record<string, unknown>>
type Rule = (operands: readonly Shape[], attributes: Attributes) => ShapeResult
interface Mistake {
  readonly message: string
  readonly operand?: number
  readonly attribute?: string
  readonly label: string
  readonly rule: string
}

const unchanged: Rule = ([shape = []]) => good(shape)
const lastAxis: Rule = ([shape = []]) =>
  shape.length > 0
    ? good(shape.slice(-1))
    : wrong({
        message: 'a single number has no channels',
        label: 'this is []',
        rule: 'statistics are taken for each index of the last axis',
      })

/** The shape rules of the operations of the prelude, by name, and of the four operators. */
const RULES: Readonly<Record<string, Rule>> = {
  parameter: (_, { shape }) => parameterShape(shape),
  quantize: unchanged,
  einsum: (operands, { equation }) => einsumShape(operands, String(equation)),
  relu: unchanged,
  abs: unchanged,
  negate: unchanged,
  shift: unchanged,
  stop_gradient: unchanged,
  square_root: unchanged,
  table: unchanged,
  batch_mean: lastAxis,
  batch_variance: lastAxis,
  add: elementwise('an elementwise sum'),
  subtract: elementwise('an elementwise difference'),
  multiply: elementwise('an elementwise product'),
  divide: elementwise('an elementwise quotient'),
  maximum: elementwise('an elementwise maximum'),
  minimum: elementwise('an elementwise minimum'),
  reduce_sum: reducedShape,
  reduce_max: reducedShape,
  reduce_min: reducedShape,
  reshape: reshapedShape,
  transpose: transposedShape,
  slice: slicedShape,
  concatenate: concatenatedShape,
  patches: patchesShape,
}

/**
 * The shape rules of every operation that the language can name: operands' shapes (without the batch axis) and attributes
 * to the shape of the result, or to what is wrong, in the user's words. An unknown kind is a bug: the prelude and this
 * table differ.
 */
export const operationRules: OperationRules = {
  shapeOf(kind, operands, attributes) {
    const rule = RULES[kind]
    if (rule === undefined) throw new Error(`operation "${kind}" has no shape rule`)
    return rule(operands, attributes)
  },
}

/** Names of all operations that have a shape rule. */
export const operationNames: readonly string[] = Object.keys(RULES)

/** `axis` counted from the front; undefined when the tensor has no such axis. */
export function normalizeAxis(axis: number, rank: number): number | undefined {
  const positive = axis < 0 ? axis + rank : axis
  return Number.isInteger(axis) && positive >= 0 && positive < rank ? positive : undefined
}

function good(shape: Shape): ShapeResult {
  return { ok: true, shape }
}

function wrong(mistake: Mistake): ShapeResult {
  return { ok: false, operand: 0, ...mistake }
}

function parameterShape(shape: unknown): ShapeResult {
  const lengths = integers(shape)
  const bad = lengths.findIndex((length) => length < 1)
  if (bad < 0) return good(lengths)
  return wrong({
    message: `an axis cannot have length ${lengths[bad]}`,
    attribute: 'shape',
    label: `this is ${formatShape(lengths)}`,
    rule: 'every axis of a parameter has a length of at least 1',
  })
}

function elementwise(what: string): Rule {
  return ([left = [], right = []]) => {
    const shape = broadcastShape(left, right)
    if (shape !== undefined) return good(shape)
    return wrong({
      message: "these shapes don't match",
      operand: 1,
      label: `this is ${formatShape(right)}; the left side is ${formatShape(left)}`,
      rule: `${what} needs equal shapes, or an axis of length 1`,
    })
  }
}

function einsumShape([left = [], right = []]: readonly Shape[], equation: string): ShapeResult {
  const parsed = parseContraction(equation, left.length, right.length)
  if (!parsed.ok) {
    if (parsed.operand === undefined) {
      return wrong({
        message: "this equation doesn't describe a contraction",
        attribute: 'equation',
        label: parsed.problem,
        rule: parsed.rule,
      })
    }
    return wrong({
      message: "the equation doesn't fit the tensor",
      operand: parsed.operand,
      label: `this is ${formatShape(parsed.operand === 0 ? left : right)}: ${parsed.problem}`,
      rule: parsed.rule,
    })
  }
  const { contraction } = parsed
  const lengths = new Map<string, number>()
  for (const [axis, letter] of [...contraction.left].entries()) lengths.set(letter, left[axis] ?? 1)
  for (const [axis, letter] of [...contraction.right].entries()) {
    const length = right[axis] ?? 1
    const other = lengths.get(letter)
    if (other !== undefined && other !== length) {
      const name = /\d/.test(letter) ? 'an axis of `...`' : `axis ${letter}`
      return wrong({
        message: "these shapes don't match",
        operand: 1,
        label: `this is ${formatShape(right)}, so ${name} is ${length}; in the left operand ${formatShape(left)} it is ${other}`,
        rule: 'a letter of an einsum means one length',
      })
    }
    lengths.set(letter, length)
  }
  return good([...contraction.output].map((letter) => lengths.get(letter) ?? 1))
}

function reducedShape([shape = []]: readonly Shape[], { axes, keep_axes }: Attributes): ShapeResult {
  const reduced = integers(axes).map((axis) => normalizeAxis(axis, shape.length))
  const bad = reduced.indexOf(undefined)
  if (bad >= 0) return noSuchAxis(shape, integers(axes)[bad] ?? 0, 'axes')
  if (new Set(reduced).size < reduced.length) {
    return wrong({
      message: 'an axis is named twice',
      attribute: 'axes',
      label: `of a tensor of shape ${formatShape(shape)}`,
      rule: 'each axis is reduced once',
    })
  }
  return good(
    keep_axes === true
      ? shape.map((length, axis) => (reduced.includes(axis) ? 1 : length))
      : shape.filter((_, axis) => !reduced.includes(axis)),
  )
}

function reshapedShape([shape = []]: readonly Shape[], attributes: Attributes): ShapeResult {
  const wanted = integers(attributes.shape)
  const size = elementCount(shape)
  const known = elementCount(wanted.filter((length) => length !== -1))
  const open = wanted.filter((length) => length === -1).length
  const mistake = (label: string): ShapeResult =>
    wrong({
      message: "this shape doesn't hold the tensor's elements",
      attribute: 'shape',
      label,
      rule: 'a reshape keeps the number of elements; one length may be -1 and is worked out',
    })
  if (wanted.some((length) => length < 1 && length !== -1))
    return mistake(`${formatShape(wanted)} has an axis without elements`)
  if (open > 1) return mistake(`${formatShape(wanted)} leaves ${open} lengths open`)
  if (open === 1 ? size % known !== 0 : size !== known) {
    return mistake(`${formatShape(wanted)} does not hold the ${size} elements of ${formatShape(shape)}`)
  }
  return good(wanted.map((length) => (length === -1 ? size / known : length)))
}

function transposedShape([shape = []]: readonly Shape[], { permutation }: Attributes): ShapeResult {
  const order = integers(permutation).map((axis) => normalizeAxis(axis, shape.length))
  if (order.length !== shape.length || new Set(order).size !== shape.length || order.includes(undefined)) {
    return wrong({
      message: "this permutation doesn't fit the tensor",
      attribute: 'permutation',
      label: `${formatShape(integers(permutation))} for the axes of ${formatShape(shape)}`,
      rule: `a permutation names each of the axes ${formatShape(shape.map((_, axis) => axis))} once`,
    })
  }
  return good(order.map((axis) => shape[axis ?? 0] ?? 1))
}

function slicedShape([shape = []]: readonly Shape[], attributes: Attributes): ShapeResult {
  const axis = normalizeAxis(Number(attributes.axis), shape.length)
  if (axis === undefined) return noSuchAxis(shape, Number(attributes.axis), 'axis')
  const length = shape[axis] ?? 1
  const { start, end } = sliceRange(Number(attributes.start), Number(attributes.end), length)
  if (start < 0 || end > length || start >= end) {
    return wrong({
      message: 'this slice is empty or reaches past the end of the axis',
      attribute: start < 0 || start >= length ? 'start' : 'end',
      label: `${start} to ${end} of the ${length} of axis ${axis} of ${formatShape(shape)}`,
      rule: '`start` is the first index, `end` the one after the last; negative ones count from the end',
    })
  }
  return good(shape.map((old, index) => (index === axis ? end - start : old)))
}

/** Start and end of a slice counted from the front. */
export function sliceRange(
  start: number,
  end: number,
  length: number,
): { readonly start: number; readonly end: number } {
  return { start: start < 0 ? start + length : start, end: end < 0 ? end + length : end }
}

function concatenatedShape(parts: readonly Shape[], attributes: Attributes): ShapeResult {
  const first = parts[0]
  if (first === undefined) {
    return wrong({
      message: 'there is nothing to concatenate',
      attribute: 'parts',
      label: 'an empty list',
      rule: 'a concatenation needs at least one tensor',
    })
  }
  const axis = normalizeAxis(Number(attributes.axis), first.length)
  if (axis === undefined) return noSuchAxis(first, Number(attributes.axis), 'axis')
  const odd = parts.findIndex(
    (part) => part.length !== first.length || part.some((length, index) => index !== axis && length !== first[index]),
  )
  if (odd > 0) {
    return wrong({
      message: "these shapes don't match",
      operand: odd,
      label: `this is ${formatShape(parts[odd] ?? [])}; the first is ${formatShape(first)}`,
      rule: `tensors joined along axis ${axis} are equal in every other axis`,
    })
  }
  const total = parts.reduce((sum, part) => sum + (part[axis] ?? 1), 0)
  return good(first.map((length, index) => (index === axis ? total : length)))
}

function noSuchAxis(shape: Shape, axis: number, attribute: string): ShapeResult {
  return wrong({
    message: `there is no axis ${axis}`,
    attribute,
    label: `the tensor is ${formatShape(shape)}`,
    rule: shape.length === 0 ? 'a single number has no axes' : `axes are 0 to ${shape.length - 1}, or -1 for the last`,
  })
}

function integers(value: unknown): readonly number[] {
  if (!Array.isArray(value)) throw new Error('an attribute that should be a list of integers is not')
  return value.map(Number)
}
