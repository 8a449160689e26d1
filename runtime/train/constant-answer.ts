import type { MetricSpec } from '../../lang/program.js'
import type { Dataset } from '../data/dataset.js'
import { measure } from './metrics.js'

/** What a network that reads nothing can reach. */
export interface ConstantAnswer {
  /** On the validation part. */
  readonly metric: number
  /** As a message names it. */
  readonly text: string
}

/**
 * The best answer that is the same for every row, chosen on the training part: the most frequent class; of targets the
 * median where their distance is what counts, else the mean.
 */
export function constantAnswer(dataset: Dataset, metric: MetricSpec): ConstantAnswer {
  const { validation } = dataset.parts
  if (dataset.task === 'classification') {
    const frequent = mostFrequent(dataset)
    const right = validation.targets.reduce((count, label) => count + (label === frequent ? 1 : 0), 0)
    return {
      metric: validation.rows === 0 ? 0 : right / validation.rows,
      text: `'${dataset.classes[frequent] ?? frequent}', the most frequent class`,
    }
  }
  const middle = metric.kind === 'mae' ? median : mean
  const { targetSize, targetScale } = dataset
  const answers = Array.from({ length: targetSize }, (_, at) => middle(column(dataset, at)) / (targetScale[at] ?? 1))
  const outputs = Float64Array.from({ length: validation.rows * targetSize }, (_, at) => answers[at % targetSize] ?? 0)
  return {
    metric: measure(metric, dataset, validation, outputs),
    text: `the ${metric.kind === 'mae' ? 'median' : 'mean'} of the ${targetSize === 1 ? 'target' : 'targets'}`,
  }
}

function mostFrequent({ classes, parts }: Dataset): number {
  const counts = classes.map(() => 0)
  for (const label of parts.train.targets) counts[label] = (counts[label] ?? 0) + 1
  return counts.indexOf(Math.max(...counts))
}

function column({ parts, targetSize }: Dataset, at: number): Float32Array {
  return parts.train.targets.filter((_, index) => index % targetSize === at)
}

function mean(values: Float32Array): number {
  let sum = 0
  for (const value of values) sum += value
  return sum / Math.max(1, values.length)
}

function median(values: Float32Array): number {
  return values.slice().sort()[values.length >> 1] ?? 0
}
