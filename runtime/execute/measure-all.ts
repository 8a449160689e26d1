import type { Calibrated } from '../../compiler/graph/calibrated.js'
import type { NamedMetric } from '../../compiler/plan/metrics.js'
import type { Dataset } from '../data/dataset.js'
import { inferNetwork } from '../infer/infer.js'
import { measure } from '../train/metrics.js'

/** Metrics of exact inference on one part, by name. */
export function measureAll(
  metrics: readonly NamedMetric[],
  calibrated: Calibrated,
  dataset: Dataset,
  name: 'validation' | 'test',
): Record<string, number> {
  const part = dataset.parts[name]
  const { outputs } = inferNetwork(calibrated, part.inputs, part.rows)
  const [output] = outputs.values()
  if (output === undefined) throw new Error('a network has an output')
  return Object.fromEntries(metrics.map(({ name: key, metric }) => [key, measure(metric, dataset, part, output)]))
}
