import { exp, log } from '../../../compiler/numeric/exactmath.js'
import type { LossSettings } from '../loss.js'
import type { Backend } from './backend.js'
import { customOperation, type TrainingValue } from './custom.js'

/**
 * Mean loss of a batch. `outputs` has `width` numbers per row; `targets` one class number per row for the cross
 * entropies, else `width` numbers in network units. Exponentials come from our own module, so the bits don't depend on
 * the machine.
 */
export function applyLoss(
  backend: Backend,
  loss: LossSettings,
  outputs: TrainingValue,
  targets: Float32Array,
  rows: number,
  width: number,
): TrainingValue {
  const gradient = new Float32Array(rows * width)
  return customOperation(
    backend,
    [outputs],
    [],
    ([values = new Float32Array()]) => Float32Array.of(lossAndGradient(loss, values, targets, rows, width, gradient)),
    (upstream) => [gradient.map((slope) => slope * (upstream[0] ?? 0))],
  )
}

function lossAndGradient(
  loss: LossSettings,
  outputs: Float32Array,
  targets: Float32Array,
  rows: number,
  width: number,
  gradient: Float32Array,
): number {
  switch (loss.kind) {
    case 'cross_entropy':
      return crossEntropy(outputs, targets, rows, width, gradient)
    case 'binary_cross_entropy': {
      let sum = 0
      for (let row = 0; row < rows; row++) {
        const logit = outputs[row] as number
        const target = targets[row] as number
        const small = exp(-Math.abs(logit))
        sum += Math.max(logit, 0) - logit * target + log(1 + small)
        gradient[row] = ((logit >= 0 ? 1 / (1 + small) : small / (1 + small)) - target) / rows
      }
      return sum / rows
    }
    case 'mse': {
      let sum = 0
      for (let at = 0; at < outputs.length; at++) {
        const residual = (outputs[at] as number) - (targets[at] as number)
        sum += residual * residual
        gradient[at] = (2 * residual) / outputs.length
      }
      return sum / outputs.length
    }
    case 'mae': {
      let sum = 0
      for (let at = 0; at < outputs.length; at++) {
        const residual = (outputs[at] as number) - (targets[at] as number)
        sum += Math.abs(residual)
        gradient[at] = Math.sign(residual) / outputs.length
      }
      return sum / outputs.length
    }
    case 'huber': {
      const { delta } = loss
      let sum = 0
      for (let at = 0; at < outputs.length; at++) {
        const residual = (outputs[at] as number) - (targets[at] as number)
        const size = Math.abs(residual)
        sum += size <= delta ? (residual * residual) / 2 : delta * (size - delta / 2)
        gradient[at] = (size <= delta ? residual : delta * Math.sign(residual)) / outputs.length
      }
      return sum / outputs.length
    }
  }
}

/** Softmax cross entropy from logits. */
function crossEntropy(
  outputs: Float32Array,
  targets: Float32Array,
  rows: number,
  width: number,
  gradient: Float32Array,
): number {
  const powers = new Float64Array(width)
  let sum = 0
  for (let row = 0; row < rows; row++) {
    const start = row * width
    let top = Number.NEGATIVE_INFINITY
    for (let c = 0; c < width; c++) top = Math.max(top, outputs[start + c] as number)
    let total = 0
    for (let c = 0; c < width; c++) {
      const power = exp((outputs[start + c] as number) - top)
      powers[c] = power
      total += power
    }
    const label = targets[row] as number
    sum += log(total) + top - (outputs[start + label] as number)
    for (let c = 0; c < width; c++) gradient[start + c] = ((powers[c] as number) / total - (c === label ? 1 : 0)) / rows
  }
  return sum / rows
}
