import { broadcastMap, concatMap, reduceMap, sliceMap, transposeMap } from '../../compiler/graph/elements.js'
import type { Operation, OperationId } from '../../compiler/graph/operation.js'
import { patchesMap } from '../../compiler/graph/patches.js'
import { operationAt } from '../../compiler/graph/walk.js'
import { powerOfTwo } from '../../compiler/numeric/exponent.js'
import { elementCount } from '../../lang/shape.js'
import type { Tables } from './element-tables.js'
import { ANY_GRID, accumulate, emptyGrid, type Grid } from './grid.js'

interface Point {
  readonly fraction: number
  readonly bound: number
}

/**
 * The grid of what an operation makes of operands with these grids. Throws for one that is a leaf, or has none after
 * calibration.
 */
export function gridOfOperation(operation: Operation, tables: Tables, operand: (index: number) => Grid): Grid {
  const shapeOf = (id: OperationId): readonly number[] => operationAt(tables.graph, id).shape
  const elementwise = (combine: (a: Point, b: Point) => Point): Grid => {
    const [left, right] = [operand(0), operand(1)]
    const [leftMap, rightMap] = tables.maps(operation, () =>
      operation.operands.map((id) => broadcastMap(shapeOf(id), operation.shape)),
    )
    return gridFrom(elementCount(operation.shape), (element) =>
      combine(pointOf(left, leftMap?.[element] ?? 0), pointOf(right, rightMap?.[element] ?? 0)),
    )
  }
  const picked = (make: (shape: readonly number[]) => Int32Array): Grid => {
    const [map] = tables.maps(operation, () => [make(shapeOf(operation.operands[0] ?? -1))])
    const from = operand(0)
    return gridFrom(map?.length ?? 0, (element) => pointOf(from, map?.[element] ?? 0))
  }
  switch (operation.kind) {
    case 'relu':
    case 'abs':
    case 'negate':
    case 'stop_gradient':
    // The quantizer behind it looks up what the operand is.
    case 'table':
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
      return elementwise((a, b) =>
        a.bound === 0 || b.bound === 0
          ? { fraction: ANY_GRID, bound: 0 }
          : { fraction: a.fraction + b.fraction, bound: a.bound * b.bound },
      )
    case 'einsum':
      return gridOfContraction(operation, tables, operand(0), operand(1))
    case 'reduce': {
      const grid = operand(0)
      const [map] = tables.maps(operation, () => [reduceMap(shapeOf(operation.operands[0]), operation.axes)])
      const result = emptyGrid(elementCount(operation.shape))
      for (const [element, target] of (map ?? new Int32Array()).entries()) {
        const point = pointOf(grid, element)
        if (operation.reduction === 'sum') accumulate(result, target, point.fraction, point.bound)
        else {
          result.fraction[target] = Math.max(result.fraction[target] ?? ANY_GRID, point.fraction)
          result.bound[target] = Math.max(result.bound[target] ?? 0, point.bound)
        }
      }
      return result
    }
    case 'transpose':
      return picked((shape) => transposeMap(shape, operation.permutation))
    case 'slice':
      return picked((shape) => sliceMap(shape, operation.axis, operation.start, operation.end))
    case 'patches':
      // Padding is 0, which lies on any grid.
      return picked((shape) => patchesMap(shape, operation))
    case 'concat': {
      const [from, elements] = tables.maps(operation, () => {
        const map = concatMap(operation.operands.map(shapeOf), operation.axis)
        return [map.operand, map.element]
      })
      const parts = operation.operands.map((_, index) => operand(index))
      return gridFrom(from?.length ?? 0, (element) => {
        const part = parts[from?.[element] ?? 0]
        return part === undefined ? { fraction: ANY_GRID, bound: 0 } : pointOf(part, elements?.[element] ?? 0)
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

function gridOfContraction(
  operation: Extract<Operation, { kind: 'einsum' }>,
  tables: Tables,
  one: Grid,
  other: Grid,
): Grid {
  const { left, right, output } = tables.plan(operation)
  const result = emptyGrid(elementCount(operation.shape))
  const depth = left.inner.length
  for (let b = 0; b < left.batch.length; b++) {
    for (let m = 0; m < left.rows.length; m++) {
      const from = (left.batch[b] as number) + (left.rows[m] as number)
      for (let n = 0; n < right.columns.length; n++) {
        const base = (right.batch[b] as number) + (right.columns[n] as number)
        let [most, sum] = [ANY_GRID, 0]
        for (let k = 0; k < depth; k++) {
          const p = from + (left.inner[k] as number)
          const q = base + (right.inner[k] as number)
          const [a, c] = [one.bound[p] as number, other.bound[q] as number]
          if (a === 0 || c === 0) continue
          const fraction = (one.fraction[p] as number) + (other.fraction[q] as number)
          if (fraction > most) most = fraction
          sum += a * c
        }
        const target = (output.batch[b] as number) + (output.rows[m] as number) + (output.columns[n] as number)
        result.fraction[target] = most
        result.bound[target] = sum
      }
    }
  }
  return result
}

function pointOf(grid: Grid, element: number): Point {
  return { fraction: grid.fraction[element] ?? ANY_GRID, bound: grid.bound[element] ?? 0 }
}

function gridFrom(size: number, point: (element: number) => Point): Grid {
  const result = emptyGrid(size)
  for (let element = 0; element < size; element++) {
    const { fraction, bound } = point(element)
    result.fraction[element] = fraction
    result.bound[element] = bound
  }
  return result
}
