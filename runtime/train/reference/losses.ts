import { exp, log } from '../../../compiler/numeric/exactmath.js'
import type { StepLoss } from '../loss.js'
import type { Backend } from './backend.js'
import { customOperation, type TrainingValue } from './custom.js'

/**
 * Mean loss of a batch. `outputs` has `width` numbers per row; `targets` one class number per row for `cross_entropy`, one
 * probability of the second class for `binary_cross_entropy`, else `width` numbers: the probabilities of the classes for
 * `soft_cross_entropy`, targets in network units for the others. Exponentials come from our own module, so the bits don't
 * depend on the machine.
 */
export function applyLoss(
  backend: Backend,
  loss: StepLoss,
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
  loss: StepLoss,
  outputs: Float32Array,
  targets: Float32Array,
  rows: number,
  width: number,
  gradient: Float32Array,
): number {
  switch (loss.kind) {
    case 'cross_entropy':
      return crossEntropy(outputs, (row, c) => (targets[row] === c ? 1 : 0), rows, width, gradient)
    case 'soft_cross_entropy':
      return crossEntropy(outputs, (row, c) => targets[row * width + c] as number, rows, width, gradient)
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

/**
 * Softmax cross entropy from logits y, with the probability p of each class: log Σ exp(y) - Σ p · y. Its slope is
 * softmax(y) - p, also where the p of a row sum to 1 but for a rounding.
 */
function crossEntropy(
  outputs: Float32Array,
  probability: (row: number, c: number) => number,
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
    let right = 0
    for (let c = 0; c < width; c++) {
      const wanted = probability(row, c)
      right += wanted * (outputs[start + c] as number)
      gradient[start + c] = ((powers[c] as number) / total - wanted) / rows
    }
    sum += log(total) + top - right
  }
  return sum / rows
}
