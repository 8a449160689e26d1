import * as assert from 'uvu/assert'
import { formatLayers, formatTable } from '../../../runtime/report/format.js'
import type { TargetNumbers } from '../../../runtime/report/schema.js'
import type { Report } from '../../../targets/report.js'
import { suite } from '../../kit.js'

const test = suite('runtime/report/format')

const range = { low: 8801, central: 9567, high: 10_333 }
const synthesis = {
  ...{ tool: 'yosys', version: '0.55', borrowed_cells: null, lut: 10_178, lut_memory: 0, ff: 11_388, dsp: 0, bram: 0 },
  ...{ lut_range: range, ff_range: null, dsp_range: null },
}
const layer = { cost: 1, register_bits: 1, lut_range: null, ff_range: null }

function tried(epoch: number, lut: number): TargetNumbers['choice']['tried'][number] {
  const check = { quantity: 'lut', relation: '<=', limit: 11_000, measured: lut, phase: 'design' } as const
  return {
    ...{ training: 'scan', epoch, validation: { accuracy: 0.7 + epoch / 100 }, ebops: lut },
    checks: [{ ...check, met: lut <= 11_000, excess: lut / 11_000 - 1 }],
  }
}

const estimated: TargetNumbers = {
  ...{ validation: { accuracy: 0.75 }, test: { accuracy: 0.74 }, ebops: 13_285, ebops_exact: 12_000 },
  ...{ lut: 10_178, ff: 11_388, dsp: 0, bram: 0, stages: 5, latency_ns: 12.5, clock_mhz: 400 },
  ...{ latency_cycles: 5, fmax_estimate_mhz: { mhz: 450, low: 360, high: 420 } },
  capacity: { lut: 1_728_000, ff: 3_456_000, dsp: 12_288, bram: 2_688 },
  language: 'verilog',
  resources: { tool: 'yosys', version: '0.55', estimate: true },
  estimates: {
    family: 'virtexuplus',
    borrowed_delays: null,
    vendor_tool: 'Vivado',
    adder_graph: {
      cost: 9580,
      ternary_adders: 0,
      two_input_cost: 9580,
      register_bits: 1555,
      lut_range: { low: 5269, central: 8143, high: 10_538 },
      ff_range: null,
    },
    synthesis,
    layers: [
      { ...layer, layer: 'dense[0]', lut: 178, ff: 1388 },
      { ...layer, layer: 'dense[1]', lut: 10_000, ff: 10_000, lut_range: range },
      { ...layer, layer: '', lut: 0, ff: 0 },
    ],
  },
  implementation: null,
  mean_bits: { weight: 3, activation: 5 },
  verified: { vectors: 100, mismatches: 0, wraps: 0 },
  proven: {
    parts: 40,
    proven: 39,
    levels: { linear: 30, product: 0, structural: 4, exhaustive: 2, sat: 3, vectors: 1 },
  },
  unproven: null,
  choice: { front: 9, eligible: 4, tried: [tried(7, 12_000), tried(5, 10_178)] },
  paths: { folder: 'build/a/b', report: 'build/a/b/report.json', sources: [] },
}

const implementation: Report = {
  tool: { name: 'vivado', version: '2024.1' },
  ...{ part: 'xcvu13p', stage: 'routed', estimate: false, latency: null, power: null },
  resources: {
    lut: { unit: 'LUT6', total: 9500, logic: 9500, memory: 0 },
    ...{ ff: 10_480, dsp: 0, bram: { blocks: 0, kilobits: 36 }, uram: 0, carry: 0 },
  },
  timing: { period_ns: 2.5, slack_ns: -0.126, hold_slack_ns: 0.02, fmax_mhz: 380.807 },
}

function rows(numbers: TargetNumbers): readonly string[] {
  return formatTable([{ build: 'a', target: 'b', numbers }]).split('\n')
}

test('an estimate is shown with the range that is expected of the vendor, and says what it is', () => {
  const lines = rows(estimated)
  assert.ok(lines.some((line) => /^LUT \(estimate\) +10 178 \(0\.589 %\)$/.test(line)))
  assert.ok(lines.some((line) => /^LUT expected, from synthesis +9 567 \(8 801 to 10 333\)$/.test(line)))
  assert.ok(lines.some((line) => line.startsWith('LUT expected, from the adder graph')))
  assert.ok(
    lines.includes(
      'LUT, FF and DSP are estimates of yosys 0.55, in percent of the device. Ranges are estimated, not Vivado.',
    ),
  )
  assert.not.ok(lines.some((line) => /^(slack|fastest clock|LUT by Yosys)/.test(line)))
})

