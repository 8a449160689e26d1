import fc from 'fast-check'
import * as assert from 'uvu/assert'
import { decodeFixedGraph, encodeFixedGraph } from '../../../compiler/fixed/serialize.js'
import { lower } from '../../../compiler/lower/lower.js'
import { optimize } from '../../../compiler/optimize/optimize.js'
import { schedule } from '../../../compiler/schedule/schedule.js'
import { decodePipeline, encodePipeline } from '../../../compiler/schedule/serialize.js'
import { randomCalibrated } from '../../fixtures/calibrated.js'
import { suite } from '../../kit.js'

const test = suite('compiler/fixed/serialize')
const SEED = 5

test(`graphs and pipelines come back equal, and give the same text again (seed ${SEED})`, () => {
  fc.assert(
    fc.property(fc.integer(), (seed) => {
      const lowered = lower(randomCalibrated(seed, { inputs: 4, hidden: [4], outputs: 2 }))
      if (!lowered.ok) throw new Error(lowered.error.message)
      const optimized = optimize(lowered.value)
      for (const graph of [lowered.value, optimized]) {
        const text = encodeFixedGraph(graph)
        assert.equal(decodeFixedGraph(text), graph)
        assert.is(encodeFixedGraph(decodeFixedGraph(text)), text)
      }
      const pipeline = schedule(optimized, { clockPeriodNs: 3, family: 'virtexuplus' })
      if (!pipeline.ok) throw new Error(pipeline.error.message)
      assert.equal(decodePipeline(encodePipeline(pipeline.value)), pipeline.value)
    }),
    { numRuns: 30, seed: SEED },
  )
})

test('integers of any size are kept', () => {
  const low = -(1n << 200n)
  const graph = {
    nodes: [{ kind: 'constant', interval: { low, high: low, fraction: 201 }, origin: 'a "b"' } as const],
    inputs: [],
    outputs: [{ name: 'y', shape: [], nodes: [0] }],
  }
  assert.equal(decodeFixedGraph(encodeFixedGraph(graph)), graph)
})

test('another text is refused', () => {
  assert.throws(() => decodeFixedGraph('{"format":"other"}'), /is no "hgq fixed graph 1"/)
  assert.throws(() => decodeFixedGraph('{}'), /graph has no "format"/)
})
