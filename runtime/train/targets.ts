import type { Dataset } from '../data/dataset.js'
import type { EngineRequest } from './engine.js'

/** What decides about what a network learns. */
export type Lesson = Pick<EngineRequest, 'dataset' | 'loss' | 'taught'>

/**
 * What the network learns from the training part, row by row and as the network gives it: what it is taught, else the
 * targets of the data. What is taught has a probability for each class with the loss `cross_entropy`, for all other losses
 * as many numbers to a row as targets have; another length is a bug and throws.
 */
export function learnedTargets({ dataset, loss, taught }: Lesson): Float32Array {
  const { parts, classes, targetSize } = dataset
  const { rows, targets } = parts.train
  if (taught === null) return networkTargets(dataset, targets)
  const size = loss.kind === 'cross_entropy' ? classes.length : targetSize
  if (taught.length !== rows * size)
    throw new Error(`${taught.length} numbers are to teach ${rows} rows, each of which learns ${size}`)
  return networkTargets(dataset, taught)
}

/**
 * Targets of some rows, or numbers in their place, as the network gives them: divided by their scale, so that they are of
 * order 1. Class numbers and probabilities stay as they are.
 */
export function networkTargets({ task, targetSize, targetScale }: Dataset, targets: Float32Array): Float32Array {
  if (task === 'classification') return targets
  return targets.map((target, at) => target / (targetScale[at % targetSize] ?? 1))
}
