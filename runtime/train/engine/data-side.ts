import { sliceMap, transposeMap } from '../../../compiler/graph/elements.js'
import type { Operation, OperationKind, OperationOf, OperationWith } from '../../../compiler/graph/operation.js'
import { patchesMap } from '../../../compiler/graph/patches.js'
import { operationAt } from '../../../compiler/graph/walk.js'
import { powerOfTwo } from '../../../compiler/numeric/exponent.js'
import { call, EXACT, inOrder, inTile, SAMPLES } from '../../kernels/program.js'
import { ROW_BYTES } from '../../kernels/tiles.js'
import { contractTiles } from './contraction/contract.js'
import { binary, concatenate, functionOf, move, reduce, unary } from './data-operations.js'
import { quantizeTiles } from './data-quantizer.js'
import type { NetworkContext } from './network-context.js'
import type { TileValue } from './values.js'

type Handler<K extends OperationKind> = (operation: OperationWith<K>, context: NetworkContext) => TileValue
type Handlers = { readonly [K in OperationKind]: Handler<K> }

/** Lays out one operation of the data side: the calls that compute it for a tile, and those of its adjoint. */
export function layOutData(operation: Operation, context: NetworkContext): TileValue {
  // The table's entry for a kind takes operations of that kind; the compiler cannot follow the correlation.
  return (HANDLERS[operation.kind] as Handler<OperationKind>)(operation as OperationWith<OperationKind>, context)
}

function input(operation: OperationOf<'input'>, context: NetworkContext): TileValue {
  const source = context.data.inputs.get(operation.name)
  if (source === undefined) throw new Error(`no data for input ${operation.name}`)
  const y = context.rows.newValue(source.elements, false)
  context.passes.emitForward(
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
