import * as assert from 'uvu/assert'
import { quartus } from '../../../../runtime/tools/vendor/quartus.js'
import { suite } from '../../../kit.js'
import { hasTclsh, implementationFor, runStandIn } from './rig.js'

const test = suite('runtime/tools/vendor/quartus')
const maybe = (name: string, body: () => Promise<void>): void => {
  if (hasTclsh) test(name, body)
  else test.skip(name, 'tclsh is not installed')
}
const implementation = implementationFor({ vendor: 'altera', family: 'arria10', part: '10AX115N2F40E2LG' })

maybe('the script that goes with a design runs, and its reports are read', async () => {
  const { result, phases } = await runStandIn({ tool: quartus, implementation })
  assert.ok(result.ok, result.ok ? '' : `${result.error.message}\n${result.error.notes.join('\n')}`)
  if (!result.ok) return
  const { report, files } = result.value
  assert.equal(report.resources.lut, { unit: 'ALM', total: 2657, logic: null, memory: null })
  assert.is(report.timing?.period_ns, implementation.clock.periodNs)
  assert.equal(
    files.map(([name]) => name),
    ['quartus.log', 'net.fit.summary', 'net.sta.summary'],
  )
  assert.ok(phases.includes('Quartus: Synthesis'))
})

maybe('a failure is told by its first real error, with place and cure', async () => {
  const { result } = await runStandIn({ tool: quartus, implementation }, 'fail')
  assert.is(!result.ok && result.error.code, 'HGQ6113')
  if (result.ok) return
  assert.match(result.error.message, /^Quartus failed at src\/net\.v:12: Error \(12006\): Node instance "stage1"/)
  assert.ok(result.error.notes.includes('the file of that module is not among the sources'))
})

maybe('a report without registers or without timing is an error', async () => {
  for (const [name, complaint] of [
    ['Total dedicated logic registers', "no 'Total registers'"],
    ['Total DSP Blocks', "no 'Total DSP Blocks'"],
    ["Setup 'clk'", "no set-up of clock 'clk'"],
  ] as const) {
    const { result } = await runStandIn({ tool: quartus, implementation }, `without ${name}`)
    assert.is(!result.ok && result.error.code, 'HGQ6104', name)
    assert.match(!result.ok ? result.error.message : '', complaint)
  }
})
