import { decodeCalibrated } from '../../../compiler/graph/calibrated-codec.js'
import { decodePipeline } from '../../../compiler/schedule/serialize.js'
import { decodeDesign } from '../../report/design-file.js'
import { encodeJson } from '../../report/report-file.js'
import type { VerilogSimulator } from '../../verify/simulate.js'
import { verifyDesign } from '../../verify/verify.js'
import { boundDataset } from '../bound-dataset.js'
import { input, params } from '../inputs.js'
import type { ActionFunction } from '../task.js'

interface Params {
  readonly seed: number
  readonly simulator?: VerilogSimulator
}

/** Proves that inference, emulator and emitted text agree; without that there is no output. */
export const run: ActionFunction = async (task, events) => {
  const { seed, simulator } = params<Params>(task)
  const calibrated = decodeCalibrated(input(task, 'calibrated'))
  const verification = await verifyDesign({
    calibrated,
    graph: decodePipeline(new TextDecoder().decode(input(task, 'pipeline'))).graph,
    design: decodeDesign(input(task, 'design')),
    dataset: boundDataset(input(task, 'dataset'), calibrated.graph),
    seed,
    simulator,
    threads: task.settings.threads,
    scratch: task.settings.scratch,
    onProgress: events.onProgress,
  })
  if (!verification.ok) return verification
  return { ok: true, value: new Map([['verification', encodeJson(verification.value)]]) }
}
