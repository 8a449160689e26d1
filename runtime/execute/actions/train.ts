import type { TensorGraph } from '../../../compiler/graph/operation.js'
import { endedEarly } from '../../../compiler/plan/ended-early.js'
import { plainRecord } from '../../../compiler/plan/slices.js'
import { encodeCandidates } from '../../train/candidates.js'
import { stepsPerEpoch } from '../../train/epochs.js'
import type { Standing } from '../../train/run.js'
import { decodeState, encodeState } from '../../train/state.js'
import { decodeTaught } from '../../train/taught.js'
import { type TrainingSettings, train } from '../../train/train.js'
import { warmupsCutShort } from '../../train/warm-up.js'
import { boundDataset } from '../bound-dataset.js'
import { input, params } from '../inputs.js'
import type { ActionFunction, Outputs, PartOfTask, Task } from '../task.js'

type Params = TrainingSettings & { readonly graph: TensorGraph }

/**
 * One segment of a training: data, what a teacher says of them if there is one, architecture, and the state that the segment
 * before or another training has left → the state after it, and the checkpoints of its epochs that may be worth calibrating.
 */
export const run: ActionFunction = async (task, events) => {
  const { graph, ...training } = params<Params>(task)
  const { epochs, openSchedules } = task.hints
  const state = task.inputs.get('state')
  const taught = task.inputs.get('taught')
  const dataset = boundDataset(input(task, 'dataset'), graph)
  for (const warning of warmupsCutShort(training, stepsPerEpoch(dataset.parts.train.rows, training.batch)))
    events.onMessage(warning)
  const trained = await train({
    graph,
    dataset,
    taught: taught === undefined ? null : decodeTaught(taught),
    training,
    state: state === undefined ? null : decodeState(state),
    threads: task.settings.threads,
    totalEpochs: typeof epochs === 'number' ? epochs : training.epochs.to,
    ...(Array.isArray(openSchedules) ? { openSchedules: openSchedules.map(String) } : {}),
    onProgress: events.onProgress,
    onMessage: events.onMessage,
  })
  if (trained.ok) return { ok: true, value: encoded(trained.value) }
  const { error, before } = trained
  return { ok: false, error, part: before === undefined ? null : partOf(task, training, before) }
}

/**
 * The segment that ends with the last epoch that went well: what `epochs` of so many would make, unless a schedule lasts as
 * long as the training.
 */
function partOf(task: Task, training: TrainingSettings, before: Standing): PartOfTask | null {
  const shorter = endedEarly(training, before.state.epoch)
  if (shorter === null) return null
  const { epochs, optimizer, pressure } = shorter
  return { params: { ...task.params, ...plainRecord({ epochs, optimizer, pressure }) }, outputs: encoded(before) }
}

function encoded({ state, candidates }: Standing): Outputs {
  return new Map([
    ['state', encodeState(state)],
    ['candidates', encodeCandidates(candidates)],
  ])
}
