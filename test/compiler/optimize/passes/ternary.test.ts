import fc from 'fast-check'
import * as assert from 'uvu/assert'
import { nodeCosts } from '../../../../compiler/estimate/cost.js'
import { FixedGraphBuilder, plain } from '../../../../compiler/fixed/builder.js'
import type { FixedGraph, NodeId } from '../../../../compiler/fixed/graph.js'
import { encodeFixedGraph } from '../../../../compiler/fixed/serialize.js'
import type { FixedType } from '../../../../compiler/fixed/type.js'
import { expandSums } from '../../../../compiler/optimize/expand.js'
import { checkPass } from '../../../../compiler/optimize/optimize.js'
import { clean } from '../../../../compiler/optimize/passes/clean.js'
import { fuseAdders } from '../../../../compiler/optimize/passes/ternary.js'
import { type ScheduleOptions, schedule, timingWarning } from '../../../../compiler/schedule/schedule.js'
import { CalibratedBuilder, randomCalibrated, TestRandom } from '../../../fixtures/calibrated.js'
import { optimizedGraph, pipelineOf } from '../../../fixtures/pipeline.js'
import { suite } from '../../../kit.js'
import { randomPipeline } from '../../../targets/random-pipeline.js'

const test = suite('compiler/optimize/passes/ternary')
const SEED = 67

/** No clock that a sum of three does not keep. */
const SLOW: ScheduleOptions = { clockPeriodNs: 1000, family: 'virtexuplus' }

const cost = (graph: FixedGraph): number => nodeCosts(graph, true).reduce((sum, each) => sum + each, 0)

function sums(graph: FixedGraph): number {
  return graph.nodes.filter(({ kind }) => kind === 'sum').length
}

/** A network of few terms in each sum, or a dense layer of many. */
function network(seed: number): FixedGraph {
  if (seed % 2 === 0) return optimizedGraph(randomCalibrated(seed, { inputs: 4, hidden: [4], outputs: 3 }))
  const random = new TestRandom(seed)
  const build = new CalibratedBuilder()
  const types = Array.from({ length: 9 }, () => random.type())
  const x = build.input('x', { types, rounding: 'nearest', overflow: 'saturate' })
  const w = build.parameter(
    'w',
    [9, 4],
    Array.from({ length: 36 }, () => random.integer(-9, 9) / 4),
  )
  const y = build.push({ kind: 'einsum', equation: 'i,io->o', operands: [x, w], side: 'data', shape: [4] })
  return optimizedGraph(build.finish([{ name: 'y', operation: y }]))
}

const options: fc.Arbitrary<ScheduleOptions> = fc.record({
  clockPeriodNs: fc.constantFrom(1.2, 1.6, 2, 2.5, 5, 20),
  family: fc.constantFrom('virtexuplus', 'artix7', 'arria10', 'agilex7'),
  margin: fc.constantFrom(0, 0.1),
})

const cuts: fc.Arbitrary<Partial<ScheduleOptions>> = fc.oneof(
  fc.constant({}),
  fc.record({ stages: fc.integer({ min: 1, max: 4 }) }),
  fc.record({ latencyNs: fc.integer({ min: 5, max: 20 }) }),
  fc.record({ levels: fc.integer({ min: 1, max: 4 }) }),
)

test(`fused adders keep the function, are proved to, and never cost more (seed ${SEED})`, () => {
  let fused = 0
  fc.assert(
    fc.property(fc.integer(), options, cuts, (seed, clock, cut) => {
      const graph = network(seed)
      const made = fuseAdders(graph, { ...clock, ...cut })
      const { proved, outputs } = checkPass('fuse adders', graph, made)
      assert.is(proved, outputs)
      for (const node of made.nodes) {
        if (node.kind !== 'sum') continue
        assert.is(node.terms.length, 3)
        assert.ok(node.terms.filter(({ negate }) => negate).length < 3)
      }
      if (sums(made) > 0) assert.ok(cost(made) < cost(graph), `${cost(made)} of ${cost(graph)}`)
      else assert.is(cost(made), cost(graph))
      fused += sums(made)
    }),
    { numRuns: 50, seed: SEED },
  )
  assert.ok(fused > 100, String(fused))
})

