import fc from 'fast-check'
import * as assert from 'uvu/assert'
import { FixedGraphBuilder, plain } from '../../../compiler/fixed/builder.js'
import { typeOfInterval } from '../../../compiler/fixed/interval.js'
import { widthOf } from '../../../compiler/fixed/type.js'
import { delayModelOf, nodeDelays } from '../../../compiler/schedule/delays.js'
import { fmaxEstimate } from '../../../compiler/schedule/fmax.js'
import { nodeLevels } from '../../../compiler/schedule/levels.js'
import { latencyCycles, type Pipeline } from '../../../compiler/schedule/pipeline.js'
import { schedule, timingWarning } from '../../../compiler/schedule/schedule.js'
import { arrivals, placeEarly, registerBits, timingGraph } from '../../../compiler/schedule/timing.js'
import { randomCalibrated } from '../../fixtures/calibrated.js'
import { crossings, stageNodes } from '../../fixtures/crossings.js'
import { checkPipeline, optimizedGraph, pipelineOf } from '../../fixtures/pipeline.js'
import { suite } from '../../kit.js'

const test = suite('compiler/schedule')
const SEED = 12
const FAMILY = 'virtexuplus'
const MODEL = delayModelOf(FAMILY)

function slowestStage({ graph, stageOf }: Pipeline): number {
  const timing = timingGraph(graph, nodeDelays(graph, MODEL))
  return Math.max(...arrivals(timing, stageOf)) + MODEL.registerNs
}

/** Bits of all values that cross boundaries, as if each were a value of its own. */
function crossingBits(pipeline: Pipeline): number {
  const width = (id: number): number => {
    const interval = pipeline.graph.nodes[id]?.interval
    return interval === undefined ? 0 : widthOf(typeOfInterval(interval))
  }
  return crossings(pipeline)
    .flat()
    .reduce((bits, id) => bits + width(id), 0)
}

test(`pipelines are causal, meet the clock and count their registers (seed ${SEED})`, () => {
  fc.assert(
    fc.property(fc.integer(), fc.constantFrom(1.2, 2, 3.3, 5, 20), (seed, clockPeriodNs) => {
      const graph = optimizedGraph(randomCalibrated(seed, { inputs: 5, hidden: [5], outputs: 3 }))
      const pipeline = pipelineOf(graph, { clockPeriodNs, family: FAMILY })
      checkPipeline(pipeline)
      assert.ok(slowestStage(pipeline) <= 0.9 * clockPeriodNs + 1e-6)
      assert.ok(Math.abs(slowestStage(pipeline) - pipeline.estimatedCriticalPathNs) < 1e-3)
      assert.ok(pipeline.registerBits <= crossingBits(pipeline))
      const timing = timingGraph(graph, nodeDelays(graph, MODEL))
      const budget = 0.9 * clockPeriodNs - MODEL.registerNs
      const early = placeEarly(timing, budget)
      // As few stages as can be, and never more registers than by the plain rule.
      assert.is(pipeline.stages, Math.max(...early.stageOf) + 1)
      assert.ok(pipeline.registerBits <= registerBits(timing, early.stageOf, pipeline.stages))
      assert.equal(pipelineOf(graph, { clockPeriodNs, family: FAMILY }), pipeline)
      const listed = stageNodes(pipeline).flat().length
      assert.is(listed, graph.nodes.filter((node) => node.kind !== 'input' && node.kind !== 'constant').length)
    }),
    { numRuns: 60, seed: SEED },
  )
})

test(`a number of stages that is asked for is kept, and balanced (seed ${SEED})`, () => {
  fc.assert(
    fc.property(fc.integer(), fc.integer({ min: 1, max: 12 }), (seed, stages) => {
      const graph = optimizedGraph(randomCalibrated(seed, { inputs: 4, hidden: [4], outputs: 2 }))
      const options = { clockPeriodNs: 2, family: FAMILY, stages }
      const pipeline = pipelineOf(graph, options)
      assert.is(pipeline.stages, stages)
      checkPipeline(pipeline)
      assert.ok(pipeline.registerBits <= crossingBits(pipeline))
      if (stages > 1) {
        const fewer = pipelineOf(graph, { ...options, stages: stages - 1 })
        assert.ok(pipeline.estimatedCriticalPathNs <= fewer.estimatedCriticalPathNs + 1e-3)
      }
      const warning = timingWarning(pipeline, options)
      const enough = schedule(graph, { clockPeriodNs: 2, family: FAMILY })
      assert.is(warning === null, enough.ok && enough.value.stages <= stages)
      if (warning !== null) assert.is(warning.code, 'HGQ5004')
    }),
    { numRuns: 60, seed: SEED },
  )
})

test('one operation slower than the clock is refused, unless stages were asked for', () => {
  const builder = new FixedGraphBuilder()
  const type = { k: 1, i: 51, f: 0 } as const
  const [a = 0, b = 0] = builder.input('x', [2], [type, type])
  builder.origin = 'dense[0]'
  builder.output('y', [1], [builder.add(plain(a), plain(b))])
  const graph = builder.finish()
  const result = schedule(graph, { clockPeriodNs: 1, family: FAMILY })
  assert.is(result.ok, false)
  if (result.ok) return
  assert.is(result.error.code, 'HGQ5003')
  assert.is(result.error.message, "the add of 53 bits in 'dense[0]' (node 2) does not fit into one stage of 1 ns")
  const needed = Number(/period of ([\d.]+) ns/.exec(result.error.notes[0] ?? '')?.[1])
  assert.ok(schedule(graph, { clockPeriodNs: needed + 0.01, family: FAMILY }).ok)
  assert.not(schedule(graph, { clockPeriodNs: needed - 0.02, family: FAMILY }).ok)
  const forced = pipelineOf(graph, { clockPeriodNs: 1, family: FAMILY, stages: 2 })
  assert.match(timingWarning(forced, { clockPeriodNs: 1, family: FAMILY })?.notes[0] ?? '', /no number of stages/)
})

