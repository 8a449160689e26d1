import type { Operation, TensorGraph } from '../../../compiler/graph/operation.js'
import { tracksInteger } from '../../../compiler/graph/state.js'
import { liveOperations, operationAt } from '../../../compiler/graph/walk.js'

/**
 * In which pass over the tiles each live operation is computed. An operation that needs the whole batch (batch
 * statistics; a quantizer of data whose fraction follows from tracked integer bits) is a barrier: it belongs to the
 * pass after its operand's.
 */
export function levelsOf(graph: TensorGraph, training: boolean): ReadonlyMap<number, number> {
  const levels = new Map<number, number>()
  for (const id of liveOperations(graph)) {
    const operation = operationAt(graph, id)
    const below =
      operation.kind === 'batch_statistics' && !training
        ? 0
        : Math.max(0, ...operation.operands.map((operand) => levels.get(operand) ?? 0))
    levels.set(id, below + (training && isBarrier(operation) ? 1 : 0))
  }
  return levels
}

/** Whether an operation needs the values of a whole batch in training. */
export function isBarrier(operation: Operation): boolean {
  if (operation.kind === 'batch_statistics') return true
  if (operation.kind !== 'quantize' || operation.side !== 'data') return false
  return tracksInteger(operation.quantizer) && operation.quantizer.parametrization === 'kbi'
}
