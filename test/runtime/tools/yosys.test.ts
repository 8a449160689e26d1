import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { FixedGraphBuilder } from '../../../compiler/fixed/builder.js'
import { schedule } from '../../../compiler/schedule/schedule.js'
import { toolVersion } from '../../../runtime/tools/discover.js'
import { synthesizeWithYosys } from '../../../runtime/tools/yosys.js'
import { emitVerilog } from '../../../targets/verilog/emit.js'
import { suite } from '../../kit.js'
import { templates, vu13p } from '../../targets/fixtures.js'
import { randomPipeline } from '../../targets/random-pipeline.js'
import { withFolder } from '../temporary.js'

// Asked before the suite is made, which runs as soon as this file has been read.
const system = await toolVersion('yosys')

const test = suite('runtime/tools/yosys')

function design(seed: number) {
  const pipeline = randomPipeline(seed, { inputs: 6, nodes: 14, stages: 2 })
  return emitVerilog(pipeline, { name: 'net', target: vu13p, templates })
}

test('counts LUTs, registers and depth, says that it estimates, and says it again', async () => {
  const result = await synthesizeWithYosys(design(3), 'virtexuplus')
  assert.ok(result.ok, result.ok ? '' : result.error.message)
  if (!result.ok) return
  const { value } = result
  const { report } = value
  assert.ok(report.estimate)
  assert.is(report.tool.name, 'yosys')
  assert.match(report.tool.version, /^\d+\.\d+/)
  const luts = [2, 3, 4, 5, 6].reduce((sum, size) => sum + (value.cells[`LUT${size}`] ?? 0), 0)
  assert.is(report.resources.lut.logic, luts)
  assert.ok(luts > 0)
  assert.ok(report.resources.ff > 0)
  assert.is(report.resources.dsp, 0)
  assert.ok(value.depth > 0)
  assert.equal(await synthesizeWithYosys(design(3), 'virtexuplus'), result)
})

const installed = 'a Yosys of the system estimates where it is asked to'
if (system === null) test.skip(installed, 'Yosys is not installed')
else {
  test(installed, () =>
    withFolder(async (folder) => {
      const options = { program: 'yosys', version: system, scratch: join(folder, 'scratch') }
      const result = await synthesizeWithYosys(design(3), 'ecp5', { system: options, timeoutSeconds: 120 })
      assert.ok(result.ok, result.ok ? '' : result.error.message)
      if (!result.ok) return
      assert.is(result.value.report.tool.version, system)
      assert.is(result.value.report.resources.lut.unit, 'LUT4')
      assert.ok(result.value.report.resources.lut.total > 0 && result.value.depth > 0)
      assert.equal(readdirSync(join(folder, 'scratch')), [])
    }),
  )
}

test('a family without a flow is a diagnostic', async () => {
  const result = await synthesizeWithYosys(design(3), 'polarfire')
  assert.not.ok(result.ok)
  if (!result.ok) assert.is(result.error.code, 'HGQ6002')
})

test('a design of which nothing is left is a diagnostic, not a design of no resources', async () => {
  const builder = new FixedGraphBuilder()
  builder.input('x', [1], [{ k: 1, i: 3, f: 2 }])
  builder.output('y', [2], [builder.constant(0n), builder.constant(0n)])
  const pipeline = schedule(builder.finish(), { clockPeriodNs: 5, family: 'virtexuplus' })
  if (!pipeline.ok) throw new Error(pipeline.error.message)
  const empty = emitVerilog(pipeline.value, { name: 'net', target: vu13p, templates })
  const result = await synthesizeWithYosys(empty, 'virtexuplus')
  assert.is(!result.ok && result.error.code, 'HGQ5005')
  assert.is(!result.ok && result.error.message, "nothing is left of 'net': its outputs are always 0")
})

test('a design that Yosys cannot read is a diagnostic', async () => {
  const broken = design(3)
  const files = broken.files.map((file) =>
    file.path === 'src/net.v' ? { ...file, text: file.text.replace('module', 'modul') } : file,
  )
  const result = await synthesizeWithYosys({ ...broken, files }, 'virtexuplus')
  assert.not.ok(result.ok)
  if (!result.ok) assert.is(result.error.code, 'HGQ6102')
})

test('a run that takes too long is ended, and those behind it are not', async () => {
  const large = randomPipeline(5, { inputs: 20, nodes: 600, stages: 2 })
  const circuit = emitVerilog(large, { name: 'net', target: vu13p, templates })
  const [late, good] = await Promise.all([
    synthesizeWithYosys(circuit, 'virtexuplus', { timeoutSeconds: 0.2 }),
    synthesizeWithYosys(design(3), 'virtexuplus', { timeoutSeconds: 120 }),
  ])
  assert.is(!late.ok && late.error.code, 'HGQ6103')
  assert.ok(good.ok, good.ok ? '' : good.error.message)
})
