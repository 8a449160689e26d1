import type { Calibrated } from '../../compiler/graph/calibrated.js'
import type { Operation } from '../../compiler/graph/operation.js'
import { operationAt, outputOperation } from '../../compiler/graph/walk.js'
import { floorLog2 } from '../../compiler/numeric/exponent.js'
import type { Dataset } from '../data/dataset.js'

/**
 * The network with its output in the units of a data set's targets, which are divided by a power of two each. It is a matter of where
 * the binary point is read: no bit changes.
 */
export function inUnitsOf(dataset: Dataset, calibrated: Calibrated): Calibrated {
  const { targetScale, task } = dataset
  const shifts = Array.from(targetScale, (scale) => -floorLog2(scale))
  if (task !== 'regression' || shifts.every((by) => by === 0)) return calibrated
  const { graph } = calibrated
  const operations = [...graph.operations]
  const output = operationAt(graph, outputOperation(graph))
  const base = { side: 'data', scope: '', span: output.span } as const
  const parts = shifts.map((by, element) => {
    const slice = operations.length
    const shape = [1]
    operations.push(
      { ...base, id: slice, kind: 'slice', operands: [output.id], shape, axis: 0, start: element, end: element + 1 },
      { ...base, id: slice + 1, kind: 'shift', operands: [slice], shape, by } satisfies Operation,
    )
    return slice + 1
  })
  const whole = operations.length
  operations.push({ ...base, id: whole, kind: 'concat', operands: parts, shape: output.shape, axis: 0 })
  const outputs = graph.outputs.map(({ name }) => ({ name, operation: whole }))
  return { ...calibrated, graph: { ...graph, operations, outputs } }
}
