import { decodeCalibrated } from '../../../compiler/graph/calibrated-codec.js'
import { decodePipeline } from '../../../compiler/schedule/serialize.js'
import type { DeviceSpec } from '../../../lang/program.js'
import { emitVerilog } from '../../../targets/verilog/emit.js'
import { encodeCircuit, encodeDesign, encodeLayout } from '../../report/design-file.js'
import { portScaling } from '../../report/scaling.js'
import { verilogTemplates } from '../../tools/templates.js'
import { testVectors } from '../../verify/test-vectors.js'
import { boundDataset } from '../bound-dataset.js'
import { input, params } from '../inputs.js'
import type { ActionFunction } from '../task.js'

interface Params {
  readonly name: string
  readonly device: Pick<DeviceSpec, 'part' | 'vendor' | 'family'>
}

/** The vectors of the test bench that goes with a design need not be those of the verification. */
const BENCH_SEED = 1

/** Clocked stages → the files of a project, and apart from them the circuit alone, which is what synthesis reads, and what is stated about its ports. */
export const run: ActionFunction = (task) => {
  const { name, device } = params<Params>(task)
  const pipeline = decodePipeline(new TextDecoder().decode(input(task, 'pipeline')))
  const { graph } = decodeCalibrated(input(task, 'calibrated'))
  const design = emitVerilog(pipeline, {
    name,
    target: { device },
    scaling: portScaling(graph, boundDataset(input(task, 'dataset'), graph)),
    templates: verilogTemplates,
    vectors: testVectors(pipeline.graph, BENCH_SEED),
  })
  const outputs = new Map([
    ['design', encodeDesign(design)],
    ['circuit', encodeCircuit(design)],
    ['layout', encodeLayout(design)],
  ])
  return Promise.resolve({ ok: true, value: outputs })
}