test('a graph that is wires alone has one stage', () => {
  const builder = new FixedGraphBuilder()
  const [a = 0] = builder.input('x', [1], [{ k: 1, i: 3, f: 2 }])
  builder.output('y', [3], [a, builder.constant(3n), builder.constant(0n)])
  const pipeline = pipelineOf(builder.finish(), { clockPeriodNs: 5, family: FAMILY })
  assert.is(pipeline.stages, 1)
  assert.is(pipeline.registerBits, 6)
  checkPipeline(pipeline)
})

test('slower families need more stages', () => {
  const graph = optimizedGraph(randomCalibrated(1, { inputs: 12, hidden: [8], outputs: 4 }))
  const stages = (family: string): number => pipelineOf(graph, { clockPeriodNs: 4, family }).stages
  assert.ok(stages('artix7') > stages('virtexuplus'))
  assert.is(stages('of a device to come'), stages('artix7'))
})

test(`levels cut behind so many adders, whatever the clock (seed ${SEED})`, () => {
  fc.assert(
    fc.property(fc.integer(), fc.integer({ min: 1, max: 4 }), fc.boolean(), fc.boolean(), (seed, levels, ins, outs) => {
      const graph = optimizedGraph(randomCalibrated(seed, { inputs: 4, hidden: [4], outputs: 2 }))
      const registers = { inputs: ins, outputs: outs, layers: 1 }
      const pipeline = pipelineOf(graph, { clockPeriodNs: 2, family: FAMILY, levels, registers })
      checkPipeline(pipeline)
      const timing = timingGraph(graph, nodeLevels(graph))
      const deepest = Math.max(...arrivals(timing, pipeline.stageOf))
      assert.ok(deepest <= levels)
      const whole = Math.max(...placeEarly(timing, Number.POSITIVE_INFINITY).arrival)
      assert.is(pipeline.stages - (ins ? 1 : 0), Math.max(1, Math.ceil(whole / levels)))
      assert.is(latencyCycles(pipeline), pipeline.stages - (outs ? 0 : 1))
      if (ins) {
        const slow = graph.nodes.filter((_, id) => pipeline.stageOf[id] === 0 && (timing.delays[id] ?? 0) > 0)
        assert.is(slow.length, 0)
      }
    }),
    { numRuns: 40, seed: SEED },
  )
})

test('a latency bounds the stages: it is kept where the clock allows, else with a warning', () => {
  const graph = optimizedGraph(randomCalibrated(3, { inputs: 6, hidden: [6], outputs: 3 }))
  const free = pipelineOf(graph, { clockPeriodNs: 1.5, family: FAMILY })
  assert.ok(free.stages > 2)
  const exact = { clockPeriodNs: 1.5, family: FAMILY, latencyNs: 1.5 * free.stages }
  assert.equal(pipelineOf(graph, exact), free)
  const short = { clockPeriodNs: 1.5, family: FAMILY, latencyNs: 1.5 * free.stages - 0.1 }
  const pipeline = pipelineOf(graph, short)
  assert.is(pipeline.stages, free.stages - 1)
  const warning = timingWarning(pipeline, short)
  assert.is(warning?.code, 'HGQ5004')
  assert.match(warning?.notes.join() ?? '', `${free.stages} stages meet the clock, but not a latency of`)
  const none = schedule(graph, { clockPeriodNs: 1.5, family: FAMILY, latencyNs: 1 })
  assert.is(none.ok ? '' : none.error.code, 'HGQ5022')
  const levels = schedule(graph, { clockPeriodNs: 1.5, family: FAMILY, levels: 1, latencyNs: 3 })
  assert.is(levels.ok ? '' : levels.error.code, 'HGQ5023')
  const deep = pipelineOf(graph, { clockPeriodNs: 1.5, family: FAMILY, levels: 20 })
  assert.is(timingWarning(deep, { clockPeriodNs: 1.5, family: FAMILY, levels: 20 })?.code, 'HGQ5020')
})

test('a product has the levels of a tree of adders, and too few are refused', () => {
  const builder = new FixedGraphBuilder()
  const type = { k: 1, i: 7, f: 0 } as const
  const [a = 0, b = 0] = builder.input('x', [2], [type, type])
  builder.output('y', [1], [builder.multiply(a, b)])
  const graph = builder.finish()
  const result = schedule(graph, { clockPeriodNs: 5, family: FAMILY, levels: 1 })
  assert.is(result.ok ? '' : result.error.code, 'HGQ5021')
  assert.match(result.ok ? '' : (result.error.notes[0] ?? ''), 'levels = 3')
  assert.is(pipelineOf(graph, { clockPeriodNs: 5, family: FAMILY, levels: 3 }).stages, 1)
})

test('the delay model gives a frequency with a band around it', () => {
  const { mhz, low, high } = fmaxEstimate({ estimatedCriticalPathNs: 2 })
  assert.is(mhz, 500)
  assert.ok(low < mhz && mhz < high)
})
