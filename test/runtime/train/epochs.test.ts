import fc from 'fast-check'
import * as assert from 'uvu/assert'
import { epochOrder, rowsOfStep, stepsPerEpoch } from '../../../runtime/train/epochs.js'
import { suite } from '../../kit.js'

const test = suite('rows of epochs and steps')

test('the steps of an epoch take every row once, in batches as equal as can be', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 5000 }), fc.integer({ min: 1, max: 6000 }), (rows, batch) => {
      const steps = stepsPerEpoch(rows, batch)
      let end = 0
      const sizes: number[] = []
      for (let index = 0; index < steps; index++) {
        const step = rowsOfStep(index, steps, rows)
        assert.is(step.first, end)
        end += step.rows
        sizes.push(step.rows)
      }
      assert.is(end, rows)
      const [least, most] = [Math.min(...sizes), Math.max(...sizes)]
      assert.ok(least > 0 && most - least <= 1)
      // What the driver tells an engine to make room for.
      assert.ok(most <= Math.ceil(rows / steps))
    }),
  )
})

test('steps are as near to the batch as whole ones can be', () => {
  assert.is(stepsPerEpoch(1000, 100), 10)
  assert.is(stepsPerEpoch(1040, 100), 10)
  assert.is(stepsPerEpoch(1060, 100), 11)
  assert.is(stepsPerEpoch(10, 100), 1)
})

test('seed and epoch decide the order, in which every row stands once', () => {
  const order = epochOrder(7, 1, 500)
  assert.equal(epochOrder(7, 1, 500), order)
  assert.not.equal(epochOrder(7, 2, 500), order)
  assert.not.equal(epochOrder(8, 1, 500), order)
  assert.equal(
    [...order].sort((a, b) => a - b),
    [...Array(500).keys()],
  )
})
