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
      return meanOver(dataset, part, outputs, square)
    case 'mae':
      return meanOver(dataset, part, outputs, Math.abs)
    case 'resolution': {
      const { outlier } = metric.arguments
      return resolution(dataset, part, outputs, typeof outlier === 'number' ? outlier : Number.POSITIVE_INFINITY)
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

/**
 * The root of the mean square of the residuals within ±`limit`, as the HGQ paper measures its muon tracking. What is left
 * out costs nothing, so the fewer rows a bad network places, the better those few may look. Where fewer than half are
 * within, the others are no outliers, and it is `limit`: no network that places most rows is worse than that.
 */
function resolution(dataset: Dataset, part: DatasetPart, outputs: Outputs, limit: number): number {
  let sum = 0
  let within = 0
  for (let at = 0; at < outputs.length; at++) {
    const residual = residualAt(dataset, part, outputs, at)
    if (!(Math.abs(residual) <= limit)) continue
    sum += square(residual)
    within++
  }
  return within === 0 || 2 * within < outputs.length ? limit : Math.sqrt(sum / within)
}

/** The mean of a function of the residuals; 0 where there are none. */
function meanOver(dataset: Dataset, part: DatasetPart, outputs: Outputs, of: (residual: number) => number): number {
  let sum = 0
  for (let at = 0; at < outputs.length; at++) sum += of(residualAt(dataset, part, outputs, at))
  return outputs.length === 0 ? 0 : sum / outputs.length
}

/** Of output `at`, in physical units. */
function residualAt(
  { targetScale, targetSize }: Dataset,
  { targets }: DatasetPart,
  outputs: Outputs,
  at: number,
): number {
  return (outputs[at] as number) * (targetScale[at % targetSize] ?? 1) - (targets[at] ?? 0)
}

function square(value: number): number {
  return value * value
}

/** True when `a` is better than `b`. */
export function isBetter(better: 'higher' | 'lower', a: number, b: number): boolean {
  return better === 'higher' ? a > b : a < b
}
