import { segmentSlice } from '../../../compiler/plan/slices.js'
import type { Candidate } from '../../../runtime/train/candidates.js'
import { type TrainingSettings, train as trainSegment } from '../../../runtime/train/train.js'
import type { Prepared } from './pipeline.js'

/** One training, uninterrupted, on `threads` threads. The only place that knows who trains. */
export async function train(
  { graph, dataset, training }: Prepared,
  threads: number,
  onProgress: (text: string) => void,
): Promise<readonly Candidate[]> {
  const { epochs } = training
  const range = { from: 0, to: epochs }
  const { graph: _graph, platform: _platform, ...settings } = segmentSlice(training, graph, range, '')
  const result = await trainSegment({
    graph,
    dataset,
    taught: null,
    // The slice is what a segment's action hands to the training.
    training: settings as unknown as TrainingSettings,
    state: null,
    threads,
    totalEpochs: epochs,
    onProgress: ({ text }) => onProgress(text),
  })
  if (!result.ok) throw new Error(`${result.error.code}: ${result.error.message}`)
  return result.value.candidates
}
