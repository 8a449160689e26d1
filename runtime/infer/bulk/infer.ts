import type { Calibrated } from '../../../compiler/graph/calibrated.js'
import type { OperationId } from '../../../compiler/graph/operation.js'
import { operationAt } from '../../../compiler/graph/walk.js'
import { Tables } from '../element-tables.js'
import type { Numbers } from '../numbers.js'
import type { PrecisionAnalysis } from '../precision.js'
import { programOf } from './cache.js'
import { isOrdinary } from './inputs.js'
import { modeOf, writeType } from './records.js'
import type { Held, ProgramShape, Role } from './shape.js'

/** Values of all rows by operation, and how often each quantizer wrapped. */
export interface BulkInference {
  readonly values: ReadonlyMap<OperationId, Float64Array>
  readonly wraps: ReadonlyMap<OperationId, number>
}

/**
 * Runs rows through a calibrated network with the kernels: inputs (after their ports) and outputs on the data side.
 * Null where float64 does not hold everything exactly, for data that float32 cannot scale, and where memory is short.
 */
export function inferInBulk(
  calibrated: Calibrated,
  analysis: PrecisionAnalysis,
  inputs: ReadonlyMap<string, Float32Array>,
  rows: number,
): BulkInference | null {
  const shape = shapeOf(calibrated, analysis)
  if (shape === null || ![...inputs.values()].every(isOrdinary)) return null
  const tables = Tables.of(calibrated.graph)
  const program = programOf(tables, shape)
  if (program === null) return null
  const constants = new Map([...calibrated.constants].map(([id, { values }]) => [id, values]))
  const write = (id: OperationId, records: Numbers): void => {
    const elements = calibrated.inputs.get(id) ?? calibrated.quantizers.get(id)
    if (elements === undefined) throw new Error(`operation ${id} is not calibrated`)
    for (const [index, type] of elements.types.entries()) writeType(records, index, type, elements.overflow)
  }
  program.fill(constants, write, calibrated.tables)
  const values = new Map(shape.results.map((id) => [id, new Float64Array(rows * tables.size(id))]))
  program.run(inputs, rows, values)
  const wraps = new Map<OperationId, number>()
  for (const id of shape.order) if (calibrated.quantizers.has(id)) wraps.set(id, program.wraps(id))
  return { values, wraps }
}

const shapes = new WeakMap<Calibrated, ProgramShape>()

/** The layout that a network needs; null where a value needs integers. */
function shapeOf(calibrated: Calibrated, { precisions, exactInDoubles }: PrecisionAnalysis): ProgramShape | null {
  if (!exactInDoubles) return null
  const known = shapes.get(calibrated)
  if (known !== undefined) return known
  const { graph } = calibrated
  const isData = (id: OperationId): boolean => operationAt(graph, id).side === 'data'
  const order = Tables.of(graph).live.filter(isData)
  const roles = new Map<OperationId, Role>()
  for (const [id, { overflow, rounding }] of [...calibrated.inputs, ...calibrated.quantizers])
    roles.set(id, { mode: modeOf(overflow), rounding })
  const shape: ProgramShape = {
    order,
    precisions: new Map(
      order.map((id) => [id, precisions.get(id) === 'float32' ? 'float32' : ('float64' satisfies Held)]),
    ),
    roles,
    results: [
      ...new Set(
        [...graph.inputs, ...graph.outputs].map(({ operation }) => operation).filter((id) => order.includes(id)),
      ),
    ],
    note: 'wraps',
  }
  shapes.set(calibrated, shape)
  return shape
}
