import type { FixedGraph } from '../../compiler/fixed/graph.js'
import { DEFAULT_REGISTERS, type Pipeline } from '../../compiler/schedule/pipeline.js'
import type { TargetSpec } from '../../lang/program.js'
import { packageTemplates } from '../../runtime/tools/templates.js'
import type { Design } from '../../targets/design.js'

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

/** Products of a bit without a sign with a signed number, on either side, and with itself. */
export function productsWithBit(): Pipeline {
  const bit = { low: 0n, high: 1n, fraction: 0 }
  const number = { low: -8n, high: 7n, fraction: 1 }
  const input = { kind: 'input', port: 0, origin: '' } as const
  const product = { kind: 'multiply', origin: '' } as const
  return pipelineOf({
    nodes: [
      { ...input, element: 0, type: { k: 0, i: 1, f: 0 }, interval: bit },
      { ...input, element: 1, type: { k: 1, i: 2, f: 1 }, interval: number },
      { ...product, left: 0, right: 1, interval: number },
      { ...product, left: 1, right: 0, interval: number },
      { ...product, left: 0, right: 0, interval: bit },
    ],
    inputs: [{ name: 'x', shape: [2], nodes: [0, 1] }],
    outputs: [{ name: 'y', shape: [3], nodes: [2, 3, 4] }],
  })
}

/** Sums whose terms lie on finer grids than their results: half of x and half of x, and constants of a half. */
export function finerTerms(): Pipeline {
  const half = { low: 1n, high: 1n, fraction: 1 }
  const term = (node: number, shift = 0, negate = false) => ({ node, shift, negate })
  return pipelineOf({
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
  })
}

/** One stage of 2.5 ns with everything in it. */
export function pipelineOf(graph: FixedGraph): Pipeline {
  const stageOf = graph.nodes.map(() => 0)
  const timing = { clockPeriodNs: 2.5, estimatedCriticalPathNs: 1, registerBits: 0 }
  return { graph, stageOf, stages: 1, registers: DEFAULT_REGISTERS, ...timing }
}

/** Two inputs, y = relu(a - 2 b) on a coarser grid: whose text is short enough to be read. */
export function smallPipeline(): Pipeline {
  const graph: FixedGraph = {
    nodes: [
      {
        kind: 'input',
        port: 0,
        element: 0,
        type: { k: 1, i: 3, f: 4 },
        interval: { low: -128n, high: 127n, fraction: 4 },
        origin: '',
      },
      {
        kind: 'input',
        port: 0,
        element: 1,
        type: { k: 0, i: 3, f: 0 },
        interval: { low: 0n, high: 7n, fraction: 0 },
        origin: '',
      },
      {
        kind: 'add',
        left: { node: 0, shift: 0, negate: false },
        right: { node: 1, shift: 1, negate: true },
        interval: { low: -352n, high: 127n, fraction: 4 },
        origin: 'dense[0]',
      },
      { kind: 'relu', node: 2, interval: { low: 0n, high: 127n, fraction: 4 }, origin: 'relu[0]' },
      {
        kind: 'cast',
        node: 3,
        type: { k: 0, i: 2, f: 1 },
        interval: { low: 0n, high: 7n, fraction: 1 },
        origin: 'relu[0]/q',
      },
    ],
    inputs: [{ name: 'x', shape: [2], nodes: [0, 1] }],
    outputs: [{ name: 'y', shape: [], nodes: [4] }],
  }
  return pipelineOf(graph)
}

/** The text of a file of a design. */
export function textOf(design: Design, path: string): string {
  const file = design.files.find((candidate) => candidate.path === path)
  if (file === undefined) throw new Error(`the design has no ${path}`)
  return file.text
}

export const templates = packageTemplates
