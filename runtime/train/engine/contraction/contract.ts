import { planContraction } from '../../../../compiler/graph/elements.js'
import type { OperationId, OperationOf } from '../../../../compiler/graph/operation.js'
import { operationAt } from '../../../../compiler/graph/walk.js'
import { mirrored } from '../../../infer/contraction.js'
import type { NetworkContext } from '../network-context.js'
import type { TileValue } from '../values.js'
import { contractWithConstant } from './with-constant.js'
import { contractWithData } from './with-data.js'

/** Lays out an einsum of data with constants, or of data with data. */
export function contractTiles(operation: OperationOf<'einsum'>, context: NetworkContext): TileValue {
  const [leftId, rightId] = operation.operands
  const shapeOf = (id: OperationId): readonly number[] => operationAt(context.graph, id).shape
  const isData = (id: OperationId): boolean => operationAt(context.graph, id).side === 'data'
  const plan = planContraction(operation.equation, shapeOf(leftId), shapeOf(rightId), operation.shape)
  if (isData(leftId) && isData(rightId)) return contractWithData(operation, plan, context)
  return isData(leftId)
    ? contractWithConstant(operation, plan, leftId, rightId, context)
    : contractWithConstant(operation, mirrored(plan), rightId, leftId, context)
}
