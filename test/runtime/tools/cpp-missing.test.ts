import * as assert from 'uvu/assert'
import { packageTemplates } from '../../../runtime/tools/templates.js'
import { simulate } from '../../../runtime/verify/simulate.js'
import { emitHls } from '../../../targets/hls/emit.js'
import { suite } from '../../kit.js'
import { vu13p } from '../../targets/fixtures.js'
import { randomPipeline } from '../../targets/random-pipeline.js'

// Before any tool is asked for; each file of tests is a process of its own.
process.env.PATH = ''

const test = suite('runtime/tools/cpp, without a compiler')

test('a design for high-level synthesis says what is missing and how to get it', async () => {
  const pipeline = randomPipeline(3, { inputs: 6, nodes: 20, stages: 1 })
  const design = emitHls(pipeline, 'oneapi', { name: 'net', target: vu13p, templates: packageTemplates })
  const result = await simulate({ design, inputs: [0n] }, 'oneapi')
  assert.ok(!result.ok)
  if (result.ok) return
  assert.is(result.error.code, 'HGQ6131')
  assert.match(result.error.message, /a C\+\+ compiler is needed .* g\+\+ and clang\+\+ are not on the PATH/)
  assert.match(result.error.notes.join('\n'), /apt-get install g\+\+/)
})
