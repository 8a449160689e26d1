import { concatMap, sliceMap, transposeMap } from '../../../compiler/graph/elements.js'
import type { Operation, OperationKind, OperationOf, OperationWith } from '../../../compiler/graph/operation.js'
import { patchesMap } from '../../../compiler/graph/patches.js'
import { statisticsPath } from '../../../compiler/graph/state.js'
import { tableFunction } from '../../../compiler/graph/table-function.js'
import { powerOfTwo } from '../../../compiler/numeric/exponent.js'
import { elementCount } from '../../../lang/shape.js'
import { batchStatistics } from './batch-statistics.js'
import type { NetworkContext } from './network-context.js'
import { combine, contraction, map, move, reduce, shapeOf } from './parameter-operations.js'
import { quantizeConstant } from './parameter-quantizer.js'
import type { ConstantValue } from './values.js'

type Handler<K extends OperationKind> = (operation: OperationWith<K>, context: NetworkContext) => ConstantValue
type Handlers = { readonly [K in OperationKind]: Handler<K> }

/**
 * Lays out one operation of the parameter side: its value, computed once a step, and its adjoint. Tensors of weights are
 * small beside a batch, so all but the quantizers run in plain TypeScript, on the leading thread; results are float32.
 */
export function layOutParameter(operation: Operation, context: NetworkContext): ConstantValue {
  // The table's entry for a kind takes operations of that kind; the compiler cannot follow the correlation.
  return (HANDLERS[operation.kind] as Handler<OperationKind>)(operation as OperationWith<OperationKind>, context)
}

/** The tracked moment when the network is measured; in training that of the batch, which the data side fills in. */
function statistics(operation: OperationOf<'batch_statistics'>, context: NetworkContext): ConstantValue {
  if (context.training) return batchStatistics(operation, context)
  const { address, count } = context.state.place(statisticsPath(operation))
  return { address, elements: count, gradient: 0, level: 0 }
}

function constantOf(operation: OperationOf<'constant'>, context: NetworkContext): ConstantValue {
  const { value } = operation
  const elements = elementCount(operation.shape)
  const made = context.newConstant(elements, false, 0)
  context.start.push((machine) => {
    const target = machine.floats(made.address, elements)
    if (typeof value === 'number') target.fill(value)
    else target.set(value)
  })
  return made
}

function impossible(kind: string): never {
  throw new Error(`an operation of kind ${kind} is on the parameter side`)
}

function shift(by: number): (operation: Operation, context: NetworkContext) => ConstantValue {
  const factor = powerOfTwo(by)
  return map(
    (x) => x * factor,
    () => factor,
  )
}

const HANDLERS: Handlers = {
  input: () => impossible('input'),
  parameter: ({ path }, context) => {
    const { address, count } = context.state.place(path)
    return { address, elements: count, gradient: context.training ? context.state.gradient(path) : 0, level: 0 }
  },
  constant: constantOf,
  quantize: quantizeConstant,
  einsum: contraction,
  add: combine(
    (a, b) => a + b,
    () => 1,
    () => 1,
  ),
  subtract: combine(
    (a, b) => a - b,
    () => 1,
    () => -1,
  ),
  multiply: combine(
    (a, b) => a * b,
    (_, b) => b,
    (a) => a,
  ),
  divide: combine(
    (a, b) => a / b,
    (_, b) => 1 / b,
    (a, b) => -a / (b * b),
  ),
  maximum: combine(
    (a, b) => (a >= b ? a : b),
    (a, b) => (a >= b ? 1 : 0),
    (a, b) => (a >= b ? 0 : 1),
  ),
  minimum: combine(
    (a, b) => (a <= b ? a : b),
    (a, b) => (a <= b ? 1 : 0),
    (a, b) => (a <= b ? 0 : 1),
  ),
  square_root: map(
    (x) => Math.sqrt(x),
    (_, y) => 1 / (2 * y),
  ),
  table: (operation, context) => {
    const { value, slope } = tableFunction(operation.function)
    return map(value, slope)(operation, context)
  },
  negate: map(
    (x) => -x,
    () => -1,
  ),
  relu: map(
    (x) => (x > 0 ? x : 0),
    (x) => (x > 0 ? 1 : 0),
  ),
  abs: map(
    (x) => Math.abs(x),
    (x) => Math.sign(x),
  ),
  shift: (operation, context) => shift(operation.by)(operation, context),
  stop_gradient: (operation, context) => ({ ...context.constant(operation.operands[0]), gradient: 0 }),
  reshape: (operation, context) => context.constant(operation.operands[0]),
  transpose: (operation, context) =>
    move(operation, context, transposeMap(shapeOf(context, operation.operands[0]), operation.permutation), null),
  slice: (operation, context) =>
    move(
      operation,
      context,
      sliceMap(shapeOf(context, operation.operands[0]), operation.axis, operation.start, operation.end),
      null,
    ),
  concat: (operation, context) => {
    const { operand, element } = concatMap(
      operation.operands.map((id) => shapeOf(context, id)),
      operation.axis,
    )
    return move(operation, context, element, operand)
  },
  patches: (operation, context) =>
    move(operation, context, patchesMap(shapeOf(context, operation.operands[0]), operation), null),
  reduce,
  batch_statistics: statistics,
}
