import type { TensorGraph } from '../../../compiler/graph/operation.js'
import type { TrainingSpec } from '../../../lang/program.js'
import { encodeCandidates } from '../../train/candidates.js'
import { trainReference } from '../../train/reference/train.js'
import { boundDataset } from '../bound-dataset.js'
import { input, params } from '../inputs.js'
import type { ActionFunction } from '../task.js'

type Params = Omit<TrainingSpec, 'id' | 'doc' | 'network' | 'dataset' | 'calibrate'> & { readonly graph: TensorGraph }

/** Data and architecture → checkpoints that may be worth calibrating. */
export const run: ActionFunction = async (task, events) => {
  const { graph, ...training } = params<Params>(task)
  const calibrate = { data: 'train', margin: 0 } as const
  const trained = await trainReference({
    graph,
    dataset: boundDataset(input(task, 'dataset'), graph),
    training: { ...training, id: '', doc: '', network: '', dataset: '', calibrate },
    onProgress: events.onProgress,
    onMessage: events.onMessage,
  })
  if (!trained.ok) return trained
  return { ok: true, value: new Map([['candidates', encodeCandidates(trained.value.candidates)]]) }
}
