import * as assert from 'uvu/assert'
import { lower } from '../../../compiler/lower/lower.js'
import { optimize } from '../../../compiler/optimize/optimize.js'
import { specificationOf } from '../../../runtime/prove/claims.js'
import { layoutOf } from '../../../runtime/prove/layout.js'
import { coverageOf } from '../../../runtime/prove/proof.js'
import { prove } from '../../../runtime/prove/prove.js'
import { readNetlist } from '../../../runtime/prove/read/read-netlist.js'
import { emitVerilog } from '../../../targets/verilog/emit.js'
import { randomCalibrated } from '../../fixtures/calibrated.js'
import { pipelineOf } from '../../fixtures/pipeline.js'
import { suite } from '../../kit.js'
import { templates, vu13p } from '../../targets/fixtures.js'

const test = suite('runtime/prove/ternary')

for (const seed of [5, 8, 11]) {
  test(`three-input adders are proven as linear maps of their operands (network ${seed})`, async () => {
    const cut = { clockPeriodNs: 3, family: 'virtexuplus' }
    const lowered = lower(randomCalibrated(seed, { inputs: 6, hidden: [6], outputs: 3 }))
    if (!lowered.ok) throw new Error(lowered.error.message)
    const pipeline = pipelineOf(optimize(lowered.value, { ternary: cut }), cut)
    const sums = pipeline.graph.nodes.filter(({ kind }) => kind === 'sum').length
    assert.ok(sums > 0)
    const design = emitVerilog(pipeline, { name: 'net', target: vu13p, templates })
    const netlist = await readNetlist(design)
    if (!netlist.ok) throw new Error(netlist.error.message)
    const specification = specificationOf(pipeline)
    const proof = prove(specification, layoutOf(design.interface), netlist.value)
    if (!proof.ok) throw new Error(`${proof.error.code} ${proof.error.message}`)
    const { parts, proven } = coverageOf(proof.value)
    assert.is(proven, parts)
    assert.ok(proof.value.nodes.linear >= sums, `${proof.value.nodes.linear} of ${sums}`)
  })
}
