import type { MetricSpec } from '../../lang/program.js'
import type { Dataset } from '../data/dataset.js'
import { isBetter, measure } from './metrics.js'
import { median, targetColumn } from './target-column.js'

/** What a network that reads nothing can reach. */
export interface ConstantAnswer {
  /** On the validation part. */
  readonly metric: number
  /** As a message names it. */
  readonly text: string
}

/**
 * The best answer that is the same for every row of the validation part, chosen on that part itself, so that no network
 * is better by answering it: the most frequent class; of targets the mean, the median or 0, as whatever is pressed to
 * nothing answers.
 */
export function constantAnswer(dataset: Dataset, metric: MetricSpec): ConstantAnswer {
  return dataset.task === 'classification' ? frequentClass(dataset) : constantTarget(dataset, metric)
}

function frequentClass({ classes, parts }: Dataset): ConstantAnswer {
  const { rows, targets } = parts.validation
  const counts = classes.map(() => 0)
  for (const label of targets) counts[label] = (counts[label] ?? 0) + 1
  const most = Math.max(...counts)
  const frequent = counts.indexOf(most)
  return { metric: rows === 0 ? 0 : most / rows, text: `'${classes[frequent] ?? frequent}', the most frequent class` }
}

function constantTarget(dataset: Dataset, metric: MetricSpec): ConstantAnswer {
  const { targetSize, targetScale, parts } = dataset
  const { validation } = parts
  const answering = (name: string, of: (column: Float64Array) => number): ConstantAnswer => {
    const answers = Array.from(
      { length: targetSize },
      (_, at) => of(targetColumn(validation, targetSize, at)) / (targetScale[at] ?? 1),
    )
    const outputs = Float64Array.from(validation.targets, (_, at) => answers[at % targetSize] ?? 0)
    return { metric: measure(metric, dataset, validation, outputs), text: name }
  }
  const targets = targetSize === 1 ? 'target' : 'targets'
  const zero = answering('0', () => 0)
  const others = [answering(`the mean of the ${targets}`, mean), answering(`the median of the ${targets}`, median)]
  return others.reduce((best, each) => (isBetter(metric.better, each.metric, best.metric) ? each : best), zero)
}

function mean(values: Float64Array): number {
  let sum = 0
  for (const value of values) sum += value
  return sum / Math.max(1, values.length)
}
