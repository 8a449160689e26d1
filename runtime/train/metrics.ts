import type { MetricSpec } from '../../lang/program.js'
import type { Dataset, DatasetPart } from '../data/dataset.js'

/**
 * A metric of network outputs on a part of the data. `outputs` has the same number of values for every row, in network units:
 * logits for classification, targets / targetScale for regression. Fractions and physical units, never percents.
 */
export function measure(metric: MetricSpec, dataset: Dataset, part: DatasetPart, outputs: Float64Array): number {
  switch (metric.kind) {
    case 'accuracy':
      return accuracy(part, outputs)
    case 'mse':
      return meanOver(residuals(dataset, part, outputs), (residual) => residual * residual)
    case 'mae':
      return meanOver(residuals(dataset, part, outputs), Math.abs)
    case 'resolution': {
      const { outlier } = metric.arguments
      const limit = typeof outlier === 'number' ? outlier : Number.POSITIVE_INFINITY
      const near = residuals(dataset, part, outputs).filter((residual) => Math.abs(residual) <= limit)
      // With every row beyond the limit nothing is left to average; the limit itself is the kindest thing to say.
      return near.length === 0 ? limit : Math.sqrt(meanOver(near, (residual) => residual * residual))
    }
    default:
      throw new Error(`unknown metric ${metric.kind}`)
  }
}

/** One output: the class is whether it is positive. Several: the greatest, the first of equal ones. */
function accuracy(part: DatasetPart, outputs: Float64Array): number {
  const width = outputs.length / Math.max(1, part.rows)
  let right = 0
  for (let row = 0; row < part.rows; row++) {
    let best = 0
    if (width === 1) best = (outputs[row] as number) > 0 ? 1 : 0
    else
      for (let c = 1; c < width; c++)
        if ((outputs[row * width + c] as number) > (outputs[row * width + best] as number)) best = c
    if (best === part.targets[row]) right++
  }
  return part.rows === 0 ? 0 : right / part.rows
}

function residuals(dataset: Dataset, part: DatasetPart, outputs: Float64Array): Float64Array {
  const { targetScale, targetSize } = dataset
  return outputs.map((output, at) => output * (targetScale[at % targetSize] ?? 1) - (part.targets[at] ?? 0))
}

function meanOver(values: Float64Array, of: (value: number) => number): number {
  let sum = 0
  for (const value of values) sum += of(value)
  return values.length === 0 ? 0 : sum / values.length
}

/** True when `a` is better than `b`. */
export function isBetter(better: 'higher' | 'lower', a: number, b: number): boolean {
  return better === 'higher' ? a > b : a < b
}
