import fc from 'fast-check'
import * as assert from 'uvu/assert'
import { FixedGraphBuilder, plain } from '../../../compiler/fixed/builder.js'
import type { FixedGraph } from '../../../compiler/fixed/graph.js'
import { bitGroups } from '../../../compiler/schedule/bits.js'
import { delayModelOf, nodeDelays } from '../../../compiler/schedule/delays.js'
import { nodeLevels } from '../../../compiler/schedule/levels.js'
import { type Frame, placeWithFewestRegisters } from '../../../compiler/schedule/registers.js'
import {
  arrivals,
  placeEarly,
  registerBits,
  stageCount,
  type TimingGraph,
  TOLERANCE_NS,
  timingGraph,
} from '../../../compiler/schedule/timing.js'
import { TestRandom } from '../../fixtures/calibrated.js'
import { suite } from '../../kit.js'

const test = suite('compiler/schedule/registers')
const SEED = 77

/** A small graph of sums, casts and ReLUs with values that are read in several places. */
function smallGraph(seed: number, nodes: number): FixedGraph {
  const random = new TestRandom(seed)
  const builder = new FixedGraphBuilder()
  const types = Array.from({ length: 3 }, () => ({ k: 1, i: random.integer(1, 4), f: random.integer(0, 2) }) as const)
  const values = [...builder.input('x', [3], types)]
  for (let n = 0; n < nodes; n++) {
    const pick = (): number => random.pick(values)
    const term = () => ({ node: pick(), shift: random.integer(-2, 3), negate: false })
    const kind = random.integer(0, 5)
    if (kind === 0) values.push(builder.relu(pick()))
    else if (kind === 1) values.push(builder.cast(pick(), { k: 1, i: 2, f: 1 }))
    else values.push(builder.add(term(), term()))
  }
  builder.output('y', [2], values.slice(-2))
  return builder.finish()
}

/** The fewest bits of all placements, tried one by one. */
function fewestBits(graph: TimingGraph, frame: Frame): number {
  const stageOf = new Array<number>(graph.size).fill(0)
  let least = Number.POSITIVE_INFINITY
  const place = (id: number): void => {
    if (id === graph.size) {
      if (arrivals(graph, stageOf).every((arrival) => arrival <= frame.budget + TOLERANCE_NS))
        least = Math.min(least, registerBits(graph, stageOf, frame.outputsAt))
      return
    }
    const fixed = graph.isInput[id] === true || graph.isConstant[id] === true
    const own = (graph.delays[id] ?? 0) > 0 && frame.registersInputs ? 1 : 0
    const first = (graph.operands[id] ?? []).reduce((most, operand) => Math.max(most, stageOf[operand] ?? 0), own)
    for (let stage = fixed ? 0 : first; stage < (fixed ? 1 : frame.stages); stage++) {
      stageOf[id] = stage
      place(id + 1)
    }
  }
  place(0)
  return least
}

test(`no placement has fewer register bits (seed ${SEED})`, () => {
  let improved = 0
  const model = delayModelOf('virtexuplus')
  fc.assert(
    fc.property(fc.integer(), fc.boolean(), fc.boolean(), fc.boolean(), (seed, byLevels, ins, outs) => {
      const graph = smallGraph(seed, 6)
      const timing = timingGraph(graph, byLevels ? nodeLevels(graph) : nodeDelays(graph, model))
      const budget = byLevels ? 1 : 1.1
      const early = placeEarly(timing, budget, ins ? 1 : 0)
      const stages = Math.min(stageCount(early) + 1, 4)
      if (stages < stageCount(early)) return
      const frame = { budget, stages, outputsAt: outs ? stages : stages - 1, registersInputs: ins }
      const stageOf = placeWithFewestRegisters(timing, frame)
      const bits = registerBits(timing, stageOf, frame.outputsAt)
      assert.is(bits, fewestBits(timing, frame))
      assert.ok(arrivals(timing, stageOf).every((arrival) => arrival <= budget + TOLERANCE_NS))
      if (bits < registerBits(timing, early.stageOf, frame.outputsAt)) improved++
    }),
    { numRuns: 150, seed: SEED },
  )
  // Else the earliest placement would have done.
  assert.ok(improved > 20, String(improved))
})

test('wires are not registered twice, and bits that nothing reads not at all', () => {
  const builder = new FixedGraphBuilder()
  const type = { k: 0, i: 4, f: 0 } as const
  const [a = 0, b = 0] = builder.input('x', [2], [type, type])
  // The two low bits of the sum are those of a; the cast drops one of them.
  const sum = builder.add(plain(a), { node: b, shift: 2, negate: false })
  const dropped = builder.cast(sum, { k: 0, i: 7, f: -1 })
  builder.output('y', [2], [builder.add(plain(dropped), plain(b)), a])
  const groups = bitGroups(builder.finish())
  const of = (maker: number) => groups.filter((group) => group.maker === maker)
  assert.is(
    of(a).reduce((bits, group) => bits + group.width, 0),
    4,
  )
  assert.ok(of(a).every((group) => group.isOutput))
  assert.is(
    of(sum).reduce((bits, group) => bits + group.width, 0),
    5,
  )
  assert.is(of(dropped).length, 0)
})

test('ten thousand nodes are placed in some seconds', () => {
  const graph = smallGraph(5, 10_000)
  const timing = timingGraph(graph, nodeLevels(graph))
  const stages = stageCount(placeEarly(timing, 3))
  const start = performance.now()
  placeWithFewestRegisters(timing, { budget: 3, stages, outputsAt: stages, registersInputs: false })
  assert.ok(performance.now() - start < 20_000)
})
