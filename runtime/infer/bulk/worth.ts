import type { TensorGraph } from '../../../compiler/graph/operation.js'
import { operationAt } from '../../../compiler/graph/walk.js'
import { Tables } from '../element-tables.js'

/** Multiplications that take doubles about as long as laying out a program takes. */
const LEAST_WORK = 400_000

const workOfGraphs = new WeakMap<TensorGraph, number>()

/** Whether so many rows are enough for the kernels to win: for a few, a program would cost more than it saves. */
export function isWorthwhile(graph: TensorGraph, rows: number): boolean {
  return rows * workOf(graph) >= LEAST_WORK
}

/** About how many operations a row takes. */
function workOf(graph: TensorGraph): number {
  const known = workOfGraphs.get(graph)
  if (known !== undefined) return known
  const tables = Tables.of(graph)
  let work = 0
  for (const id of tables.live) {
    const operation = operationAt(graph, id)
    if (operation.side === 'data')
      work += tables.size(id) * (operation.kind === 'einsum' ? tables.plan(operation).left.inner.length : 1)
  }
  workOfGraphs.set(graph, work)
  return work
}
