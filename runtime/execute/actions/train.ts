import type { TensorGraph } from '../../../compiler/graph/operation.js'
import { encodeCandidates } from '../../train/candidates.js'
import { type TrainingSettings, trainReference } from '../../train/reference/train.js'
import { boundDataset } from '../bound-dataset.js'
import { input, params } from '../inputs.js'
import type { ActionFunction } from '../task.js'

type Params = TrainingSettings & { readonly graph: TensorGraph }

/** Data and architecture → checkpoints that may be worth calibrating. */
export const run: ActionFunction = async (task, events) => {
  const { graph, ...training } = params<Params>(task)
  const trained = await trainReference({
    graph,
    dataset: boundDataset(input(task, 'dataset'), graph),
    training,
    onProgress: events.onProgress,
    onMessage: events.onMessage,
  })
  if (!trained.ok) return trained
  return { ok: true, value: new Map([['candidates', encodeCandidates(trained.value.candidates)]]) }
}
