import { decodeCalibrated } from '../../../compiler/graph/calibrated-codec.js'
import type { Pipeline } from '../../../compiler/schedule/pipeline.js'
import { decodePipeline } from '../../../compiler/schedule/serialize.js'
import type { DeviceSpec, TargetSpec } from '../../../lang/program.js'
import type { Design } from '../../../targets/design.js'
import { emitHls } from '../../../targets/hls/emit.js'
import { type EmitOptions, emitVerilog } from '../../../targets/verilog/emit.js'
import { encodeCircuit, encodeDesign } from '../../report/design-file.js'
import { portScaling } from '../../report/scaling.js'
import { packageTemplates, verilogTemplates } from '../../tools/templates.js'
import { testVectors } from '../../verify/test-vectors.js'
import { boundDataset } from '../bound-dataset.js'
import { input, params } from '../inputs.js'
import type { ActionFunction } from '../task.js'

interface Params {
  readonly name: string
  readonly language: TargetSpec['language']
  readonly device: Pick<DeviceSpec, 'part' | 'vendor' | 'family'>
}

/** The vectors of the test bench that goes with a design need not be those of the verification. */
const BENCH_SEED = 1

/**
 * Clocked stages → the files of a project, and apart from them the circuit alone, which is what synthesis reads. For C++
 * for high-level synthesis the circuit is Verilog of the same stages: an estimate of what the vendor's tool will make of it.
 */
export const run: ActionFunction = (task) => {
  const { name, language, device } = params<Params>(task)
  const pipeline = decodePipeline(new TextDecoder().decode(input(task, 'pipeline')))
  const { graph } = decodeCalibrated(input(task, 'calibrated'))
  const options: EmitOptions = {
    name,
    target: { device },
    scaling: portScaling(graph, boundDataset(input(task, 'dataset'), graph)),
    templates: verilogTemplates,
    vectors: testVectors(pipeline.graph, BENCH_SEED),
  }
  const design = emitDesign(pipeline, language, options)
  const circuit =
    design.language === 'verilog'
      ? design
      : emitVerilog(pipeline, { name, target: { device }, templates: verilogTemplates })
  const outputs = new Map([
    ['design', encodeDesign(design)],
    ['circuit', encodeCircuit(circuit)],
  ])
  return Promise.resolve({ ok: true, value: outputs })
}

function emitDesign(pipeline: Pipeline, language: TargetSpec['language'], options: EmitOptions): Design {
  switch (language) {
    case 'verilog':
      return emitVerilog(pipeline, options)
    case 'vhdl':
      throw new Error('the command line does not let a target in VHDL through')
    case 'vitis':
    case 'oneapi':
      return emitHls(pipeline, language, { ...options, templates: packageTemplates })
  }
}
