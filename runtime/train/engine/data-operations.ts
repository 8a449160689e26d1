// Operations of the data side, each as the call that computes it for a tile and that of its adjoint.
import { broadcastMap, concatMap, reduceMap } from '../../../compiler/graph/elements.js'
import type { Operation, OperationId, OperationOf } from '../../../compiler/graph/operation.js'
import { operationAt } from '../../../compiler/graph/walk.js'
import { elementCount } from '../../../lang/shape.js'
import { BINARY, FUNCTIONS, REDUCTIONS, UNARY } from '../../kernels/codes.js'
import { call, inTile, SAMPLES } from '../../kernels/program.js'
import { ROW_BYTES } from '../../kernels/tiles.js'
import { rowsOf } from './constant-rows.js'
import { addMoved, moved, zeroed } from './layout-moves.js'
import type { NetworkContext } from './network-context.js'
import type { TileValue } from './values.js'

/** A function of each element; `factor` is what `scale` multiplies by. */
export function unary(
  operation: Operation,
  context: NetworkContext,
  kind: keyof typeof UNARY,
  factor: number,
): TileValue {
  const level = context.levelOf(operation.id)
  const x = context.tile(operation.operands[0] as OperationId)
  const y = context.rows.newValue(x.elements, x.needsGradient)
  const code = UNARY[kind]
  context.passes.emitForward(
    level,
    call('unary', inTile(y.offset), inTile(x.offset), x.elements, ROW_BYTES, SAMPLES, code, factor),
  )
  if (!y.needsGradient) return y
  context.passes.onAdjoint(level, () => {
    if (!y.written) return
    const [dx, dy] = [inTile(context.rows.gradientOf(x)), inTile(context.rows.gradientOf(y))]
    const accumulate = x.written ? 1 : 0
    context.passes.emitBackward(
      level,
      call('unaryBackward', dx, dy, inTile(x.offset), x.elements, ROW_BYTES, SAMPLES, code, factor, accumulate),
    )
    x.written = true
  })
  return y
}

/** A tabulated function, as training computes it: the function itself. */
export function functionOf(operation: OperationOf<'table'>, context: NetworkContext): TileValue {
  const level = context.levelOf(operation.id)
  const x = context.tile(operation.operands[0])
  const y = context.rows.newValue(x.elements, x.needsGradient)
  const size = [x.elements, ROW_BYTES, SAMPLES] as const
  const code = FUNCTIONS[operation.function]
  context.passes.emitForward(level, call('functionRows', inTile(y.offset), inTile(x.offset), ...size, code))
  if (!y.needsGradient) return y
  context.passes.onAdjoint(level, () => {
    if (!y.written) return
    const gradients = [inTile(context.rows.gradientOf(x)), inTile(context.rows.gradientOf(y))] as const
    const values = [inTile(x.offset), inTile(y.offset)] as const
    const accumulate = x.written ? 1 : 0
    context.passes.emitBackward(level, call('functionRowsBackward', ...gradients, ...values, ...size, code, accumulate))
    x.written = true
  })
  return y
}

/** Two operands joined element by element, each broadcast to the shape of the result. */
export function binary(operation: OperationOf<keyof typeof BINARY>, context: NetworkContext): TileValue {
  const level = context.levelOf(operation.id)
  const sides = operation.operands.map((id) => ({
    value: rowsOf(id, level, context),
    map: context.table(broadcastMap(operationAt(context.graph, id).shape, operation.shape)),
  }))
  const [left, right] = sides
  if (left === undefined || right === undefined) throw new Error(`${operation.kind} has two operands`)
  const y = context.rows.newValue(elementCount(operation.shape), left.value.needsGradient || right.value.needsGradient)
  const code = BINARY[operation.kind]
  const operands = [inTile(left.value.offset), left.map, inTile(right.value.offset), right.map] as const
  context.passes.emitForward(level, call('binary', inTile(y.offset), ...operands, y.elements, ROW_BYTES, SAMPLES, code))
  if (!y.needsGradient) return y
  context.passes.onAdjoint(level, () => {
    if (!y.written) return
    for (const [side, { value }] of sides.entries()) {
      if (!value.needsGradient) continue
      const target = inTile(zeroed(value, level, context))
      const dy = inTile(context.rows.gradientOf(y))
      context.passes.emitBackward(
        level,
        call('binaryBackward', target, dy, ...operands, y.elements, ROW_BYTES, SAMPLES, code, side),
      )
    }
  })
  return y
}

/** Elements moved: element e of the result is element `map[e]` of the operand, 0 for -1. */
export function move(operation: Operation, context: NetworkContext, map: Int32Array): TileValue {
  const level = context.levelOf(operation.id)
  const x = context.tile(operation.operands[0] as OperationId)
  const y = context.rows.newValue(map.length, x.needsGradient)
  moved(x, y, map, level, context)
  if (y.needsGradient)
    context.passes.onAdjoint(level, () => {
      if (y.written) addMoved(y, x, map, level, context)
    })
  return y
}

/** Operands one after the other along an axis. */
export function concatenate(operation: OperationOf<'concat'>, context: NetworkContext): TileValue {
  const level = context.levelOf(operation.id)
  const { operand, element } = concatMap(
    operation.operands.map((id) => operationAt(context.graph, id).shape),
    operation.axis,
  )
  const from = context.table(operand)
  const map = context.table(element)
  const parts = operation.operands.map((id) => rowsOf(id, level, context))
  const y = context.rows.newValue(
    element.length,
    parts.some(({ needsGradient }) => needsGradient),
  )
  for (const [index, x] of parts.entries())
    context.passes.emitForward(
      level,
      call('moveRows', inTile(y.offset), inTile(x.offset), map, from, index, y.elements, ROW_BYTES, SAMPLES),
    )
  if (!y.needsGradient) return y
  context.passes.onAdjoint(level, () => {
    if (!y.written) return
    for (const [index, x] of parts.entries()) {
      if (!x.needsGradient) continue
      const dx = inTile(zeroed(x, level, context))
      const dy = inTile(context.rows.gradientOf(y))
      context.passes.emitBackward(
        level,
        call('moveRowsBackward', dx, dy, map, from, index, y.elements, ROW_BYTES, SAMPLES),
      )
    }
  })
  return y
}

/** The sum or an extreme along axes. */
export function reduce(operation: OperationOf<'reduce'>, context: NetworkContext): TileValue {
  const level = context.levelOf(operation.id)
  const [operand] = operation.operands
  const x = context.tile(operand)
  const y = context.rows.newValue(elementCount(operation.shape), x.needsGradient)
  const map = context.table(reduceMap(operationAt(context.graph, operand).shape, operation.axes))
  const code = REDUCTIONS[operation.reduction]
  const scratch = context.rows.scratch(y.elements * ROW_BYTES)
  const sizes = [x.elements, y.elements, ROW_BYTES, SAMPLES, code] as const
  context.passes.emitForward(level, call('reduceRows', inTile(y.offset), inTile(x.offset), map, scratch, ...sizes))
  if (!y.needsGradient) return y
  context.passes.onAdjoint(level, () => {
    if (!y.written) return
    const dx = inTile(zeroed(x, level, context))
    const dy = inTile(context.rows.gradientOf(y))
    context.passes.emitBackward(
      level,
      call('reduceRowsBackward', dx, dy, inTile(x.offset), inTile(y.offset), map, scratch, ...sizes),
    )
  })
  return y
}
