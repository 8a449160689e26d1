import fc from 'fast-check'
import * as assert from 'uvu/assert'
import { FixedGraphBuilder, plain } from '../../../../compiler/fixed/builder.js'
import type { FixedGraph, NodeId } from '../../../../compiler/fixed/graph.js'
import { encodeFixedGraph } from '../../../../compiler/fixed/serialize.js'
import { checkPass, optimize } from '../../../../compiler/optimize/optimize.js'
import { clean } from '../../../../compiler/optimize/passes/clean.js'
import { placed } from '../../../../compiler/optimize/regroup/placed.js'
import { regroupSums } from '../../../../compiler/optimize/regroup/regroup.js'
import { schedule } from '../../../../compiler/schedule/schedule.js'
import { emulate } from '../../../../runtime/emulate/emulate.js'
import { TestRandom } from '../../../fixtures/calibrated.js'
import { suite } from '../../../kit.js'
import { randomPipeline } from '../../../targets/random-pipeline.js'

const test = suite('compiler/optimize/regroup')
const SEED = 58

/** Layers of sums of few-bit values, rectified and cut between, as a network lowers to. */
function network(seed: number): FixedGraph {
  const random = new TestRandom(seed)
  const builder = new FixedGraphBuilder()
  let values: readonly NodeId[] = builder.input('x', [6], Array(6).fill({ k: 1, i: 3, f: 1 }))
  for (const units of [5, 4, 3]) {
    const sums = Array.from({ length: units }, () => {
      const products = values.map((value) => builder.multiplyConstant(value, BigInt(random.integer(-40, 40)), -2))
      return builder.sum([...products, builder.constant(BigInt(random.integer(-9, 9)), -3)].map(plain))
    })
    values =
      units === 3
        ? sums
        : sums.map((sum) => builder.cast(builder.relu(sum), { k: 0, i: random.integer(2, 5), f: random.integer(0, 2) }))
  }
  builder.output('y', [3], values)
  return builder.finish()
}

/** Optimized without regard to stages: there is something left to do. */
function optimized(seed: number): FixedGraph {
  return optimize(network(seed))
}

const levelsOfStage = fc.integer({ min: 1, max: 3 })

test(`sums in another order are the same function, proved and emulated (seed ${SEED})`, () => {
  fc.assert(
    fc.property(fc.integer(), levelsOfStage, (seed, levels) => {
      const before = optimized(seed)
      const after = regroupSums(before, { levels })
      checkPass('regroup sums', before, after)
      const random = new TestRandom(seed)
      const inputs = new Map([['x', Float64Array.from({ length: 60 }, () => random.integer(-16, 15) / 2)]])
      assert.equal(emulate(after, inputs, 10).get('y'), emulate(before, inputs, 10).get('y'))
    }),
    { numRuns: 15, seed: SEED },
  )
})

test(`adders and registers together are never more, nor registers, nor stages (seed ${SEED})`, () => {
  let saved = 0
  fc.assert(
    fc.property(fc.integer(), levelsOfStage, (seed, levels) => {
      const graph = optimized(seed)
      const [before, after] = [placed(graph, levels), placed(regroupSums(graph, { levels }), levels)]
      if (before === null || after === null) throw new Error('no adder has more than one level')
      assert.ok(after.price <= before.price)
      assert.ok(after.registers <= before.registers)
      assert.ok(after.stages <= before.stages)
      saved += before.price - after.price
    }),
    { numRuns: 15, seed: SEED },
  )
  assert.ok(saved > 0)
})

test(`graphs of every kind of node keep their function (seed ${SEED})`, () => {
  fc.assert(
    fc.property(fc.integer(), (seed) => {
      const { graph } = randomPipeline(seed, { inputs: 5, nodes: 60, stages: 1, widest: 32 })
      optimize(graph, { levels: 6, check: true })
    }),
    { numRuns: 10, seed: SEED },
  )
})

test('stages by a clock, and nodes of more levels than a stage has, leave the graph alone', () => {
  const graph = optimized(1)
  assert.is(regroupSums(graph, {}), graph)
  const builder = new FixedGraphBuilder()
  const [a, b, c] = builder.input('x', [3], Array(3).fill({ k: 1, i: 7, f: 0 })) as [NodeId, NodeId, NodeId]
  const sum = builder.add(plain(builder.add(plain(a), plain(b))), plain(builder.add(plain(b), plain(c))))
  builder.output('y', [1], [builder.multiply(sum, a)])
  const product = builder.finish()
  assert.is(regroupSums(product, { levels: 1 }), product)
})

test('past the bound on placed nodes the best graph so far is taken', () => {
  const graph = optimized(3)
  assert.is(regroupSums(graph, { levels: 1 }, 0), graph)
  const price = (of: FixedGraph): number => placed(of, 1)?.price ?? Number.NaN
  const prices = [0, 1, 2, 3, 4].map((rounds) => price(regroupSums(graph, { levels: 1 }, rounds * graph.nodes.length)))
  for (const [n, each] of prices.entries()) assert.ok(n === 0 || each <= (prices[n - 1] as number), prices.join(' '))
  assert.ok((prices[4] as number) < (prices[0] as number), prices.join(' '))
})

test('what comes late is added last, so that sums of what comes early wait instead', () => {
  const builder = new FixedGraphBuilder()
  const type = { k: 1, i: 7, f: 0 } as const
  const inputs = builder.input('x', [6], Array(6).fill(type))
  const [a, b, c, d, e, f] = inputs as [NodeId, NodeId, NodeId, NodeId, NodeId, NodeId]
  const add = (one: NodeId, other: NodeId): NodeId => builder.add(plain(one), plain(other))
  // A rectifier keeps the early sum from being taken apart; e and f wait for it one by one.
  const early = builder.relu(add(add(a, b), add(c, d)))
  builder.output('y', [1], [add(add(early, e), f)])
  const graph = clean(builder.finish())
  const bits = (of: FixedGraph): number => {
    const pipeline = schedule(of, { clockPeriodNs: 5, family: 'virtexuplus', levels: 1 })
    return pipeline.ok ? pipeline.value.registerBits : Number.NaN
  }
  const after = regroupSums(graph, { levels: 1 })
  assert.ok(bits(after) < bits(graph), `${bits(after)} of ${bits(graph)}`)
})

test('the same graph gives the same graph', () => {
  const graph = optimized(7)
  assert.is(encodeFixedGraph(regroupSums(graph, { levels: 1 })), encodeFixedGraph(regroupSums(graph, { levels: 1 })))
})

test('a graph that costs nothing is left as it is', () => {
  const builder = new FixedGraphBuilder()
  builder.output('y', [1], [builder.constant(3n)])
  const graph = builder.finish()
  assert.is(regroupSums(graph, { levels: 1 }), graph)
})
