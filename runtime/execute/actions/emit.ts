import { decodeCalibrated } from '../../../compiler/graph/calibrated-codec.js'
import { decodePipeline } from '../../../compiler/schedule/serialize.js'
import type { ControlSpec, DeviceSpec } from '../../../lang/program.js'
import { emitVerilog } from '../../../targets/verilog/emit.js'
import { encodeCircuit, encodeDesign } from '../../report/design-file.js'
import { portScaling } from '../../report/scaling.js'
import { verilogTemplates } from '../../tools/templates.js'
import { testVectors } from '../../verify/test-vectors.js'
import { boundDataset } from '../bound-dataset.js'
import { input, params } from '../inputs.js'
import type { ActionFunction } from '../task.js'

interface Params {
  readonly name: string
  readonly device: Pick<DeviceSpec, 'part' | 'vendor' | 'family'>
  readonly control: ControlSpec
}

/** The vectors of the test bench that goes with a design need not be those of the verification. */
const BENCH_SEED = 1

/** Clocked stages → the files of a project, and apart from them the circuit alone, which is what synthesis reads. */
export const run: ActionFunction = (task) => {
  const { name, device, control } = params<Params>(task)
  const pipeline = decodePipeline(new TextDecoder().decode(input(task, 'pipeline')))
  const { graph } = decodeCalibrated(input(task, 'calibrated'))
  const design = emitVerilog(pipeline, {
    name,
    target: { device },
    control,
    scaling: portScaling(graph, boundDataset(input(task, 'dataset'), graph)),
    templates: verilogTemplates,
    vectors: testVectors(pipeline.graph, BENCH_SEED),
  })
  const outputs = new Map([
    ['design', encodeDesign(design)],
    ['circuit', encodeCircuit(design)],
  ])
  return Promise.resolve({ ok: true, value: outputs })
}
