import type { Dataset, DatasetPart } from '../data/dataset.js'

/**
 * What the network learns, row by row: class numbers, or targets divided by their scale so that they are of order 1.
 */
export function networkTargets(dataset: Dataset, { targets }: DatasetPart = dataset.parts.train): Float32Array {
  if (dataset.task === 'classification') return targets
  return targets.map((target, at) => target / (dataset.targetScale[at % dataset.targetSize] ?? 1))
}
