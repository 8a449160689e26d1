import type { Calibrated } from '../../compiler/graph/calibrated.js'
import type { OperationId } from '../../compiler/graph/operation.js'
import type { Grid } from './precision.js'

export function inferWithIntegers(
  _calibrated: Calibrated,
  _grids: ReadonlyMap<OperationId, Grid>,
  _ports: ReadonlyMap<OperationId, Float64Array>,
  _rows: number,
  _wraps: Map<string, number>,
): Map<string, Float64Array> {
  throw new Error('todo')
}
