import * as assert from 'uvu/assert'
import { checkDesign } from '../../../runtime/verify/check-design.js'
import { emitDesign } from '../../../targets/emit.js'
import { BACKENDS, type Backend } from '../../bench/networks/backends.js'
import { CalibratedBuilder } from '../../fixtures/calibrated.js'
import { optimizedGraph, pipelineOf } from '../../fixtures/pipeline.js'
import { suite } from '../../kit.js'
import { templates, vu13p } from '../../targets/fixtures.js'

// Asked before the suite is made, which runs as soon as this file has been read.
const missing = new Map<Backend, string | null>()
for (const backend of BACKENDS) missing.set(backend, await backend.missing())

const test = suite('runtime/verify/check-design')

for (const [backend, tool] of missing) {
  const title = `${backend.name}: a network whose weights are all pruned has outputs of no bits, which are 0`
  if (tool !== null) {
    test.skip(title, `${tool} is not installed`)
    continue
  }
  test(title, async () => {
    const build = new CalibratedBuilder()
    const type = { k: 1, i: 2, f: 0 } as const
    const x = build.input('x', { types: [type, type], rounding: 'nearest', overflow: 'saturate' })
    const w = build.parameter('w', [2, 2], [0, 0, 0, 0])
    const y = build.push({ kind: 'einsum', equation: 'i,io->o', operands: [x, w], side: 'data', shape: [2] })
    const graph = optimizedGraph(build.finish([{ name: 'y', operation: y }]))
    const pipeline = pipelineOf(graph, { clockPeriodNs: 5, family: 'virtexuplus', stages: 2 })
    const design = emitDesign(pipeline, backend.language, { name: 'net', target: vu13p, templates })
    const inputs = new Map([['x', Float64Array.of(0, 1, -4, 3)]])
    const vectors = (outputs: readonly number[]) => [
      { part: 'corner', rows: 2, inputs, outputs: new Map([['y', Float64Array.from(outputs)]]) },
    ]
    const checked = await checkDesign(graph, design, vectors([0, 0, 0, 0]), backend.name, { threads: 1 })
    assert.ok(checked.ok, checked.ok ? '' : checked.error.message)
    const differs = await checkDesign(graph, design, vectors([0, 0, 0, 1]), backend.name, { threads: 1 })
    assert.not.ok(differs.ok)
  })
}
