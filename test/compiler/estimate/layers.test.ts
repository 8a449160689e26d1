import fc from 'fast-check'
import * as assert from 'uvu/assert'
import { nodeCosts } from '../../../compiler/estimate/cost.js'
import { apportion, layerCosts } from '../../../compiler/estimate/layers.js'
import { randomCalibrated } from '../../fixtures/calibrated.js'
import { optimizedGraph, pipelineOf } from '../../fixtures/pipeline.js'
import { suite } from '../../kit.js'

const test = suite('compiler/estimate/layers')
const SEED = 41

test(`costs and registers of the layers add up to those of the design (seed ${SEED})`, () => {
  fc.assert(
    fc.property(fc.integer(), fc.constantFrom(1.2, 2.5, 10), (seed, clockPeriodNs) => {
      const graph = optimizedGraph(randomCalibrated(seed, { inputs: 5, hidden: [5], outputs: 3 }))
      const pipeline = pipelineOf(graph, { clockPeriodNs, family: 'virtexuplus' })
      const layers = layerCosts(pipeline, true)
      const sum = (values: readonly number[]): number => values.reduce((all, value) => all + value, 0)
      assert.is(sum(layers.map((each) => each.cost)), sum(nodeCosts(pipeline.graph, true)))
      assert.is(sum(layers.map((each) => each.registerBits)), pipeline.registerBits)
      assert.is(new Set(layers.map((each) => each.layer)).size, layers.length)
    }),
    { numRuns: 30, seed: SEED },
  )
})

test(`parts are whole, add up, and are next to their exact share (seed ${SEED})`, () => {
  const weights = fc.array(fc.oneof(fc.constant(0), fc.double({ min: 0, max: 1e6, noNaN: true })), {
    minLength: 1,
    maxLength: 9,
  })
  fc.assert(
    fc.property(fc.nat(1e7), weights, (total, weight) => {
      const parts = apportion(total, weight)
      const sum = weight.reduce((all, each) => all + each, 0)
      assert.is(
        parts.reduce((all, part) => all + part, 0),
        total,
      )
      for (const [index, part] of parts.entries()) {
        assert.ok(Number.isInteger(part) && part >= 0)
        if (sum > 0) assert.ok(Math.abs(part - (total * (weight[index] ?? 0)) / sum) < 1 + 1e-6)
      }
    }),
    { numRuns: 500, seed: SEED },
  )
})

test('equal remainders go to the first, and nothing is divided among none', () => {
  assert.equal(apportion(2, [1, 1, 1]), [1, 1, 0])
  assert.equal(apportion(5, [0, 0]), [3, 2])
  assert.equal(apportion(0, [3, 1]), [0, 0])
  assert.equal(apportion(7, []), [])
})
