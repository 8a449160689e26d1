import fc from 'fast-check'
import * as assert from 'uvu/assert'
import { parse } from 'valibot'
import { lower } from '../../../compiler/lower/lower.js'
import { optimize } from '../../../compiler/optimize/optimize.js'
import { countsOf, estimatesOf } from '../../../runtime/report/estimates.js'
import { estimatesSchema } from '../../../runtime/report/schema.js'
import { yosysFlow } from '../../../targets/families.js'
import type { Report } from '../../../targets/report.js'
import { yosysReport } from '../../../targets/yosys/statistics.js'
import { randomCalibrated } from '../../fixtures/calibrated.js'
import { optimizedGraph, pipelineOf } from '../../fixtures/pipeline.js'
import { suite } from '../../kit.js'

const test = suite('runtime/report/estimates')
const SEED = 7

function yosys(cells: Readonly<Record<string, number>>): Report {
  const flow = yosysFlow('virtexuplus')
  if (flow === null) throw new Error('Yosys knows UltraScale+')
  return yosysReport(cells, flow, '0.55')
}

const pipeline = pipelineOf(optimizedGraph(randomCalibrated(3, { inputs: 5, hidden: [6, 5], outputs: 3 })), {
  clockPeriodNs: 2.5,
  family: 'virtexuplus',
})

test(`each column of the layers adds up to the whole (seed ${SEED})`, () => {
  fc.assert(
    fc.property(fc.nat(1e6), fc.nat(1e6), (lut, ff) => {
      const report = yosys({ LUT6: lut, FDRE: ff })
      const found = parse(estimatesSchema, estimatesOf(pipeline, 'virtexuplus', report, countsOf(report)))
      const sum = (value: (layer: (typeof found.layers)[number]) => number): number =>
        found.layers.reduce((all, layer) => all + value(layer), 0)
      assert.is(
        sum((each) => each.lut),
        lut,
      )
      assert.is(
        sum((each) => each.ff),
        ff,
      )
      for (const end of ['low', 'central', 'high'] as const) {
        assert.is(
          sum((each) => each.lut_range?.[end] ?? -1),
          found.synthesis?.lut_range?.[end],
        )
        assert.is(
          sum((each) => each.ff_range?.[end] ?? -1),
          found.synthesis?.ff_range?.[end],
        )
      }
      assert.is(
        sum((each) => each.register_bits),
        found.adder_graph.register_bits,
      )
    }),
    { numRuns: 100, seed: SEED },
  )
})

test('the ranges are those of the calibration, and the tool is named', () => {
  const report = yosys({ LUT6: 10_000, FDRE: 1000, SRL16E: 50 })
  const found = estimatesOf(pipeline, 'virtexuplus', report, countsOf(report))
  assert.is(found.vendor_tool, 'Vivado')
  assert.is(found.synthesis?.lut, 10_000)
  assert.is(found.synthesis?.lut_memory, 50)
  assert.equal(found.synthesis?.lut_range, { low: 8648, central: 9400, high: 10_152 })
  assert.equal(found.synthesis?.ff_range, { low: 864, central: 910, high: 956 })
  assert.ok((found.adder_graph.lut_range?.low ?? 0) > 0)
})

test('three-input adders are counted with what they save, and the counts of Yosys then say nothing of Vivado', () => {
  const own = { clockPeriodNs: 10, family: 'virtexuplus' }
  const lowered = lower(randomCalibrated(3, { inputs: 5, hidden: [6, 5], outputs: 3 }))
  if (!lowered.ok) throw new Error(lowered.error.message)
  const fused = pipelineOf(optimize(lowered.value, { ternary: own }), own)
  const report = yosys({ LUT6: 100, FDRE: 10 })
  const { adder_graph, synthesis, layers } = estimatesOf(fused, 'virtexuplus', report, countsOf(report))
  assert.is(adder_graph.ternary_adders, fused.graph.nodes.filter(({ kind }) => kind === 'sum').length)
  assert.ok(adder_graph.ternary_adders > 0 && adder_graph.cost < adder_graph.two_input_cost)
  assert.ok(adder_graph.lut_range !== null && synthesis?.lut === 100)
  assert.is(synthesis?.lut_range, null)
  assert.ok(layers.every((layer) => layer.lut_range === null))
  const elsewhere = estimatesOf(fused, 'agilex7', report, countsOf(report)).adder_graph
  assert.is(elsewhere.cost, elsewhere.two_input_cost)
  const without = estimatesOf(pipeline, 'virtexuplus', report, countsOf(report)).adder_graph
  assert.equal([without.ternary_adders, without.two_input_cost], [0, without.cost])
})

test('a family that was compared with nothing has counts and no ranges', () => {
  const report = yosys({ LUT6: 100, FDRE: 10 })
  const found = estimatesOf(pipeline, 'zynq', report, countsOf(report))
  assert.is(found.vendor_tool, null)
  assert.is(found.adder_graph.lut_range, null)
  assert.is(found.synthesis?.lut_range, null)
  assert.ok(found.layers.every((layer) => layer.lut_range === null && layer.ff_range === null))
})

test('what stands in for a family that has no delays or cells of its own is named', () => {
  const report = yosys({ LUT6: 100, FDRE: 10 })
  const basis = (family: string): readonly (string | null | undefined)[] => {
    const found = parse(estimatesSchema, estimatesOf(pipeline, family, report, countsOf(report)))
    return [found.family, found.borrowed_delays, found.synthesis?.borrowed_cells]
  }
  assert.equal(basis('virtexuplus'), ['virtexuplus', null, null])
  assert.equal(basis('arria10'), ['arria10', null, 'Altera Cyclone V'])
  assert.equal(basis('stratix10'), ['stratix10', 'Altera Agilex', 'Altera Cyclone V'])
  assert.equal(basis('ecp5'), ['ecp5', 'AMD 7 series', null])
  // Families that this program has never heard of.
  assert.equal(basis('cyclone10lp'), ['cyclone10lp', 'AMD 7 series', null])
})

test('without an estimate the layers share what the vendor measured', () => {
  const found = estimatesOf(pipeline, 'versalaicore', null, { lut: 500, ff: 300, dsp: 0, bram: 0 })
  assert.is(found.synthesis, null)
  assert.is(
    found.layers.reduce((all, layer) => all + layer.lut, 0),
    500,
  )
})
