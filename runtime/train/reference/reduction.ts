import { reduceMap } from '../../../compiler/graph/elements.js'
import type { Shape } from '../../../lang/host.js'
import { elementCount } from '../../../lang/shape.js'
import type { Backend } from './backend.js'
import { customOperation, type TrainingValue } from './custom.js'
import { batched, type Operand } from './elementwise.js'

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
