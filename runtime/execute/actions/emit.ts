import { decodeCalibrated } from '../../../compiler/graph/calibrated-codec.js'
import { decodePipeline } from '../../../compiler/schedule/serialize.js'
import type { ControlSpec, DeviceSpec, TargetSpec } from '../../../lang/program.js'
import { emitDesign } from '../../../targets/emit.js'
import type { EmitOptions } from '../../../targets/project/options.js'
import { encodeCircuit, encodeDesign, encodeImplementation, encodeLayout } from '../../report/design-file.js'
import { portScaling } from '../../report/scaling.js'
import { packageTemplates } from '../../tools/templates.js'
import { testVectors } from '../../verify/test-vectors.js'
import { boundDataset } from '../bound-dataset.js'
import { input, params } from '../inputs.js'
import type { ActionFunction } from '../task.js'

interface Params {
  readonly name: string
  readonly language: TargetSpec['language']
  readonly device: Pick<DeviceSpec, 'part' | 'vendor' | 'family'>
  readonly control: ControlSpec
}

/** The vectors of the test bench that goes with a design need not be those of the verification. */
const BENCH_SEED = 1

/**
 * Clocked stages → the files of a project, and apart from them what synthesis reads. For an estimate that is the circuit
 * alone, in Verilog, which Yosys understands, whatever the language of the project: both have the same nodes in the same
 * stages. For the vendor's tool it is the project's own sources, with constraints and scripts. The layout is what is
 * stated about the ports, and the proof reads the project's sources alone.
 */
export const run: ActionFunction = (task) => {
  const { language, name, device, control } = params<Params>(task)
  const pipeline = decodePipeline(new TextDecoder().decode(input(task, 'pipeline')))
  const { graph } = decodeCalibrated(input(task, 'calibrated'))
  const options: EmitOptions = {
    name,
    target: { device },
    control,
    scaling: portScaling(graph, boundDataset(input(task, 'dataset'), graph)),
    templates: packageTemplates,
  }
  const design = emitDesign(pipeline, language, { ...options, vectors: testVectors(pipeline.graph, BENCH_SEED) })
  const circuit = language === 'verilog' ? design : emitDesign(pipeline, 'verilog', options)
  const outputs = new Map([
    ['design', encodeDesign(design)],
    ['circuit', encodeCircuit(circuit)],
    ['implementation', encodeImplementation(design)],
    ['sources', encodeCircuit(design)],
    ['layout', encodeLayout(design)],
  ])
  return Promise.resolve({ ok: true, value: outputs })
}
