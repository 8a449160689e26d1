import { exp } from '../../compiler/numeric/exactmath.js'
import { decodeSafetensors, encodeSafetensors } from '../../compiler/numeric/safetensors.js'
import type { Dataset } from '../data/dataset.js'
import type { LossSettings } from './loss.js'

/**
 * What a training learns of a teacher (Hinton, Vinyals, Dean: Distilling the knowledge in a neural network, 2015; at
 * temperature 1): for each row of the training part the mean of what the data say and what the teacher answers, which has
 * the weight `distill`. Of classes they are probabilities, of numbers targets in the unit of the data. `outputs` are the
 * teacher's, row by row, in network units.
 */
export function taughtBy(
  dataset: Dataset,
  loss: LossSettings['kind'],
  outputs: Float64Array,
  distill: number,
): Float32Array {
  const { rows, targets } = dataset.parts.train
  const width = outputs.length / rows
  const answers = answersOf(dataset, loss, outputs, width)
  const said = (row: number, output: number): number => {
    if (loss === 'cross_entropy') return targets[row] === output ? 1 : 0
    return targets[row * width + output] as number
  }
  return Float32Array.from(answers, (answer, at) => {
    const row = Math.floor(at / width)
    return distill * answer + (1 - distill) * said(row, at % width)
  })
}

function answersOf(
  { targetScale }: Dataset,
  loss: LossSettings['kind'],
  outputs: Float64Array,
  width: number,
): Float64Array {
  switch (loss) {
    case 'cross_entropy':
      return softmax(outputs, width)
    case 'binary_cross_entropy':
      return outputs.map(logistic)
    case 'mse':
    case 'mae':
    case 'huber':
      return outputs.map((output, at) => output * (targetScale[at % width] ?? 1))
  }
}

function softmax(outputs: Float64Array, width: number): Float64Array {
  const result = new Float64Array(outputs.length)
  for (let start = 0; start < outputs.length; start += width) {
    const row = outputs.subarray(start, start + width)
    const top = Math.max(...row)
    let sum = 0
    for (const [at, output] of row.entries()) {
      const power = exp(output - top)
      result[start + at] = power
      sum += power
    }
    for (let at = start; at < start + width; at++) result[at] = (result[at] as number) / sum
  }
  return result
}

function logistic(output: number): number {
  // The exponential of what is not positive cannot overflow.
  const small = exp(-Math.abs(output))
  return (output >= 0 ? 1 : small) / (1 + small)
}

/** As one safetensors blob: `rows × width`. */
export function encodeTaught(taught: Float32Array, rows: number): Uint8Array {
  const shape = [rows, taught.length / Math.max(1, rows)]
  return encodeSafetensors(new Map([['taught', { shape, values: taught }]]), { format: FORMAT })
}

const FORMAT = 'hgq-taught-1'

/** Throws on bytes that `encodeTaught` did not write. */
export function decodeTaught(bytes: Uint8Array): Float32Array {
  const { tensors, metadata } = decodeSafetensors(bytes)
  const values = tensors.get('taught')?.values
  if (metadata.format !== FORMAT || !(values instanceof Float32Array))
    throw new Error('these bytes are not what a teacher answers')
  return values
}
