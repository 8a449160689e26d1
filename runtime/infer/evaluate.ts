import type { OperationId, TensorGraph } from '../../compiler/graph/operation.js'
import { operationAt } from '../../compiler/graph/walk.js'
import { type Context, run, type Surroundings } from './column-operations.js'
import type { Tables } from './element-tables.js'

/**
 * Evaluates a TensorGraph in doubles, for screening, calibration and exact inference: the three differ only in what a
 * quantizer does. Data-side values are columns (`columns.ts`), parameter-side values have one number per element.
 *
 * Gives the values of the operations of one side that the outputs need, by id; those after an unknown quantizer are missing.
 * Values no longer needed are dropped unless `keep` names them, and their memory is used again.
 *
 * `known`: values from before, e.g. those of the parameter side. `order`: the operations to look at, where not all that
 * the outputs need are wanted.
 */
export function evaluateGraph(
  graph: TensorGraph,
  tables: Tables,
  side: 'data' | 'parameter',
  rows: number,
  surroundings: Surroundings,
  known: ReadonlyMap<OperationId, Float64Array>,
  keep: ReadonlySet<OperationId>,
  order: readonly OperationId[] = tables.live,
): Map<OperationId, Float64Array> {
  const values = new Map(known)
  const context: Context = {
    graph,
    tables,
    rows,
    surroundings,
    sideOf: (id) => operationAt(graph, id).side,
    valueOf: (id) => {
      const value = values.get(id)
      if (value === undefined) throw new Error(`operation ${id} has no value yet`)
      return value
    },
  }
  const ids = order.filter((id) => operationAt(graph, id).side === side)
  const lastUse = new Map<OperationId, OperationId>()
  for (const id of ids) for (const operand of operationAt(graph, id).operands) lastUse.set(operand, id)
  const drop = (id: OperationId): void => {
    const value = values.get(id)
    if (value === undefined || keep.has(id) || known.has(id)) return
    values.delete(id)
    if (side === 'data' && !isHeld(value, values)) tables.buffers.give(value)
  }
  for (const id of ids) {
    const operation = operationAt(graph, id)
    const ready = operation.kind === 'batch_statistics' || operation.operands.every((operand) => values.has(operand))
    if (!ready || values.has(id)) continue
    const value = run(operation, context)
    if (value !== undefined) values.set(id, value)
    for (const operand of operation.operands) if (lastUse.get(operand) === id) drop(operand)
    if (!lastUse.has(id)) drop(id)
  }
  return values
}

/** Operations that move nothing share the array of their operand. */
function isHeld(value: Float64Array, values: ReadonlyMap<OperationId, Float64Array>): boolean {
  for (const held of values.values()) if (held === value) return true
  return false
}
