import * as assert from 'uvu/assert'
import { vitisHls } from '../../../../runtime/tools/vendor/vitis-hls.js'
import { testVectors } from '../../../../runtime/verify/test-vectors.js'
import { emitHls } from '../../../../targets/hls/emit.js'
import { implementationOf } from '../../../../targets/implementation.js'
import { suite } from '../../../kit.js'
import { templates, vu13p } from '../../../targets/fixtures.js'
import { randomPipeline } from '../../../targets/random-pipeline.js'
import { hasTclsh, runStandIn } from './rig.js'

const test = suite('runtime/tools/vendor/vitis-hls')
const maybe = (name: string, body: () => Promise<void>): void => {
  if (hasTclsh) test(name, body)
  else test.skip(name, 'tclsh is not installed')
}

const pipeline = randomPipeline(3, { inputs: 6, nodes: 50, stages: 3 })
const vectors = testVectors(pipeline.graph, 1, 10)
const implementation = implementationOf(emitHls(pipeline, 'vitis', { name: 'net', target: vu13p, templates, vectors }))

test('the tool gets what synthesis reads, without the test bench and its vectors', () => {
  assert.equal(
    implementation.files.map(({ path }) => path),
    ['firmware/defines.h', 'firmware/shift.h', 'firmware/net.h', 'firmware/net.cpp', 'build_prj.tcl'],
  )
})

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
  assert.equal(vitisHls.command('/opt/Xilinx/bin/vitis-run'), ['--mode', 'hls', '--tcl', 'hgq_synthesize.tcl'])
  assert.equal(vitisHls.command('vitis_hls'), ['-f', 'hgq_synthesize.tcl'])
})

maybe('a licence that was got is not taken for one that is missing', async () => {
  const { result } = await runStandIn({ tool: vitisHls, implementation, licenceWaitSeconds: 600 }, 'fail')
  assert.is(!result.ok && result.error.code, 'HGQ6113')
})
