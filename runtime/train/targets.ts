import type { Dataset } from '../data/dataset.js'

/**
 * What the network learns, row by row: class numbers, or targets divided by their scale so that they are of order 1.
 */
export function networkTargets(dataset: Dataset): Float32Array {
  const { targets } = dataset.parts.train
  if (dataset.task === 'classification') return targets
  return targets.map((target, at) => target / (dataset.targetScale[at % dataset.targetSize] ?? 1))
}
