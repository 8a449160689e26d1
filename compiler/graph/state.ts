import type { Shape } from '../../lang/host.js'
import type { QuantizerSpec, Range } from '../../lang/program.js'
import type { OperationOf, StateDeclaration, TensorGraph } from './operation.js'
import { tableFunction } from './table-function.js'
import { operationsWithGradient } from './walk.js'

type Quantize = OperationOf<'quantize'>

/**
 * Everything a network remembers besides its wiring, in the order of its operations; what is shared (same path) once.
 *
 * A quantizer keeps `/i`, `/k` and `/f` (kif) or `/b` (kbi), each in the shape of its width groups. Where it wraps, i and
 * an automatic sign are tracked from the data; where it saturates, i is learned and the sign is fixed.
 *
 * A parameter that no gradient comes to stays as it starts: no optimizer moves it, nor lets it decay. Widths learn behind a
 * `stop_gradient` as well, by what they cost.
 */
export function declareState(graph: TensorGraph): StateDeclaration[] {
  const declarations = new Map<string, StateDeclaration>()
  const declare = (
    path: string,
    shape: Shape,
    update: StateDeclaration['update'],
    group: StateDeclaration['group'],
  ): void => {
    if (!declarations.has(path)) declarations.set(path, { path, shape, update, group })
  }
  const withGradient = operationsWithGradient(graph)
  const learning = new Set(
    graph.operations.flatMap((each) => (each.kind === 'parameter' && withGradient.has(each.id) ? [each.path] : [])),
  )
  for (const operation of graph.operations) {
    if (operation.kind === 'parameter')
      declare(operation.path, operation.shape, learning.has(operation.path) ? 'trained' : 'frozen', 'weight')
    if (operation.kind === 'batch_statistics') declare(statisticsPath(operation), operation.shape, 'tracked', 'weight')
    if (operation.kind === 'quantize') {
      const { quantizer } = operation
      const shape = groupShape(operation.shape, quantizer)
      const wraps = tracksInteger(quantizer)
      const trained = quantizer.learned ? 'trained' : 'frozen'
      declare(fractionPath(operation), shape, trained, 'width')
      declare(integerPath(operation), shape, wraps ? 'tracked' : trained, 'width')
      declare(signPath(operation), shape, wraps && quantizer.signed === 'auto' ? 'tracked' : 'frozen', 'width')
    }
  }
  return [...declarations.values()]
}

/** Path of the state that `f` (kif) or `b` (kbi) of a quantizer is. */
export function fractionPath(operation: Quantize): string {
  return `${operation.path}/${operation.quantizer.parametrization === 'kif' ? 'f' : 'b'}`
}

/** Path of the state that the integer bits of a quantizer are. */
export function integerPath(operation: Quantize): string {
  return `${operation.path}/i`
}

/** Path of the state that says whether a quantizer keeps signs: 0 or 1. */
export function signPath(operation: Quantize): string {
  return `${operation.path}/k`
}

/** Within what each width of a quantizer stays while it is learned. */
export function widthLimits(operation: Quantize): readonly (Range & { readonly path: string })[] {
  const { parametrization, fractionLimits, magnitudeLimits, integerLimits } = operation.quantizer
  return [
    { path: fractionPath(operation), ...(parametrization === 'kif' ? fractionLimits : magnitudeLimits) },
    { path: integerPath(operation), ...integerLimits },
  ]
}

/** Path of the tracked mean or variance. */
export function statisticsPath(operation: OperationOf<'batch_statistics'>): string {
  return `${operation.path}/${operation.moment}`
}

/** WRAP has no gradient for i: while training, i follows the data. */
export function tracksInteger(quantizer: QuantizerSpec): boolean {
  return quantizer.learned && (quantizer.overflow === 'wrap' || quantizer.overflow === 'wrap_reflect')
}

/** Shape of the width groups: length 1 on every axis along which widths do not differ. */
export function groupShape(shape: Shape, quantizer: QuantizerSpec): Shape {
  const along = new Set(quantizer.granularity.map((axis) => (axis < 0 ? axis + shape.length : axis)))
  return shape.map((length, axis) => (along.has(axis) ? length : 1))
}

/** Whether no element can be negative, whatever the data: a ReLU or the like, seen through layout operations. */
export function provablyNonNegative(graph: TensorGraph, id: number): boolean {
  const operation = graph.operations[id]
  if (operation === undefined) return false
  const operand = (index: number): boolean => provablyNonNegative(graph, operation.operands[index] ?? -1)
  switch (operation.kind) {
    case 'relu':
    case 'abs':
    case 'square_root':
      return true
    case 'table':
      return tableFunction(operation.function).nonNegative === 'always' || operand(0)
    case 'batch_statistics':
      return operation.moment === 'variance'
    case 'constant':
      return typeof operation.value === 'number' ? operation.value >= 0 : operation.value.every((value) => value >= 0)
    case 'input':
      return operation.type !== null && operation.type.signed === false
    case 'quantize':
      return operation.quantizer.signed === false || operand(0)
    case 'maximum':
      return operand(0) || operand(1)
    case 'minimum':
    case 'add':
    case 'multiply':
    case 'divide':
    case 'einsum':
    case 'concat':
      return operation.operands.every((_, index) => operand(index))
    case 'shift':
    case 'stop_gradient':
    case 'reduce':
    case 'reshape':
    case 'transpose':
    case 'slice':
    case 'patches':
      return operand(0)
    case 'parameter':
    case 'subtract':
    case 'negate':
      return false
  }
}

/**
 * The sign a quantizer starts with; where it saturates, the one it keeps. Reflection runs back at both ends of a signed
 * range: without the sign bit it would invert the upper half of the values that are in range.
 */
export function initialSign(graph: TensorGraph, operation: Quantize): 0 | 1 {
  const { signed, overflow } = operation.quantizer
  if (signed !== 'auto') return signed ? 1 : 0
  if (overflow === 'wrap_reflect') return 1
  return provablyNonNegative(graph, operation.operands[0]) ? 0 : 1
}
