import type { FixedType } from '../../compiler/fixed/type.js'
import { widthOf } from '../../compiler/fixed/type.js'
import type { Calibrated } from '../../compiler/graph/calibrated.js'
import {
  broadcastMap,
  concatMap,
  planContraction,
  reduceMap,
  sliceMap,
  transposeMap,
} from '../../compiler/graph/elements.js'
import type { Operation, OperationId } from '../../compiler/graph/operation.js'
import { liveOperations, operationAt } from '../../compiler/graph/walk.js'
import { lowestBit, powerOfTwo } from '../../compiler/numeric/exponent.js'
import { elementCount } from '../../lang/shape.js'

/** Per element: a grid 2^-fraction that holds every value, and a bound of |value| (rounded up). */
export interface Grid {
  readonly fraction: Float64Array
  readonly bound: Float64Array
}

/** A value that is always 0 lies on every grid. */
const ANY_GRID = -Infinity

/** Integers up to here are doubles. */
const LIMIT = powerOfTwo(53)

/**
 * Grids of all values of a calibrated network, and whether doubles hold each of them and every partial sum: then all arithmetic
 * in doubles is exact, in any order. Otherwise inference computes with integers (`big.ts`).
 */
export function analyzePrecision(calibrated: Calibrated): {
  readonly grids: ReadonlyMap<OperationId, Grid>
  readonly exactInDoubles: boolean
} {
  const grids = new Map<OperationId, Grid>()
  let exactInDoubles = true
  for (const id of liveOperations(calibrated.graph)) {
    const operation = operationAt(calibrated.graph, id)
    const grid = gridOf(operation, calibrated, grids)
    if (grid === undefined) continue
    grids.set(id, grid)
    for (const [element, bound] of grid.bound.entries()) {
      const fraction = grid.fraction[element] ?? ANY_GRID
      // Strictly below, as the bound itself was added up in doubles and may have lost its last bits.
      if (fraction !== ANY_GRID && !(bound * powerOfTwo(fraction) < LIMIT / 2)) exactInDoubles = false
    }
  }
  return { grids, exactInDoubles }
}

