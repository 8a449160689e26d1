import type { Calibrated } from '../../compiler/graph/calibrated.js'
import type { NamedMetric } from '../../compiler/plan/metrics.js'
import type { Dataset, DatasetPart } from '../data/dataset.js'
import { inferNetwork } from '../infer/infer.js'
import { measure } from '../train/metrics.js'

/** A part's inputs by the names of the network's: data without a name feed the only one there is. */
export function networkInputs(calibrated: Calibrated, part: DatasetPart): ReadonlyMap<string, Float32Array> {
  const unnamed = part.inputs.get('')
  const [only] = calibrated.graph.inputs
  return unnamed === undefined || only === undefined ? part.inputs : new Map([[only.name, unnamed]])
}

/** Metrics of exact inference on one part, by name. */
export function measureAll(
  metrics: readonly NamedMetric[],
  calibrated: Calibrated,
  dataset: Dataset,
  name: 'validation' | 'test',
): Record<string, number> {
  const part = dataset.parts[name]
  const { outputs } = inferNetwork(calibrated, networkInputs(calibrated, part), part.rows)
  const [output] = outputs.values()
  if (output === undefined) throw new Error('a network has an output')
  return Object.fromEntries(metrics.map(({ name: key, metric }) => [key, measure(metric, dataset, part, output)]))
}
