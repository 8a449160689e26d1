// Operations of the parameter side in plain TypeScript, each with its adjoint: tensors of weights are small beside a
// batch.
import { broadcastMap, planContraction, reduceMap } from '../../../compiler/graph/elements.js'
import type { Operation, OperationId, OperationOf } from '../../../compiler/graph/operation.js'
import { operationAt } from '../../../compiler/graph/walk.js'
import { elementCount } from '../../../lang/shape.js'
import type { Machine } from './machine.js'
import type { NetworkContext } from './network-context.js'
import type { ConstantValue } from './values.js'

type Values = readonly Float32Array[]

/**
 * A value made from operands by `forward(output, operands)`; `backward(upstream, operands, output, gradients)` adds to
 * the gradients, which are null where none is wanted.
 */
function computed(
  operation: Operation,
  context: NetworkContext,
  forward: (output: Float32Array, operands: Values) => void,
  backward: (
    upstream: Float32Array,
    operands: Values,
    output: Float32Array,
    gradients: readonly (Float32Array | null)[],
  ) => void,
): ConstantValue {
  const operands = operation.operands.map((id) => context.constant(id))
  const value = context.newConstant(
    elementCount(operation.shape),
    operands.some(({ gradient }) => gradient !== 0),
    context.levelOf(operation.id),
  )
  const read = (machine: Machine): Values =>
    operands.map((operand) => machine.floats(operand.address, operand.elements))
  const level = context.levelOf(operation.id)
  context.passes.onForward(level, (machine) => forward(machine.floats(value.address, value.elements), read(machine)))
  if (value.gradient !== 0) {
    context.passes.onBackward(level, (machine) =>
      backward(
        machine.floats(value.gradient, value.elements),
        read(machine),
        machine.floats(value.address, value.elements),
        operands.map((operand) => (operand.gradient === 0 ? null : machine.floats(operand.gradient, operand.elements))),
      ),
    )
  }
  return value
}

/** A function of each element, with its slope. */
export function map(
  apply: (x: number) => number,
  slope: (x: number, y: number) => number,
): (operation: Operation, context: NetworkContext) => ConstantValue {
  return (operation, context) =>
    computed(
      operation,
      context,
      (output, [x = EMPTY]) => {
        for (let e = 0; e < output.length; e++) output[e] = apply(x[e] as number)
      },
      (upstream, [x = EMPTY], output, [dx]) => {
        if (dx == null) return
        for (let e = 0; e < output.length; e++)
          add(dx, e, (upstream[e] as number) * slope(x[e] as number, output[e] as number))
      },
    )
}

/** A function of two elements, broadcast, with its slopes. */
export function combine(
  apply: (a: number, b: number) => number,
  byLeft: (a: number, b: number) => number,
  byRight: (a: number, b: number) => number,
): (operation: Operation, context: NetworkContext) => ConstantValue {
  return (operation, context) => {
    const [left = EMPTY_MAP, right = EMPTY_MAP] = operation.operands.map((id) =>
      broadcastMap(shapeOf(context, id), operation.shape),
    )
    return computed(
      operation,
      context,
      (output, [a = EMPTY, b = EMPTY]) => {
        for (let e = 0; e < output.length; e++)
          output[e] = apply(a[left[e] as number] as number, b[right[e] as number] as number)
      },
      (upstream, [a = EMPTY, b = EMPTY], output, [da, db]) => {
        for (let e = 0; e < output.length; e++) {
          const x = a[left[e] as number] as number
          const y = b[right[e] as number] as number
          if (da != null) add(da, left[e] as number, (upstream[e] as number) * byLeft(x, y))
          if (db != null) add(db, right[e] as number, (upstream[e] as number) * byRight(x, y))
        }
      },
    )
  }
}

/**
 * Output element e is element `elements[e]` of operand `from[e]` (e itself, and operand 0, where they are null), 0 for
 * element -1.
 */