test(`nor are they slower than clock, stages and latency allow (seed ${SEED})`, () => {
  let [fused, givenUp] = [0, 0]
  fc.assert(
    fc.property(fc.integer(), options, cuts, (seed, clock, cut) => {
      const graph = network(seed)
      const own = { ...clock, ...cut }
      const made = fuseAdders(graph, own)
      const [before, after] = [schedule(graph, own), schedule(made, own)]
      if (!before.ok) {
        // What cannot be cut stays as it is.
        assert.is(made, graph)
        return
      }
      assert.ok(after.ok)
      if (!after.ok) return
      assert.ok(after.value.stages <= before.value.stages, `${after.value.stages} of ${before.value.stages} stages`)
      if (timingWarning(before.value, own) === null) assert.is(timingWarning(after.value, own), null)
      else if (cut.levels === undefined)
        assert.ok(after.value.estimatedCriticalPathNs <= before.value.estimatedCriticalPathNs + 1e-3)
      fused += sums(made)
      givenUp += sums(fuseAdders(graph, SLOW)) - sums(made)
    }),
    { numRuns: 100, seed: SEED },
  )
  assert.ok(fused > 100 && givenUp > 10, `${fused} fused, ${givenUp} given up`)
})

test(`adders of any graph, with shifts, signs and grids of any kind, are fused soundly (seed ${SEED})`, () => {
  let fused = 0
  fc.assert(
    fc.property(fc.integer(), (seed) => {
      const { graph } = randomPipeline(seed, { inputs: 5, nodes: 60, stages: 1, widest: 32 })
      const made = fuseAdders(expandSums(clean(graph)), SLOW)
      checkPass('fuse adders', graph, made)
      assert.is(encodeFixedGraph(fuseAdders(made, SLOW)), encodeFixedGraph(made), 'nothing is left to fuse')
      fused += sums(made)
    }),
    { numRuns: 40, seed: SEED },
  )
  assert.ok(fused > 20, String(fused))
})

/** x0, x1 … of one type, and what is made of them. */
function graphOf(types: readonly FixedType[], make: (builder: FixedGraphBuilder, x: readonly NodeId[]) => NodeId[]) {
  const builder = new FixedGraphBuilder()
  const nodes = make(builder, builder.input('x', [types.length], types))
  builder.output('y', [nodes.length], nodes)
  return builder.finish()
}

const BYTE: FixedType = { k: 1, i: 7, f: 0 }
const at = (x: readonly NodeId[], n: number): NodeId => x[n] ?? Number.NaN

test('a sum of three in a row is one adder of a bit more, whatever is subtracted', () => {
  const graph = graphOf([BYTE, BYTE, BYTE], (builder, x) => {
    const difference = builder.add(plain(at(x, 0)), { node: at(x, 1), shift: 0, negate: true })
    return [builder.add({ node: difference, shift: 1, negate: true }, plain(at(x, 2)))]
  })
  const made = fuseAdders(graph, SLOW)
  const [sum] = made.nodes.filter(({ kind }) => kind === 'sum')
  assert.equal(sum?.kind === 'sum' && sum.terms, [
    { node: 1, shift: 1, negate: false },
    { node: 2, shift: 0, negate: false },
    { node: 0, shift: 1, negate: true },
  ])
  assert.ok(cost(made) < cost(graph))
})

test('an adder that several read stays, and so does one that an output shows', () => {
  const twice = graphOf([BYTE, BYTE, BYTE, BYTE], (builder, x) => {
    const shared = builder.add(plain(at(x, 0)), plain(at(x, 1)))
    return [2, 3].map((n) => builder.add(plain(shared), plain(at(x, n))))
  })
  assert.is(fuseAdders(twice, SLOW), twice)
  const shown = graphOf([BYTE, BYTE, BYTE], (builder, x) => {
    const inner = builder.add(plain(at(x, 0)), plain(at(x, 1)))
    return [inner, builder.add(plain(inner), plain(at(x, 2)))]
  })
  assert.is(fuseAdders(shown, SLOW), shown)
})

test('of two adders to fuse with, of which one saves as much as the other, the later one is taken', () => {
  const graph = graphOf(Array(5).fill(BYTE), (builder, x) => {
    const early = builder.add(plain(at(x, 0)), plain(at(x, 1)))
    // Behind a ReLU, so that nothing else can be fused there.
    const relu = builder.relu(builder.add(plain(at(x, 2)), plain(at(x, 3))))
    const late = builder.add(plain(builder.cast(relu, { k: 0, i: 7, f: 0 })), plain(at(x, 4)))
    return [builder.add(plain(early), plain(late))]
  })
  const made = fuseAdders(graph, SLOW)
  assert.is(sums(made), 1)
  const cut = { clockPeriodNs: 1000, family: 'arria10', stages: 1 }
  assert.ok(pipelineOf(made, cut).estimatedCriticalPathNs < pipelineOf(graph, cut).estimatedCriticalPathNs)
})
