import { broadcastMap, concatMap, reduceMap, sliceMap, transposeMap } from '../../../compiler/graph/elements.js'
import type {
  Operation,
  OperationId,
  OperationKind,
  OperationOf,
  OperationWith,
} from '../../../compiler/graph/operation.js'
import { patchesMap } from '../../../compiler/graph/patches.js'
import { operationAt } from '../../../compiler/graph/walk.js'
import { powerOfTwo } from '../../../compiler/numeric/exponent.js'
import { elementCount } from '../../../lang/shape.js'
import { BINARY, FUNCTIONS, REDUCTIONS, UNARY } from '../../kernels/codes.js'
import { call, EXACT, inOrder, inTile, SAMPLES } from '../../kernels/program.js'
import { BLOCK, ROW_BYTES } from '../../kernels/tiles.js'
import { contractTiles } from './contraction/contract.js'
import { quantizeTiles } from './data-quantizer.js'
import { addMoved, moved, zeroed } from './layout-moves.js'
import type { NetworkContext } from './network-context.js'
import type { TileValue } from './values.js'

type Handler<K extends OperationKind> = (operation: OperationWith<K>, context: NetworkContext) => TileValue
type Handlers = { readonly [K in OperationKind]: Handler<K> }

/** Lays out one operation of the data side: the calls that compute it for a tile, and those of its adjoint. */
export function layOutData(operation: Operation, context: NetworkContext): TileValue {
  // The table's entry for a kind takes operations of that kind; the compiler cannot follow the correlation.
  return (HANDLERS[operation.kind] as Handler<OperationKind>)(operation as OperationWith<OperationKind>, context)
}

/** An operand as rows of a tile: a constant is repeated for every sample. Its gradient is summed over them. */
export function rowsOf(id: OperationId, level: number, context: NetworkContext): TileValue {
  if (operationAt(context.graph, id).side === 'data') return context.tile(id)
  const constant = context.constant(id)
  const rows = context.newTile(constant.elements, constant.gradient !== 0)
  context.emitForward(
    level,
    call('repeatConstant', inTile(rows.offset), constant.address, constant.elements, ROW_BYTES, SAMPLES),
  )
  if (rows.needsGradient) {
    context.onAdjoint(level, () => {
      if (!rows.written) return
      const sums = context.partGradient(constant, constant.elements, null, 'clearing', 'once')
      const map = context.table(Int32Array.from({ length: constant.elements }, (_, element) => element))
      const from = inTile(context.gradientOf(rows))
      context.emitBackward(
        level,
        call('sumSamples', sums, map, from, ROW_BYTES, constant.elements, SAMPLES, context.scratch(BLOCK * 4)),
      )
    })
  }
  return rows
}

function unary(operation: Operation, context: NetworkContext, kind: keyof typeof UNARY, factor: number): TileValue {
  const level = context.levelOf(operation.id)
  const x = context.tile(operation.operands[0] as OperationId)
  const y = context.newTile(x.elements, x.needsGradient)
  const code = UNARY[kind]
  context.emitForward(
    level,
    call('unary', inTile(y.offset), inTile(x.offset), x.elements, ROW_BYTES, SAMPLES, code, factor),
  )
  if (!y.needsGradient) return y
  context.onAdjoint(level, () => {
    if (!y.written) return
    const [dx, dy] = [inTile(context.gradientOf(x)), inTile(context.gradientOf(y))]
    const accumulate = x.written ? 1 : 0
    context.emitBackward(
      level,
      call('unaryBackward', dx, dy, inTile(x.offset), x.elements, ROW_BYTES, SAMPLES, code, factor, accumulate),
    )
    x.written = true
  })
  return y
}

function functionOf(operation: OperationOf<'table'>, context: NetworkContext): TileValue {
  const level = context.levelOf(operation.id)
  const x = context.tile(operation.operands[0])
  const y = context.newTile(x.elements, x.needsGradient)
  const size = [x.elements, ROW_BYTES, SAMPLES] as const
  const code = FUNCTIONS[operation.function]
  context.emitForward(level, call('functionRows', inTile(y.offset), inTile(x.offset), ...size, code))
  if (!y.needsGradient) return y
  context.onAdjoint(level, () => {
    if (!y.written) return
    const gradients = [inTile(context.gradientOf(x)), inTile(context.gradientOf(y))] as const
    const values = [inTile(x.offset), inTile(y.offset)] as const
    const accumulate = x.written ? 1 : 0
    context.emitBackward(level, call('functionRowsBackward', ...gradients, ...values, ...size, code, accumulate))
    x.written = true
  })
  return y
}

function binary(operation: OperationOf<keyof typeof BINARY>, context: NetworkContext): TileValue {
  const level = context.levelOf(operation.id)
  const sides = operation.operands.map((id) => ({
    value: rowsOf(id, level, context),
    map: context.table(broadcastMap(operationAt(context.graph, id).shape, operation.shape)),
  }))
  const [left, right] = sides
  if (left === undefined || right === undefined) throw new Error(`${operation.kind} has two operands`)
  const y = context.newTile(elementCount(operation.shape), left.value.needsGradient || right.value.needsGradient)
  const code = BINARY[operation.kind]
  const operands = [inTile(left.value.offset), left.map, inTile(right.value.offset), right.map] as const
  context.emitForward(level, call('binary', inTile(y.offset), ...operands, y.elements, ROW_BYTES, SAMPLES, code))
  if (!y.needsGradient) return y
  context.onAdjoint(level, () => {
    if (!y.written) return
    for (const [side, { value }] of sides.entries()) {
      if (!value.needsGradient) continue
      const target = inTile(zeroed(value, level, context))
      const dy = inTile(context.gradientOf(y))
      context.emitBackward(
        level,
        call('binaryBackward', target, dy, ...operands, y.elements, ROW_BYTES, SAMPLES, code, side),
      )
    }
  })
  return y
}