test('the networks that were tried stand under the table, each with what it missed', () => {
  const lines = rows(estimated)
  const first = 'a/b: epoch 5 of scan, number 2 in the order of the validation part; '
  const at = lines.indexOf(`${first}4 of the 9 networks of the front meet what is known before synthesis.`)
  assert.ok(at > 0)
  assert.match(
    lines[at + 1] ?? '',
    /^ {2}1\. {2}epoch 7 of scan {2}accuracy 77 % {2}12 000 EBOPs {2}no: lut 12 000 > 11 000 \(9 % over\)$/,
  )
  assert.match(lines[at + 2] ?? '', /^ {2}2\. {2}epoch 5 of scan {2}accuracy 75 % {2}10 178 EBOPs {2}yes: lut 10 178$/)
})

test('the best network that is within the budget at once needs no list', () => {
  const choice = { front: 9, eligible: 4, tried: [tried(5, 10_178)] }
  const lines = rows({ ...estimated, choice })
  const text =
    'a/b: epoch 5 of scan, the best on the validation part; 4 of the 9 networks of the front meet what is known before synthesis.'
  assert.ok(lines.includes(text))
})

test('a measurement is shown beside the estimate, with slack and the fastest clock', () => {
  const resources = { tool: 'vivado', version: '2024.1', estimate: false }
  const lines = rows({ ...estimated, lut: 9500, resources, implementation })
  assert.ok(lines.some((line) => /^LUT +9 500 \(0\.55 %\)$/.test(line)))
  assert.ok(lines.some((line) => /^LUT by Yosys +10 178$/.test(line)))
  assert.ok(lines.some((line) => /^slack +-0\.126 ns$/.test(line)))
  assert.ok(lines.some((line) => /^fastest clock +380\.8 MHz$/.test(line)))
  assert.ok(lines.some((line) => line.startsWith('LUT, FF and DSP are measured by vivado 2024.1, in percent')))
})

test('three-input adders are shown with what they save, where there are any', () => {
  const adder_graph = { ...estimated.estimates.adder_graph, ternary_adders: 12, two_input_cost: 11_000.5 }
  const lines = rows({ ...estimated, estimates: { ...estimated.estimates, adder_graph } })
  assert.ok(lines.some((line) => /^three-input adders +12 \(saving 1 421 LUT\)$/.test(line)))
  assert.not.ok(rows(estimated).some((line) => line.startsWith('three-input')))
})

test('without a calibration there are no ranges, and no word of any', () => {
  const bare = { ...estimated.estimates.adder_graph, lut_range: null }
  const estimates = {
    ...estimated.estimates,
    vendor_tool: null,
    adder_graph: bare,
    synthesis: { ...synthesis, lut_range: null },
  }
  const text = rows({ ...estimated, estimates }).join('\n')
  assert.not.match(text, /expected|not Vivado/)
})

test('what estimates of a family rest on is said where that is another family', () => {
  assert.not.match(rows(estimated).join('\n'), /virtexuplus|not known here|Yosys counts the cells/)
  const estimates = {
    ...estimated.estimates,
    ...{ family: 'stratix10', borrowed_delays: 'Altera Agilex', vendor_tool: null },
    synthesis: { ...synthesis, borrowed_cells: 'Altera Cyclone V' },
  }
  const text = rows({ ...estimated, estimates }).join('\n')
  assert.match(
    text,
    'a/b, stratix10: its delays are not known here, stages and Fmax are estimated with those of Altera Agilex; Yosys counts the cells of Altera Cyclone V; no estimate was compared',
  )
})

test('layers come the largest first', () => {
  const lines = formatLayers({ build: 'a', target: 'b', numbers: estimated }).split('\n')
  assert.equal(
    lines.map((line) => line.split(' ')[0]),
    ['a/b', 'dense[1]', 'dense[0]', '(network)'],
  )
})

test('of C++ that a tool synthesized the cells and the latency are its own, else those of Verilog', () => {
  const cpp = { ...estimated, language: 'vitis' } as const
  const foreseen = rows(cpp)
  assert.ok(foreseen.some((line) => line.startsWith('For a/b they, the stages and the latency are those of the same')))
  const resources = { tool: 'vitis_hls', version: '2023.1', estimate: true }
  const synthesized = rows({
    ...cpp,
    resources,
    implementation: { ...implementation, stage: 'csynth', estimate: true },
  })
  assert.ok(
    synthesized.some((line) => line.startsWith('LUT, FF and DSP are estimates of vitis_hls 2023.1, in percent')),
  )
  assert.ok(synthesized.includes('For a/b the pipeline stages are those of the same operations as Verilog.'))
  assert.not.ok(synthesized.some((line) => line.includes('the latency are those')))
})

test('what is not proven says why', () => {
  for (const [unproven, said] of [
    [
      { reason: 'tool_missing', tool: 'ghdl' },
      'a/b: nothing is proven; ghdl, which reads the sources, is not installed',
    ],
    [
      { reason: 'high_level_synthesis', tool: null },
      'a/b: nothing is proven; tools for high-level synthesis make the circuit',
    ],
  ] as const) {
    const lines = rows({ ...estimated, proven: null, unproven })
    assert.ok(lines.includes(said))
    assert.ok(lines.some((line) => /^proven +nothing$/.test(line)))
  }
})
