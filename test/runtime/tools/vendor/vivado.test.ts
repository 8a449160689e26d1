import * as assert from 'uvu/assert'
import { vivado } from '../../../../runtime/tools/vendor/vivado.js'
import { suite } from '../../../kit.js'
import { hasTclsh, implementationFor, runStandIn } from './rig.js'

const test = suite('runtime/tools/vendor/vivado')
const maybe = (name: string, body: () => Promise<void>): void => {
  if (hasTclsh) test(name, body)
  else test.skip(name, 'tclsh is not installed')
}

maybe('the script that goes with a design runs, and its reports are read', async () => {
  const { result, phases } = await runStandIn({ tool: vivado, implementation: implementationFor() })
  assert.ok(result.ok, result.ok ? '' : `${result.error.message}\n${result.error.notes.join('\n')}`)
  if (!result.ok) return
  const { report, files } = result.value
  assert.is(report.stage, 'routed')
  assert.not.ok(report.estimate)
  assert.is(report.resources.lut.total, 10182)
  assert.is(report.timing?.slack_ns, -0.126)
  assert.equal(
    files.map(([name]) => name),
    ['vivado.log', 'utilization.rpt', 'timing.rpt', 'power.rpt', 'utilization_synthesized.rpt', 'drc.rpt'],
  )
  assert.match(new TextDecoder().decode(files[0]?.[1]), 'worst slack: -0.126 ns')
  assert.ok(phases.includes('Vivado: synth_design'))
})

maybe('a failure is told by its first real error, with its place', async () => {
  const { result, log } = await runStandIn({ tool: vivado, implementation: implementationFor() }, 'fail')
  assert.is(!result.ok && result.error.code, 'HGQ6113')
  if (result.ok) return
  const text = "ERROR: [Synth 8-439] module 'net_stage1' not found [src/net.v:12]"
  assert.is(result.error.message, `Vivado failed at src/net.v:12: ${text}`)
  assert.is(result.error.notes.at(-1), `the whole log is ${log}`)
})

maybe('a part that Vivado does not have comes with its cure', async () => {
  const { result } = await runStandIn({ tool: vivado, implementation: implementationFor({ part: 'nosuch' }) })
  assert.match(!result.ok ? result.error.message : '', 'Specified part nosuch could not be found')
  assert.ok(!result.ok && result.error.notes.some((note) => note.startsWith("check 'part' of the device")))
})

maybe('a section that is missing in a report is an error, not a zero', async () => {
  for (const [name, complaint] of [
    ['DSPs', /no count of 'DSPs'/],
    ['LUT as Logic', /no count of 'LUT as Logic'/],
    ['Block RAM Tile', /no count of 'Block RAM Tile'/],
    ['WNS(ns)', /no 'Design Timing Summary'/],
    ['Dynamic (W)', /no 'Dynamic \(W\)'/],
  ] as const) {
    const { result, log } = await runStandIn({ tool: vivado, implementation: implementationFor() }, `without ${name}`)
    assert.is(!result.ok && result.error.code, 'HGQ6104', name)
    assert.match(!result.ok ? result.error.message : '', complaint)
    assert.ok(!result.ok && result.error.notes.includes(`the log is ${log}`))
  }
})

maybe('a report that was not written is an error', async () => {
  const { result } = await runStandIn({ tool: vivado, implementation: implementationFor() }, 'missing')
  assert.match(!result.ok ? result.error.message : '', 'the report of Vivado has no file vivado/utilization.rpt')
})
