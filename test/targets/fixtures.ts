import { DEFAULT_REGISTERS, type Pipeline } from '../../compiler/schedule/pipeline.js'
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
  pipeline: { inputRegisters: false, outputRegisters: true, registerLayers: 1 },
  control: { reset: 'none', resetData: false, clockEnable: false, handshake: 'none' },
}

/** Sums whose terms lie on finer grids than their results: half of x and half of x, and constants of a half. */
export function finerTerms(): Pipeline {
  const half = { low: 1n, high: 1n, fraction: 1 }
  const term = (node: number, shift = 0, negate = false) => ({ node, shift, negate })
  return {
    graph: {
      nodes: [
        {
          kind: 'input',
          port: 0,
          element: 0,
          type: { k: 1, i: 4, f: 0 },
          interval: { low: -16n, high: 15n, fraction: 0 },
          origin: '',
        },
        { kind: 'constant', interval: half, origin: '' },
        {
          kind: 'add',
          left: term(0, -1),
          right: term(0, -1),
          interval: { low: -16n, high: 15n, fraction: 0 },
          origin: '',
        },
        {
          kind: 'sum',
          terms: [term(1), term(0), term(1), term(1, 0, true), term(1, 0, true), term(1, 0, true), term(1, 0, true)],
          interval: { low: -17n, high: 14n, fraction: 0 },
          origin: '',
        },
      ],
      inputs: [{ name: 'x', shape: [1], nodes: [0] }],
      outputs: [{ name: 'y', shape: [2], nodes: [2, 3] }],
    },
    stageOf: [0, 0, 0, 0],
    stages: 1,
    registers: DEFAULT_REGISTERS,
    clockPeriodNs: 2.5,
    estimatedCriticalPathNs: 1,
    registerBits: 11,
  }
}

export const templates = packageTemplates