export function move(
  operation: Operation,
  context: NetworkContext,
  elements: Int32Array | null,
  from: Int32Array | null,
): ConstantValue {
  const elementOf = (e: number): number => (elements === null ? e : (elements[e] as number))
  const operandOf = (e: number): number => (from === null ? 0 : (from[e] as number))
  return computed(
    operation,
    context,
    (output, operands) => {
      for (let e = 0; e < output.length; e++) output[e] = operands[operandOf(e)]?.[elementOf(e)] ?? 0
    },
    (upstream, _operands, output, gradients) => {
      for (let e = 0; e < output.length; e++) {
        const gradient = gradients[operandOf(e)]
        if (gradient != null && elementOf(e) >= 0) add(gradient, elementOf(e), upstream[e] as number)
      }
    },
  )
}

/** A sum, or an extreme, whose gradient goes to the first that is it. */
export function reduce(operation: OperationOf<'reduce'>, context: NetworkContext): ConstantValue {
  const targets = reduceMap(shapeOf(context, operation.operands[0]), operation.axes)
  const { reduction } = operation
  const chosen = new Int32Array(elementCount(operation.shape))
  const better = (candidate: number, held: number): boolean =>
    reduction === 'max' ? candidate > held : candidate < held
  return computed(
    operation,
    context,
    (output, [x = EMPTY]) => {
      const sums = new Float64Array(output.length)
      chosen.fill(-1)
      for (let e = 0; e < targets.length; e++) {
        const target = targets[e] as number
        const value = x[e] as number
        if (reduction === 'sum') sums[target] = (sums[target] as number) + value
        else if (chosen[target] === -1 || better(value, sums[target] as number)) {
          sums[target] = value
          chosen[target] = e
        }
      }
      output.set(sums)
    },
    (upstream, _operands, _output, [dx]) => {
      if (dx == null) return
      if (reduction === 'sum')
        for (let e = 0; e < targets.length; e++) add(dx, e, upstream[targets[e] as number] as number)
      else
        for (let target = 0; target < chosen.length; target++)
          add(dx, chosen[target] as number, upstream[target] as number)
    },
  )
}

/** An einsum. Sums are made in doubles. */
export function contraction(operation: OperationOf<'einsum'>, context: NetworkContext): ConstantValue {
  const [leftShape, rightShape] = [shapeOf(context, operation.operands[0]), shapeOf(context, operation.operands[1])]
  const plan = planContraction(operation.equation, leftShape, rightShape, operation.shape)
  /** Calls `use` with the elements of output, left and right of every product, those of one output together. */
  const products = (use: (output: number, left: number, right: number) => void): void => {
    for (const [b, base] of plan.output.batch.entries())
      for (const [m, row] of plan.output.rows.entries())
        for (const [n, column] of plan.output.columns.entries())
          for (const [k, inner] of plan.left.inner.entries())
            use(
              base + row + column,
              (plan.left.batch[b] as number) + (plan.left.rows[m] as number) + inner,
              (plan.right.batch[b] as number) + (plan.right.inner[k] as number) + (plan.right.columns[n] as number),
            )
  }
  return computed(
    operation,
    context,
    (output, [a = EMPTY, b = EMPTY]) => {
      const sums = new Float64Array(output.length)
      products((to, left, right) => {
        sums[to] = (sums[to] as number) + (a[left] as number) * (b[right] as number)
      })
      output.set(sums)
    },
    (upstream, [a = EMPTY, b = EMPTY], _output, [da, db]) =>
      products((to, left, right) => {
        if (da != null) add(da, left, (upstream[to] as number) * (b[right] as number))
        if (db != null) add(db, right, (upstream[to] as number) * (a[left] as number))
      }),
  )
}

const EMPTY = new Float32Array()
const EMPTY_MAP = new Int32Array()

function add(target: Float32Array, at: number, amount: number): void {
  target[at] = (target[at] as number) + amount
}

/** The shape of the value of an operation. */
export function shapeOf(context: NetworkContext, id: OperationId): readonly number[] {
  return operationAt(context.graph, id).shape
}
