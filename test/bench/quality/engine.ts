import type { Candidate } from '../../../runtime/train/candidates.js'
import { trainReference } from '../../../runtime/train/reference/train.js'
import type { Prepared } from './pipeline.js'

/**
 * One training, on `threads` threads where the engine can use them. The only place that knows who trains.
 *
 * The reference engine computes on one thread.
 */
export async function train(
  { graph, dataset, training }: Prepared,
  _threads: number,
  onProgress: (text: string) => void,
): Promise<readonly Candidate[]> {
  const result = await trainReference({ graph, dataset, training, onProgress: ({ text }) => onProgress(text) })
  if (!result.ok) throw new Error(`${result.error.code}: ${result.error.message}`)
  return result.value.candidates
}
