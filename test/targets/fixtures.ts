import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { TargetSpec } from '../../lang/program.js'
import { packageRoot } from '../paths.js'

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
  pipeline: { inputRegisters: false, outputRegisters: true, registerLayers: 1 },
  control: { reset: 'none', resetData: false, clockEnable: false, handshake: 'none' },
}

export function templates(name: string): string {
  return readFileSync(join(packageRoot, 'targets', 'verilog', 'templates', name), 'utf8')
}
