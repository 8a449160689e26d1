import { encodeCalibrated } from '../../../compiler/graph/calibrated-codec.js'
import type { TensorGraph } from '../../../compiler/graph/operation.js'
import type { TrainingSpec } from '../../../lang/program.js'
import { calibrate } from '../../calibrate/calibrate.js'
import { decodeCandidates } from '../../train/candidates.js'
import { boundDataset } from '../bound-dataset.js'
import { input, params } from '../inputs.js'
import { type CalibratedNetwork, encodeNetworks } from '../networks.js'
import type { ActionFunction } from '../task.js'

type Params = Pick<TrainingSpec, 'calibrate'> & { readonly graph: TensorGraph }

/** Every candidate of a training → networks whose integer bits hold the data. */
export const run: ActionFunction = async (task, events) => {
  const { graph, calibrate: options } = params<Params>(task)
  const candidates = decodeCandidates(input(task, 'candidates'))
  const dataset = boundDataset(input(task, 'dataset'), graph)
  const networks: CalibratedNetwork[] = []
  for (const [index, candidate] of candidates.entries()) {
    events.onProgress({ fraction: index / candidates.length, text: `network ${index + 1} of ${candidates.length}` })
    const calibrated = calibrate(graph, candidate.checkpoint, dataset, options)
    if (!calibrated.ok) return calibrated
    networks.push({ candidate: index, epoch: candidate.epoch, content: encodeCalibrated(calibrated.value) })
  }
  return { ok: true, value: new Map([['networks', encodeNetworks(networks)]]) }
}
