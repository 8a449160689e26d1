import { broadcastMap, concatMap, reduceMap, sliceMap, transposeMap } from '../../../compiler/graph/elements.js'
import { type Patches, patchesMap } from '../../../compiler/graph/patches.js'
import type { Shape } from '../../../lang/host.js'
import { elementCount } from '../../../lang/shape.js'
import type { Backend } from './backend.js'
import { customOperation, type InputGradients, type TrainingValue } from './custom.js'

/** An operand of an elementwise or layout operation: its shape without the batch, and its rows, null on the parameter side. */
export interface Operand {
  readonly value: TrainingValue
  readonly shape: Shape
  readonly rows: number | null
}

function batched(rows: number | null, shape: Shape): number[] {
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

/**
 * Moves elements: output element e is element `map[e]` of operand `from[e]` (all of operand 0 when `from` is null), 0
 * where the map says -1.
 */
function moveElements(
  backend: Backend,
  operands: readonly Operand[],
  shape: Shape,
  map: Int32Array,
  from: Int32Array | null,
): TrainingValue {
  const rows = operands.reduce<number | null>((found, operand) => found ?? operand.rows, null)
  const count = rows ?? 1
  const size = map.length
  const steps = operands.map((operand) => (operand.rows === null ? 0 : elementCount(operand.shape)))
  const gradients = (upstream: Float32Array, arrays: readonly Float32Array[]): InputGradients =>
    operands.map((operand, index) => {
      if (!operand.value.needsGradient) return null
      const gradient = new Float32Array(arrays[index]?.length ?? 0)
      for (let row = 0; row < count; row++) {
        const base = row * (steps[index] ?? 0)
        for (let e = 0; e < size; e++) {
          if ((from !== null && from[e] !== index) || (map[e] as number) < 0) continue
          const at = base + (map[e] as number)
          gradient[at] = (gradient[at] as number) + (upstream[row * size + e] as number)
        }
      }
      return gradient
    })
  return customOperation(
    backend,
    operands.map(({ value }) => value),
    batched(rows, shape),
    (arrays) => {
      const result = new Float32Array(count * size)
      for (let row = 0, at = 0; row < count; row++) {
        for (let e = 0; e < size; e++) {
          const operand = from === null ? 0 : (from[e] as number)
          if ((map[e] as number) < 0) at++
          else result[at++] = arrays[operand]?.[row * (steps[operand] ?? 0) + (map[e] as number)] ?? 0
        }
      }
      return result
    },
    gradients,
  )
}

/** The same elements in another shape; the batch axis stays. */
export function reshapeElements(backend: Backend, x: Operand, shape: Shape): TrainingValue {
  return customOperation(
    backend,
    [x.value],
    batched(x.rows, shape),
    ([source = new Float32Array()]) => source,
    (upstream) => [upstream],
  )
}

/** Axes permuted; the batch axis stays first. */
export function transposeElements(
  backend: Backend,
  x: Operand,
  shape: Shape,
  permutation: readonly number[],
): TrainingValue {
  return moveElements(backend, [x], shape, transposeMap(x.shape, permutation), null)
}

/** `start` to before `end` of one axis; the gradient of the rest is 0. */
export function sliceElements(
  backend: Backend,
  x: Operand,
  shape: Shape,
  axis: number,
  start: number,
  end: number,
): TrainingValue {
  return moveElements(backend, [x], shape, sliceMap(x.shape, axis, start, end), null)
}

/** Windows side by side; where they overlap, the gradient is the sum of theirs. */
export function patchElements(
  backend: Backend,
  x: Operand,
  patches: Patches & { readonly shape: Shape },
): TrainingValue {
  return moveElements(backend, [x], patches.shape, patchesMap(x.shape, patches), null)
}

/** Tensors joined along an axis; one of the parameter side is repeated for every row. */
export function concatElements(backend: Backend, parts: readonly Operand[], shape: Shape, axis: number): TrainingValue {
  const { operand, element } = concatMap(
    parts.map((part) => part.shape),
    axis,
  )
  return moveElements(backend, parts, shape, element, operand)
}

/** Sum, maximum or minimum along axes; the gradient of the latter goes to the first extreme element. */
export function reduceElements(
  backend: Backend,
  x: Operand,
  shape: Shape,
  reduction: 'sum' | 'max' | 'min',
  axes: readonly number[],
): TrainingValue {
  const map = reduceMap(x.shape, axes)
  const rows = x.rows ?? 1
  const size = elementCount(shape)
  const better = (candidate: number, held: number): boolean =>
    reduction === 'max' ? candidate > held : candidate < held
  let chosen = new Int32Array()
  return customOperation(
    backend,
    [x.value],
    batched(x.rows, shape),
    ([source = new Float32Array()]) => {
      const result = new Float64Array(rows * size)
      chosen = new Int32Array(rows * size).fill(-1)
      for (let row = 0, at = 0; row < rows; row++) {
        for (let e = 0; e < map.length; e++, at++) {
          const target = row * size + (map[e] as number)
          const value = source[at] as number
          if (reduction === 'sum') result[target] = (result[target] as number) + value
          else if (chosen[target] === -1 || better(value, result[target] as number)) {
            result[target] = value
            chosen[target] = at
          }
        }
      }
      return new Float32Array(result)
    },
    (upstream, [source = new Float32Array()]) => {
      const gradient = new Float32Array(source.length)
      if (reduction === 'sum') {
        for (let row = 0, at = 0; row < rows; row++)
          for (let e = 0; e < map.length; e++) gradient[at++] = upstream[row * size + (map[e] as number)] as number
      } else {
        for (let target = 0; target < chosen.length; target++)
          gradient[chosen[target] as number] = upstream[target] as number
      }
      return [gradient]
    },
  )
}

/** Mean or variance over the batch and all axes but the last. */
export function batchMoment(
  backend: Backend,
  x: Operand,
  channels: number,
  moment: 'mean' | 'variance',
): TrainingValue {
  const meansOf = (source: Float32Array): Float64Array => {
    const sums = new Float64Array(channels)
    for (let at = 0; at < source.length; at++)
      sums[at % channels] = (sums[at % channels] as number) + (source[at] as number)
    return sums.map((sum) => (sum * channels) / source.length)
  }
  return customOperation(
    backend,
    [x.value],
    [channels],
    ([source = new Float32Array()]) => {
      const means = meansOf(source)
      if (moment === 'mean') return new Float32Array(means)
      const squares = new Float64Array(channels)
      for (let at = 0; at < source.length; at++) {
        const distance = (source[at] as number) - (means[at % channels] as number)
        squares[at % channels] = (squares[at % channels] as number) + distance * distance
      }
      return Float32Array.from(squares, (sum) => (sum * channels) / source.length)
    },
    (upstream, [source = new Float32Array()]) => {
      const gradient = new Float32Array(source.length)
      const means = moment === 'mean' ? null : meansOf(source)
      const share = channels / source.length
      for (let at = 0; at < source.length; at++) {
        const channel = at % channels
        const slope = means === null ? share : 2 * share * ((source[at] as number) - (means[channel] as number))
        gradient[at] = (upstream[channel] as number) * slope
      }
      return [gradient]
    },
  )
}