/** Elements moved: element e of the result is element `map[e]` of the operand, 0 for -1. */
function move(operation: Operation, context: NetworkContext, map: Int32Array): TileValue {
  const level = context.levelOf(operation.id)
  const x = context.tile(operation.operands[0] as OperationId)
  const y = context.newTile(map.length, x.needsGradient)
  moved(x, y, map, level, context)
  if (y.needsGradient)
    context.onAdjoint(level, () => {
      if (y.written) addMoved(y, x, map, level, context)
    })
  return y
}

function concatenate(operation: OperationOf<'concat'>, context: NetworkContext): TileValue {
  const level = context.levelOf(operation.id)
  const { operand, element } = concatMap(
    operation.operands.map((id) => operationAt(context.graph, id).shape),
    operation.axis,
  )
  const from = context.table(operand)
  const map = context.table(element)
  const parts = operation.operands.map((id) => rowsOf(id, level, context))
  const y = context.newTile(
    element.length,
    parts.some(({ needsGradient }) => needsGradient),
  )
  for (const [index, x] of parts.entries())
    context.emitForward(
      level,
      call('moveRows', inTile(y.offset), inTile(x.offset), map, from, index, y.elements, ROW_BYTES, SAMPLES),
    )
  if (!y.needsGradient) return y
  context.onAdjoint(level, () => {
    if (!y.written) return
    for (const [index, x] of parts.entries()) {
      if (!x.needsGradient) continue
      const dx = inTile(zeroed(x, level, context))
      const dy = inTile(context.gradientOf(y))
      context.emitBackward(level, call('moveRowsBackward', dx, dy, map, from, index, y.elements, ROW_BYTES, SAMPLES))
    }
  })
  return y
}

function reduce(operation: OperationOf<'reduce'>, context: NetworkContext): TileValue {
  const level = context.levelOf(operation.id)
  const [operand] = operation.operands
  const x = context.tile(operand)
  const y = context.newTile(elementCount(operation.shape), x.needsGradient)
  const map = context.table(reduceMap(operationAt(context.graph, operand).shape, operation.axes))
  const code = REDUCTIONS[operation.reduction]
  const scratch = context.scratch(y.elements * ROW_BYTES)
  const sizes = [x.elements, y.elements, ROW_BYTES, SAMPLES, code] as const
  context.emitForward(level, call('reduceRows', inTile(y.offset), inTile(x.offset), map, scratch, ...sizes))
  if (!y.needsGradient) return y
  context.onAdjoint(level, () => {
    if (!y.written) return
    const dx = inTile(zeroed(x, level, context))
    const dy = inTile(context.gradientOf(y))
    context.emitBackward(
      level,
      call('reduceRowsBackward', dx, dy, inTile(x.offset), inTile(y.offset), map, scratch, ...sizes),
    )
  })
  return y
}

function input(operation: OperationOf<'input'>, context: NetworkContext): TileValue {
  const source = context.data.inputs.get(operation.name)
  if (source === undefined) throw new Error(`no data for input ${operation.name}`)
  const y = context.newTile(source.elements, false)
  context.emitForward(
    context.levelOf(operation.id),
    call(
      'gatherSamples',
      inTile(y.offset),
      source.address,
      inOrder(context.data.order),
      source.elements,
      ROW_BYTES,
      SAMPLES,
      EXACT,
    ),
  )
  return y
}

function impossible(kind: string): never {
  throw new Error(`an operation of kind ${kind} is on the data side`)
}

const HANDLERS: Handlers = {
  input,
  parameter: () => impossible('parameter'),
  constant: () => impossible('constant'),
  divide: () => impossible('divide'),
  square_root: () => impossible('square_root'),
  batch_statistics: () => impossible('batch_statistics'),
  quantize: quantizeTiles,
  einsum: contractTiles,
  add: binary,
  subtract: binary,
  multiply: binary,
  maximum: binary,
  minimum: binary,
  relu: (operation, context) => unary(operation, context, 'relu', 1),
  abs: (operation, context) => unary(operation, context, 'abs', 1),
  table: functionOf,
  negate: (operation, context) => unary(operation, context, 'scale', -1),
  shift: (operation, context) => unary(operation, context, 'scale', powerOfTwo(operation.by)),
  // The same rows, seen as something that nothing trained reaches.
  stop_gradient: (operation, context) => ({ ...context.tile(operation.operands[0]), needsGradient: false }),
  // Elements keep their order, so the rows are the same.
  reshape: (operation, context) => context.tile(operation.operands[0]),
  transpose: (operation, context) => {
    const { shape } = operationAt(context.graph, operation.operands[0])
    return move(operation, context, transposeMap(shape, operation.permutation))
  },
  slice: (operation, context) => {
    const { shape } = operationAt(context.graph, operation.operands[0])
    return move(operation, context, sliceMap(shape, operation.axis, operation.start, operation.end))
  },
  concat: concatenate,
  patches: (operation, context) =>
    move(operation, context, patchesMap(operationAt(context.graph, operation.operands[0]).shape, operation)),
  reduce,
}
