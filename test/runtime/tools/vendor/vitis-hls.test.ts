import * as assert from 'uvu/assert'
import { vitisHls } from '../../../../runtime/tools/vendor/vitis-hls.js'
import type { Implementation } from '../../../../targets/implementation.js'
import { suite } from '../../../kit.js'
import { hasTclsh, runStandIn } from './rig.js'

const test = suite('runtime/tools/vendor/vitis-hls')
const maybe = (name: string, body: () => Promise<void>): void => {
  if (hasTclsh) test(name, body)
  else test.skip(name, 'tclsh is not installed')
}

const script = `open_project -reset net_prj
set_top net
add_files firmware/net.cpp -cflags "-std=c++14"
open_solution -reset "solution1"
set_part {xcvu13p-flga2577-2-e}
create_clock -period 5 -name default
csynth_design
exit
`
const implementation: Implementation = {
  top: 'net',
  files: [
    { path: 'firmware/net.cpp', text: 'void net() {}\n' },
    { path: 'build_prj.tcl', text: script },
  ],
  sources: ['firmware/net.cpp'],
  clock: { name: 'ap_clk', periodNs: 5 },
}

maybe('the script of a project runs, and csynth.xml is read', async () => {
  const { result } = await runStandIn({ tool: vitisHls, implementation })
  assert.ok(result.ok, result.ok ? '' : `${result.error.message}\n${result.error.notes.join('\n')}`)
  if (!result.ok) return
  assert.is(result.value.report.stage, 'csynth')
  assert.ok(result.value.report.estimate)
  assert.is(result.value.report.latency?.max_cycles, 232)
})

maybe('a failure is told by the line of the compiler', async () => {
  const { result } = await runStandIn({ tool: vitisHls, implementation }, 'fail')
  assert.match(
    !result.ok ? result.error.message : '',
    /^Vitis HLS failed at firmware\/net\.cpp:3: ERROR: \[HLS 207-3801\]/,
  )
})

maybe('a report that was not written is an error', async () => {
  const { result } = await runStandIn({ tool: vitisHls, implementation }, 'missing')
  assert.match(!result.ok ? result.error.message : '', 'has no file net_prj/solution1/syn/report/net_csynth.xml')
})

test('the program that Vitis has from 2024.2 on takes other words', () => {
  assert.equal(vitisHls.command('/opt/Xilinx/bin/vitis-run'), ['--mode', 'hls', '--tcl', 'build_prj.tcl'])
  assert.equal(vitisHls.command('vitis_hls'), ['-f', 'build_prj.tcl'])
})
