import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import * as assert from 'uvu/assert'
import { withBench } from '../../../runtime/tools/bench.js'
import { emitVerilog } from '../../../targets/verilog/emit.js'
import { suite } from '../../kit.js'
import { templates, vu13p } from '../../targets/fixtures.js'
import { randomPipeline } from '../../targets/random-pipeline.js'

const test = suite('runtime/tools/bench')

test('a bench is written below a scratch folder that need not be there yet, and removed', async () => {
  const root = mkdtempSync(join(tmpdir(), 'hgq-test-'))
  try {
    const pipeline = randomPipeline(3, { inputs: 6, nodes: 14, stages: 2 })
    const design = emitVerilog(pipeline, { name: 'net', target: vu13p, templates })
    const scratch = join(root, 'not', 'there')
    let used = ''
    const result = await withBench(
      { design, inputs: [0n, 1n], scratch },
      'tool',
      { file: 'bench.v', text: '' },
      async (folder, names) => {
        used = folder
        assert.is(dirname(folder), scratch)
        assert.ok(names.every((name) => existsSync(join(folder, name))))
        writeFileSync(join(folder, 'outputs.hex'), '0\n1\n')
        return { ok: true, value: undefined }
      },
    )
    assert.equal(result, { ok: true, value: [0n, 1n] })
    assert.not.ok(existsSync(used))
  } finally {
    rmSync(root, { recursive: true })
  }
})
