import fc from 'fast-check'
import * as assert from 'uvu/assert'
import { FixedGraphBuilder, plain } from '../../../compiler/fixed/builder.js'
import { typeOfInterval } from '../../../compiler/fixed/interval.js'
import { widthOf } from '../../../compiler/fixed/type.js'
import { delayModelOf, nodeDelays } from '../../../compiler/schedule/delays.js'
import type { Pipeline } from '../../../compiler/schedule/pipeline.js'
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

function registeredBits(pipeline: Pipeline): number {
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
      assert.is(registeredBits(pipeline), pipeline.registerBits)
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
      assert.is(registeredBits(pipeline), pipeline.registerBits)
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
