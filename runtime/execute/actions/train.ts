import type { TensorGraph } from '../../../compiler/graph/operation.js'
import { encodeCandidates } from '../../train/candidates.js'
import { decodeState, encodeState } from '../../train/state.js'
import { type TrainingSettings, train } from '../../train/train.js'
import { boundDataset } from '../bound-dataset.js'
import { input, params } from '../inputs.js'
import type { ActionFunction } from '../task.js'

type Params = TrainingSettings & { readonly graph: TensorGraph }

/**
 * One segment of a training: data, architecture and the state that the segment before has left → the state after it, and
 * the checkpoints of its epochs that may be worth calibrating.
 */
export const run: ActionFunction = async (task, events) => {
  const { graph, ...training } = params<Params>(task)
  const { epochs } = task.hints
  const trained = await train({
    graph,
    dataset: boundDataset(input(task, 'dataset'), graph),
    training,
    state: training.epochs.from === 0 ? null : decodeState(input(task, 'state')),
    threads: task.settings.threads,
    totalEpochs: typeof epochs === 'number' ? epochs : training.epochs.to,
    onProgress: events.onProgress,
    onMessage: events.onMessage,
  })
  if (!trained.ok) return trained
  const { state, candidates } = trained.value
  const outputs = new Map([
    ['state', encodeState(state)],
    ['candidates', encodeCandidates(candidates)],
  ])
  return { ok: true, value: outputs }
}
