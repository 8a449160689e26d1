import type { TargetSpec } from '../../lang/program.js'
import { packageTemplates } from '../../runtime/tools/templates.js'

/** A device whose family Yosys knows. */
export const vu13p: TargetSpec = {
  name: 'vu13p',
  doc: '',
  device: {
    name: 'xcvu13p',
    part: 'xcvu13p-flga2577-2-e',
    vendor: 'amd',
    family: 'virtexuplus',
    speedGrade: '2',
    resources: { lut: 1_728_000, ff: 3_456_000, dsp: 12_288, bram: 2_688, uram: 1_280 },
  },
  clockPeriodNs: 2.5,
  language: 'verilog',
  tool: 'yosys',
  options: {},
}

export const templates = packageTemplates
