import { encodeCalibrated } from '../../../compiler/graph/calibrated-codec.js'
import type { TensorGraph } from '../../../compiler/graph/operation.js'
import type { TrainingSpec } from '../../../lang/program.js'
import { calibrate } from '../../calibrate/calibrate.js'
import { warnIfNothingLearned } from '../../train/nothing-learned.js'
import { boundDataset } from '../bound-dataset.js'
import { heldCandidates } from '../candidates.js'
import { input, params } from '../inputs.js'
import { type CalibratedNetwork, encodeNetworks } from '../networks.js'
import type { ActionFunction } from '../task.js'

type Params = Pick<TrainingSpec, 'calibrate' | 'metric'> & { readonly graph: TensorGraph; readonly segments: number }

/** Every candidate that is held at the end of a training → networks whose integer bits hold the data. */
export const run: ActionFunction = async (task, events) => {
  const { graph, calibrate: options, metric, segments } = params<Params>(task)
  const candidates = heldCandidates(task, segments)
  const dataset = boundDataset(input(task, 'dataset'), graph)
  const warning = warnIfNothingLearned(candidates, dataset, metric)
  if (warning !== undefined) events.onMessage(warning)
  const networks: CalibratedNetwork[] = []
  for (const [index, candidate] of candidates.entries()) {
    events.onProgress({ fraction: index / candidates.length, text: `network ${index + 1} of ${candidates.length}` })
    const calibrated = calibrate(graph, candidate.checkpoint, dataset, options)
    if (!calibrated.ok) return calibrated
    networks.push({ candidate: index, epoch: candidate.epoch, content: encodeCalibrated(calibrated.value) })
  }
  return { ok: true, value: new Map([['networks', encodeNetworks(networks)]]) }
}
