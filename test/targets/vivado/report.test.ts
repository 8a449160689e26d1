import * as assert from 'uvu/assert'
import { parse } from 'valibot'
import { reportSchema } from '../../../targets/report.js'
import { vivadoPower } from '../../../targets/vivado/power.js'
import { vivadoReport } from '../../../targets/vivado/report.js'
import { vivadoTiming } from '../../../targets/vivado/timing.js'
import { vivadoHead, vivadoUtilization } from '../../../targets/vivado/utilization.js'
import { recordedReport, without } from '../../fixtures/reports.js'
import { suite } from '../../kit.js'

const test = suite('targets/vivado/report')

const ultrascale = recordedReport('vivado-utilization-ultrascale.rpt')
const series7 = recordedReport('vivado-utilization-7series.rpt')
const hierarchical = recordedReport('vivado-utilization-hierarchical.rpt')
const timing = recordedReport('vivado-timing.rpt')
const power = recordedReport('vivado-power.rpt')

test('the report of a routed design', () => {
  const result = vivadoReport({ utilization: ultrascale, timing, power }, 'clk')
  assert.ok(result.ok)
  if (!result.ok) return
  assert.equal(parse(reportSchema, result.value), {
    tool: { name: 'vivado', version: '2024.1' },
    part: 'xcvu13p-flga2577-2-e',
    stage: 'routed',
    estimate: false,
    resources: {
      lut: { unit: 'LUT6', total: 10_182, logic: 10_021, memory: 161 },
      ff: 10_480,
      dsp: 3,
      bram: { blocks: 2.5, kilobits: 36 },
      uram: 0,
      carry: 1320,
    },
    timing: { period_ns: 2.5, slack_ns: -0.126, hold_slack_ns: 0.022, fmax_mhz: 380.807 },
    latency: null,
    power: { total_w: 4.06, dynamic_w: 1.356, static_w: 2.704 },
  })
})

test('series 7 says Slice, has no URAM, and counts no carry cells', () => {
  const result = vivadoUtilization(series7)
  assert.ok(result.ok)
  if (!result.ok) return
  assert.equal(result.value, {
    lut: { unit: 'LUT6', total: 999, logic: 999, memory: 0 },
    ff: 512,
    dsp: 2,
    bram: { blocks: 0, kilobits: 36 },
    uram: null,
    carry: null,
  })
  const head = vivadoHead(series7)
  assert.equal(head.ok && head.value, { version: '2020.2.2', part: '7z020clg400-1', stage: 'synthesis' })
})

test('of a hierarchical report the row of the top module counts', () => {
  const result = vivadoUtilization(hierarchical)
  assert.ok(result.ok)
  if (!result.ok) return
  assert.equal(result.value.lut, { unit: 'LUT6', total: 1234, logic: 1200, memory: 34 })
  assert.equal(result.value.bram, { blocks: 2.5, kilobits: 36 })
  assert.is(result.value.dsp, 2)
  const head = vivadoHead(hierarchical)
  assert.is(head.ok && head.value.stage, 'placed')
})

test('each section that is missing is named', () => {
  for (const [text, words] of [
    [ultrascale, 'CLB LUTs '],
    [ultrascale, 'LUT as Logic'],
    [ultrascale, 'LUT as Memory'],
    [ultrascale, 'CLB Registers'],
    [ultrascale, 'Block RAM Tile  '],
    [ultrascale, 'DSPs'],
    [series7, 'Slice LUTs'],
    [series7, 'Slice Registers'],
  ] as const) {
    const result = vivadoUtilization(without(text, words))
    assert.is(!result.ok && result.error.code, 'HGQ6104', words)
    assert.match(!result.ok ? result.error.message : '', words.trim())
  }
  for (const words of ['Tool Version', 'Device', 'Design State']) {
    assert.match(failure(vivadoHead(without(ultrascale, words))), words)
  }
  for (const words of ['Total On-Chip', 'Dynamic', 'Device Static']) {
    assert.match(failure(vivadoPower(without(power, words))), words)
  }
  assert.match(failure(vivadoTiming(without(timing, '| Design Timing Summary'), 'clk')), 'Design Timing Summary')
  assert.match(failure(vivadoTiming(without(timing, 'WNS(ns)'), 'clk')), 'Design Timing Summary')
  assert.match(failure(vivadoTiming(timing, 'other')), "clock 'other'")
})

test('a count that is no number is an error', () => {
  assert.match(
    failure(vivadoUtilization(ultrascale.replace('| URAM              |    0', '| URAM              |  N/A'))),
    'URAM',
  )
})

test('a design without a timed path has no slack', () => {
  const none = timing.replace('     -0.126       -1.910  ', '         NA           NA  ')
  assert.match(failure(vivadoTiming(none, 'clk')), "timed path: its worst slack is 'NA'")
})

function failure(result: { readonly ok: boolean; readonly error?: { readonly message: string } }): string {
  assert.not.ok(result.ok)
  return result.error?.message ?? ''
}
