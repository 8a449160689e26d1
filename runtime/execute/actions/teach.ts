import { decodeCalibrated } from '../../../compiler/graph/calibrated-codec.js'
import type { Built, MetricSpec } from '../../../lang/program.js'
import { inferNetwork } from '../../infer/infer.js'
import { rankCandidates } from '../../report/choose.js'
import { decodeFront } from '../../report/report-file.js'
import { readLoss } from '../../train/loss.js'
import { encodeTaught, taughtBy } from '../../train/taught.js'
import { boundDataset } from '../bound-dataset.js'
import { input, params } from '../inputs.js'
import { decodeNetworks } from '../networks.js'
import type { ActionFunction } from '../task.js'

interface Params {
  /** By which is learned what is taught. */
  readonly loss: Built
  /** By which the front was made. */
  readonly metric: MetricSpec
  readonly distill: number
}

/** The front of a training, data → what another one learns of each row of the training part, taught by the best network. */
export const run: ActionFunction = (task) => {
  const { loss, metric, distill } = params<Params>(task)
  const [best] = rankCandidates(decodeFront(input(task, 'front')), [], metric.kind, metric.better).eligible
  const network = best === undefined ? undefined : decodeNetworks(input(task, 'networks'))[best.index]
  if (network === undefined) throw new Error('a front has a best network')
  const calibrated = decodeCalibrated(network.content)
  const dataset = boundDataset(input(task, 'dataset'), calibrated.graph)
  const { train } = dataset.parts
  const [outputs] = inferNetwork(calibrated, train.inputs, train.rows).outputs.values()
  if (outputs === undefined) throw new Error('a network has an output')
  const taught = taughtBy(dataset, readLoss(loss).kind, outputs, distill)
  return Promise.resolve({ ok: true, value: new Map([['taught', encodeTaught(taught, train.rows)]]) })
}
