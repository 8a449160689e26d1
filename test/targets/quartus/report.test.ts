import * as assert from 'uvu/assert'
import { parse } from 'valibot'
import { quartusReport } from '../../../targets/quartus/report.js'
import { reportSchema } from '../../../targets/report.js'
import { recordedReport, without } from '../../fixtures/reports.js'
import { suite } from '../../kit.js'

const test = suite('targets/quartus/report')

const fit = recordedReport('quartus.fit.summary')
const timing = recordedReport('quartus.sta.summary')
const clock = { name: 'clk', periodNs: 4 }

test('the report of a fitted design: the worst corner decides', () => {
  const result = quartusReport({ fit, timing }, clock)
  assert.ok(result.ok)
  if (!result.ok) return
  assert.equal(parse(reportSchema, result.value), {
    tool: { name: 'quartus', version: '23.1.0' },
    part: '10AX115N2F40E2LG',
    stage: 'routed',
    estimate: false,
    resources: {
      lut: { unit: 'ALM', total: 2657, logic: null, memory: null },
      ff: 4260,
      dsp: 40,
      bram: { blocks: 0, kilobits: 20 },
      uram: null,
      carry: null,
    },
    timing: { period_ns: 4, slack_ns: -0.414, hold_slack_ns: 0.021, fmax_mhz: 226.552 },
    latency: null,
    power: null,
  })
})

test('the Standard edition and the smaller families', () => {
  const standard = fit
    .replace('Total dedicated logic registers', 'Total registers')
    .replace('Family : Arria 10', 'Family : Cyclone V')
    .replace('23.1.0 Build 115 03/30/2023 SC Pro', '23.1std.0 Build 991 11/28/2023 SC Lite')
  const result = quartusReport({ fit: standard, timing }, clock)
  assert.ok(result.ok)
  if (!result.ok) return
  assert.is(result.value.tool.version, '23.1std.0')
  assert.equal(result.value.resources.bram, { blocks: 0, kilobits: 10 })
  assert.is(result.value.resources.ff, 4260)
})

test('what is missing is named', () => {
  for (const words of [
    'Fitter Status',
    'Quartus Prime Version',
    'Device',
    'Logic utilization',
    'logic registers',
    'Total DSP Blocks',
    'Total RAM Blocks',
    'Family',
  ]) {
    const result = quartusReport({ fit: without(fit, words), timing }, clock)
    assert.is(!result.ok && result.error.code, 'HGQ6104', words)
  }
  const noSetup = quartusReport({ fit, timing: without(timing, 'Setup') }, clock)
  assert.match(!noSetup.ok ? noSetup.error.message : '', 'set-up')
  const otherClock = quartusReport({ fit, timing }, { name: 'other', periodNs: 4 })
  assert.match(!otherClock.ok ? otherClock.error.message : '', "clock 'other'")
})

test('a fit that did not succeed has no numbers, even where it printed some', () => {
  const failed = quartusReport({ fit: fit.replace('Successful', 'Failed'), timing }, clock)
  assert.match(!failed.ok ? failed.error.message : '', "successful fit: its status is 'Failed")
})
