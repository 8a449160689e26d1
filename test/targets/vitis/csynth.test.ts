import * as assert from 'uvu/assert'
import { parse } from 'valibot'
import { reportSchema } from '../../../targets/report.js'
import { csynthReport } from '../../../targets/vitis/csynth.js'
import { parseXml } from '../../../targets/vitis/xml.js'
import { recordedReport, without } from '../../fixtures/reports.js'
import { suite } from '../../kit.js'

const test = suite('targets/vitis/csynth')

const xml = recordedReport('vitis_csynth.xml')

test('latency in cycles, resources with blocks of 36 kb, the estimated clock', () => {
  const result = csynthReport(xml)
  assert.ok(result.ok)
  if (!result.ok) return
  assert.equal(parse(reportSchema, result.value), {
    tool: { name: 'vitis_hls', version: '2023.1' },
    part: 'xcvu13p-flga2577-2-e',
    stage: 'csynth',
    estimate: true,
    resources: {
      lut: { unit: 'LUT6', total: 13_837, logic: null, memory: null },
      ff: 2209,
      dsp: 40,
      bram: { blocks: 1.5, kilobits: 36 },
      uram: 0,
      carry: null,
    },
    timing: { period_ns: 5, slack_ns: 0.702, hold_slack_ns: null, fmax_mhz: 232.666 },
    latency: { min_cycles: 232, max_cycles: 232, min_interval: 1, max_interval: 1 },
    power: null,
  })
})

test('the older name of the DSP is understood, and families without URAM', () => {
  const older = csynthReport(xml.replace('<DSP>40</DSP>', '<DSP48E>40</DSP48E>').replace('<URAM>0</URAM>', ''))
  assert.is(older.ok && older.value.resources.dsp, 40)
  assert.is(older.ok && older.value.resources.uram, null)
})

test('what is missing is named', () => {
  for (const words of [
    'ReportVersion',
    '<Part>',
    'TargetClockPeriod',
    'EstimatedClockPeriod',
    'Best-caseLatency',
    'Worst-caseLatency',
    'Interval-max',
    '<LUT>',
  ]) {
    const result = csynthReport(without(xml, words))
    assert.is(!result.ok && result.error.code, 'HGQ6104', words)
  }
})

test('a latency that the tool does not know is an error', () => {
  const result = csynthReport(xml.replace('<Worst-caseLatency>232', '<Worst-caseLatency>undef'))
  assert.match(!result.ok ? result.error.message : '', 'latency in cycles')
})

test('a file that was cut off is an error', () => {
  const result = csynthReport(xml.slice(0, -200))
  assert.match(!result.ok ? result.error.message : '', 'XML that is complete')
})

test('XML: elements, text, entities, empty elements, comments; tags that do not match are refused', () => {
  assert.equal(parseXml('<?xml version="1.0"?><!-- c --><a x="1"><b/>t &lt; &amp;<c>1</c></a>'), {
    name: 'a',
    text: 't < &',
    children: [
      { name: 'b', text: '', children: [] },
      { name: 'c', text: '1', children: [] },
    ],
  })
  for (const bad of ['', '<a>', '<a></b>', '<a/><b/>', '</a>']) assert.is(parseXml(bad), null, bad)
})