function gridOf(operation: Operation, calibrated: Calibrated, grids: ReadonlyMap<OperationId, Grid>): Grid | undefined {
  const types = calibrated.inputs.get(operation.id)?.types ?? calibrated.quantizers.get(operation.id)?.types
  if (types !== undefined) return gridOfTypes(types)
  const constant = calibrated.constants.get(operation.id)
  if (constant !== undefined) return gridOfValues(constant.values)
  if (operation.side === 'parameter') return undefined
  const shapeOf = (id: OperationId): readonly number[] => operationAt(calibrated.graph, id).shape
  const operand = (index: number): Grid => {
    const grid = grids.get(operation.operands[index] ?? -1)
    if (grid === undefined) throw new Error(`operand ${index} of operation ${operation.id} has no grid`)
    return grid
  }
  const elementwise = (combine: (a: Point, b: Point) => Point): Grid => {
    const [left, right] = [operand(0), operand(1)]
    const maps = operation.operands.map((id) => broadcastMap(shapeOf(id), operation.shape))
    return gridFrom(elementCount(operation.shape), (element) =>
      combine(pointOf(left, maps[0]?.[element] ?? 0), pointOf(right, maps[1]?.[element] ?? 0)),
    )
  }
  switch (operation.kind) {
    case 'relu':
    case 'abs':
    case 'negate':
    case 'stop_gradient':
    case 'reshape':
      return operand(0)
    case 'shift': {
      const grid = operand(0)
      return {
        fraction: grid.fraction.map((f) => f - operation.by),
        bound: grid.bound.map((bound) => bound * powerOfTwo(operation.by)),
      }
    }
    case 'add':
    case 'subtract':
      return elementwise((a, b) => ({ fraction: Math.max(a.fraction, b.fraction), bound: a.bound + b.bound }))
    case 'maximum':
    case 'minimum':
      return elementwise((a, b) => ({ fraction: Math.max(a.fraction, b.fraction), bound: Math.max(a.bound, b.bound) }))
    case 'multiply':
      return elementwise(product)
    case 'einsum': {
      const plan = planContraction(
        operation.equation,
        shapeOf(operation.operands[0]),
        shapeOf(operation.operands[1]),
        operation.shape,
      )
      const [left, right] = [operand(0), operand(1)]
      const size = elementCount(operation.shape)
      const result = { fraction: new Float64Array(size).fill(ANY_GRID), bound: new Float64Array(size) }
      for (let b = 0; b < plan.left.batch.length; b++) {
        for (const [m, row] of plan.left.rows.entries()) {
          for (const [n, column] of plan.right.columns.entries()) {
            const target = (plan.output.batch[b] ?? 0) + (plan.output.rows[m] ?? 0) + (plan.output.columns[n] ?? 0)
            for (const [k, inner] of plan.left.inner.entries()) {
              const term = product(
                pointOf(left, (plan.left.batch[b] ?? 0) + row + inner),
                pointOf(right, (plan.right.batch[b] ?? 0) + (plan.right.inner[k] ?? 0) + column),
              )
              accumulate(result, target, term)
            }
          }
        }
      }
      return result
    }
    case 'reduce': {
      const grid = operand(0)
      const map = reduceMap(shapeOf(operation.operands[0]), operation.axes)
      const size = elementCount(operation.shape)
      const result = { fraction: new Float64Array(size).fill(ANY_GRID), bound: new Float64Array(size) }
      for (const [element, target] of map.entries()) {
        const point = pointOf(grid, element)
        if (operation.reduction === 'sum') accumulate(result, target, point)
        else {
          result.fraction[target] = Math.max(result.fraction[target] ?? ANY_GRID, point.fraction)
          result.bound[target] = Math.max(result.bound[target] ?? 0, point.bound)
        }
      }
      return result
    }
    case 'transpose':
      return permuted(operand(0), transposeMap(shapeOf(operation.operands[0]), operation.permutation))
    case 'slice':
      return permuted(
        operand(0),
        sliceMap(shapeOf(operation.operands[0]), operation.axis, operation.start, operation.end),
      )
    case 'concat': {
      const map = concatMap(operation.operands.map(shapeOf), operation.axis)
      const parts = operation.operands.map((_, index) => operand(index))
      return gridFrom(map.operand.length, (element) => {
        const part = parts[map.operand[element] ?? 0]
        return part === undefined ? { fraction: ANY_GRID, bound: 0 } : pointOf(part, map.element[element] ?? 0)
      })
    }
    case 'input':
    case 'quantize':
    case 'parameter':
    case 'constant':
    case 'divide':
    case 'square_root':
    case 'batch_statistics':
      throw new Error(`operation ${operation.id} (${operation.kind}) has no entry in the calibrated network`)
  }
}

interface Point {
  readonly fraction: number
  readonly bound: number
}

function product(a: Point, b: Point): Point {
  return a.bound === 0 || b.bound === 0
    ? { fraction: ANY_GRID, bound: 0 }
    : { fraction: a.fraction + b.fraction, bound: a.bound * b.bound }
}

function pointOf(grid: Grid, element: number): Point {
  return { fraction: grid.fraction[element] ?? ANY_GRID, bound: grid.bound[element] ?? 0 }
}

function accumulate(grid: Grid, target: number, point: Point): void {
  grid.fraction[target] = Math.max(grid.fraction[target] ?? ANY_GRID, point.fraction)
  grid.bound[target] = (grid.bound[target] ?? 0) + point.bound
}

function gridFrom(size: number, point: (element: number) => Point): Grid {
  const result = { fraction: new Float64Array(size), bound: new Float64Array(size) }
  for (let element = 0; element < size; element++) {
    const { fraction, bound } = point(element)
    result.fraction[element] = fraction
    result.bound[element] = bound
  }
  return result
}

function permuted(grid: Grid, map: Int32Array): Grid {
  return gridFrom(map.length, (element) => pointOf(grid, map[element] ?? 0))
}

function gridOfTypes(types: readonly FixedType[]): Grid {
  return gridFrom(types.length, (element) => {
    const type = types[element]
    return type === undefined || widthOf(type) === 0
      ? { fraction: ANY_GRID, bound: 0 }
      : { fraction: type.f, bound: powerOfTwo(type.i) }
  })
}

function gridOfValues(values: Float64Array): Grid {
  return gridFrom(values.length, (element) => {
    const value = values[element] ?? 0
    return value === 0 ? { fraction: ANY_GRID, bound: 0 } : { fraction: -lowestBit(value), bound: Math.abs(value) }
  })
}
