import type { FixedType } from '../../compiler/fixed/type.js'
import type { Calibrated } from '../../compiler/graph/calibrated.js'
import type { Operation, OperationId } from '../../compiler/graph/operation.js'
import { operationAt } from '../../compiler/graph/walk.js'
import { Tables } from './element-tables.js'
import {
  type Grid,
  gridOfConstants,
  gridOfTypes,
  MOST_EXPONENT,
  type Precision,
  precisionOfGrid,
  widerPrecision,
} from './grid.js'
import { gridOfOperation } from './grid-operations.js'

/** What is known of an input's port or a quantizer. */
export interface Leaf {
  readonly grid: Grid
  /** Float32 can hold scale, step and range of every element. */
  readonly single: boolean
}

/** What interval analysis finds for a calibrated network. */
export interface PrecisionAnalysis {
  readonly grids: ReadonlyMap<OperationId, Grid>
  /**
   * Of each value, and of all arithmetic that makes it: of a contraction the widest of its operands, terms and partial
   * sums. A quantizer may be narrower than its operand.
   */
  readonly precisions: ReadonlyMap<OperationId, Precision>
  /** No operation needs integers: then all arithmetic in doubles is exact, in any order. */
  readonly exactInDoubles: boolean
}

/** Grids and precisions of all values of a calibrated network, from the types of its ports and quantizers alone. */
export function analyzePrecision(calibrated: Calibrated): PrecisionAnalysis {
  const constants = new Map([...calibrated.constants].map(([id, { values }]) => [id, values]))
  const tables = Tables.of(calibrated.graph)
  return analyzeFrom(tables, tables.live, constants, ({ id }) => {
    const types = calibrated.inputs.get(id)?.types ?? calibrated.quantizers.get(id)?.types
    return types === undefined ? undefined : { grid: gridOfTypes(types), single: singleTypes(types) }
  })
}

/** The same for the operations of `order`, where `leaf` tells of inputs and quantizers. */
export function analyzeFrom(
  tables: Tables,
  order: readonly OperationId[],
  constants: ReadonlyMap<OperationId, Float64Array>,
  leaf: (operation: Operation) => Leaf | undefined,
): PrecisionAnalysis {
  const grids = new Map<OperationId, Grid>()
  const precisions = new Map<OperationId, Precision>()
  let exactInDoubles = true
  for (const id of order) {
    const operation = operationAt(tables.graph, id)
    const known = leaf(operation)
    const constant = constants.get(id)
    if (known === undefined && constant === undefined && operation.side === 'parameter') continue
    const grid =
      known?.grid ??
      (constant !== undefined
        ? gridOfConstants(constant)
        : gridOfOperation(operation, tables, (index) => {
            const found = grids.get(operation.operands[index] ?? -1)
            if (found === undefined) throw new Error(`operand ${index} of operation ${id} has no grid`)
            return found
          }))
    grids.set(id, grid)
    let precision = precisionOfGrid(grid)
    if (precision === 'integers') exactInDoubles = false
    if (known !== undefined) precision = known.single ? precision : widerPrecision(precision, 'float64')
    else if (constant === undefined)
      for (const operand of operation.operands)
        precision = widerPrecision(precision, precisions.get(operand) ?? 'float32')
    precisions.set(id, precision)
  }
  return { grids, precisions, exactInDoubles }
}

/** Whether float32 holds what quantizers of these types compute with. A type of width 0 still scales what it loses. */
export function singleTypes(types: readonly FixedType[]): boolean {
  return types.every(({ i, f }) => i + f <= 24 && singleFraction(f))
}

/** Whether float32 can scale values by 2^f and back. */
export function singleFraction(f: number): boolean {
  return f <= MOST_EXPONENT && f >= -MOST_EXPONENT
}
