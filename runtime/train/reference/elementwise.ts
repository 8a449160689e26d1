import { broadcastMap } from '../../../compiler/graph/elements.js'
import type { Shape } from '../../../lang/host.js'
import { elementCount } from '../../../lang/shape.js'
import type { Backend } from './backend.js'
import { customOperation, type TrainingValue } from './custom.js'

/** An operand of an elementwise or layout operation: its shape without the batch, and its rows, null on the parameter side. */
export interface Operand {
  readonly value: TrainingValue
  readonly shape: Shape
  readonly rows: number | null
}

export function batched(rows: number | null, shape: Shape): number[] {
  return rows === null ? [...shape] : [rows, ...shape]
}

/** y = apply(x), ∂y/∂x = slope(x, y). */
export function mapElements(
  backend: Backend,
  x: Operand,
  apply: (x: number) => number,
  slope: (x: number, y: number) => number,
): TrainingValue {
  return customOperation(
    backend,
    [x.value],
    batched(x.rows, x.shape),
    ([source = new Float32Array()]) => source.map(apply),
    (upstream, [source = new Float32Array()], output) => {
      const gradient = new Float32Array(upstream.length)
      for (let at = 0; at < gradient.length; at++)
        gradient[at] = (upstream[at] as number) * slope(source[at] as number, output[at] as number)
      return [gradient]
    },
  )
}

/** y = apply(a, b) with broadcasting; `slopes` gives ∂y/∂a and ∂y/∂b. */
export function combineElements(
  backend: Backend,
  left: Operand,
  right: Operand,
  shape: Shape,
  apply: (a: number, b: number) => number,
  slopes: readonly [(a: number, b: number) => number, (a: number, b: number) => number],
): TrainingValue {
  const rows = left.rows ?? right.rows
  const count = rows ?? 1
  const maps = [broadcastMap(left.shape, shape), broadcastMap(right.shape, shape)] as const
  const steps = [left, right].map((operand) => (operand.rows === null ? 0 : elementCount(operand.shape)))
  const size = elementCount(shape)
  const [leftStep = 0, rightStep = 0] = steps
  return customOperation(
    backend,
    [left.value, right.value],
    batched(rows, shape),
    ([a = new Float32Array(), b = new Float32Array()]) => {
      const result = new Float32Array(count * size)
      const [leftMap, rightMap] = maps
      for (let row = 0, at = 0; row < count; row++) {
        const leftBase = row * leftStep
        const rightBase = row * rightStep
        for (let e = 0; e < size; e++) {
          result[at++] = apply(
            a[leftBase + (leftMap[e] as number)] as number,
            b[rightBase + (rightMap[e] as number)] as number,
          )
        }
      }
      return result
    },
    (upstream, [a = new Float32Array(), b = new Float32Array()]) =>
      [left, right].map((operand, side): Float32Array | null => {
        if (!operand.value.needsGradient) return null
        const slope = slopes[side === 0 ? 0 : 1]
        const [leftMap, rightMap] = maps
        // Sums over the batch are made in doubles.
        const sums = new Float64Array((side === 0 ? a : b).length)
        for (let row = 0, at = 0; row < count; row++) {
          const leftBase = row * leftStep
          const rightBase = row * rightStep
          for (let e = 0; e < size; e++, at++) {
            const leftAt = leftBase + (leftMap[e] as number)
            const rightAt = rightBase + (rightMap[e] as number)
            const target = side === 0 ? leftAt : rightAt
            sums[target] =
              (sums[target] as number) + (upstream[at] as number) * slope(a[leftAt] as number, b[rightAt] as number)
          }
        }
        return new Float32Array(sums)
      }),
  )
}

/** max(x, 0). */
export function rectify(backend: Backend, x: Operand): TrainingValue {
  return customOperation(
    backend,
    [x.value],
    batched(x.rows, x.shape),
    ([source = new Float32Array()]) => {
      const result = new Float32Array(source.length)
      for (let at = 0; at < result.length; at++) {
        const value = source[at] as number
        result[at] = value > 0 ? value : 0
      }
      return result
    },
    (upstream, [source = new Float32Array()]) => {
      const gradient = new Float32Array(source.length)
      for (let at = 0; at < gradient.length; at++)
        gradient[at] = (source[at] as number) > 0 ? (upstream[at] as number) : 0
      return [gradient]
    },
  )
}

/** Data plus one constant per element: a bias. The general `combineElements` gives the same numbers, more slowly. */
export function addConstant(backend: Backend, x: Operand, constant: Operand): TrainingValue {
  const size = elementCount(x.shape)
  return customOperation(
    backend,
    [x.value, constant.value],
    batched(x.rows, x.shape),
    ([source = new Float32Array(), offset = new Float32Array()]) => {
      const result = new Float32Array(source.length)
      for (let at = 0; at < result.length; )
        for (let e = 0; e < size; e++, at++) result[at] = (source[at] as number) + (offset[e] as number)
      return result
    },
    (upstream) => {
      if (!constant.value.needsGradient) return [upstream, null]
      const sums = new Float64Array(size)
      for (let at = 0; at < upstream.length; )
        for (let e = 0; e < size; e++, at++) sums[e] = (sums[e] as number) + (upstream[at] as number)
      return [upstream, new Float32Array(sums)]
    },
  )
}
