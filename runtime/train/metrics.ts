import type { MetricSpec } from '../../lang/program.js'
import type { Dataset, DatasetPart } from '../data/dataset.js'

/** Single precision as the training engine has it: the same numbers give the same metric in either, without a copy. */
type Outputs = Float32Array | Float64Array

/**
 * A metric of network outputs on a part of the data. `outputs` has the same number of values for every row, in network
 * units: logits for classification, targets / targetScale for regression. Fractions and physical units, never percents.
 * Nothing is allocated: training measures after every epoch.
 */
export function measure(metric: MetricSpec, dataset: Dataset, part: DatasetPart, outputs: Outputs): number {
  switch (metric.kind) {
    case 'accuracy':
      return accuracy(part, outputs)
    case 'mse':
      return meanOver(dataset, part, outputs, square) ?? 0
    case 'mae':
      return meanOver(dataset, part, outputs, Math.abs) ?? 0
    case 'resolution': {
      const { outlier } = metric.arguments
      const limit = typeof outlier === 'number' ? outlier : Number.POSITIVE_INFINITY
      const near = meanOver(dataset, part, outputs, square, (residual) => Math.abs(residual) <= limit)
      // With every row beyond the limit nothing is left to average; the limit itself is the kindest thing to say.
      return near === null ? limit : Math.sqrt(near)
    }
    default:
      throw new Error(`unknown metric ${metric.kind}`)
  }
}

/** One output: the class is whether it is positive. Several: the greatest, the first of equal ones. */
function accuracy({ rows, targets }: DatasetPart, outputs: Outputs): number {
  const width = outputs.length / Math.max(1, rows)
  let right = 0
  for (let row = 0, at = 0; row < rows; row++, at += width) {
    let greatest = outputs[at] as number
    let best = 0
    if (width === 1) best = greatest > 0 ? 1 : 0
    else
      for (let c = 1; c < width; c++) {
        const value = outputs[at + c] as number
        if (value > greatest) {
          greatest = value
          best = c
        }
      }
    if (best === targets[row]) right++
  }
  return rows === 0 ? 0 : right / rows
}

/** The mean of a function of the residuals, in physical units, that are to count; null where there are none. */
function meanOver(
  { targetScale, targetSize }: Dataset,
  { targets }: DatasetPart,
  outputs: Outputs,
  of: (residual: number) => number,
  counts: (residual: number) => boolean = () => true,
): number | null {
  let sum = 0
  let count = 0
  for (let at = 0; at < outputs.length; at++) {
    const residual = (outputs[at] as number) * (targetScale[at % targetSize] ?? 1) - (targets[at] ?? 0)
    if (!counts(residual)) continue
    sum += of(residual)
    count++
  }
  return count === 0 ? null : sum / count
}

function square(value: number): number {
  return value * value
}

/** True when `a` is better than `b`. */
export function isBetter(better: 'higher' | 'lower', a: number, b: number): boolean {
  return better === 'higher' ? a > b : a < b
}
