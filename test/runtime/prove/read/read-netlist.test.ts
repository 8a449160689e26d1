import * as assert from 'uvu/assert'
import { readNetlist } from '../../../../runtime/prove/read/read-netlist.js'
import { emitVerilog } from '../../../../targets/verilog/emit.js'
import { suite } from '../../../kit.js'
import { templates, vu13p } from '../../../targets/fixtures.js'
import { randomPipeline } from '../../../targets/random-pipeline.js'

const test = suite('runtime/prove/read')

test('a Yosys that takes too long is ended, and the setting that says so is named', async () => {
  const pipeline = randomPipeline(1, { inputs: 6, nodes: 80, stages: 3 })
  const design = emitVerilog(pipeline, { name: 'net', target: vu13p, templates })
  const read = await readNetlist(design, { timeoutSeconds: 0.001 })
  assert.not.ok(read.ok)
  if (read.ok) return
  assert.is(read.error.code, 'HGQ6103')
  assert.match(read.error.message, /Yosys took longer than 0.001 s while reading the emitted Verilog/)
  assert.match(read.error.notes.join(), /'toolTimeout' in hgq.config.ts/)
})
