import fc from 'fast-check'
import * as assert from 'uvu/assert'
import { decodeTaught, encodeTaught, taughtBy } from '../../../runtime/train/taught.js'
import { blobs, numbers } from '../../fixtures/datasets.js'
import { suite } from '../../kit.js'

const test = suite('runtime/train/taught')

/** Outputs for every row of a data set: any numbers, large ones among them. */
const outputsFor = (count: number) =>
  fc.array(fc.double({ min: -800, max: 800, noNaN: true }), { minLength: count, maxLength: count })

test('of classes, probabilities are learned: those of the answers by their share, the label by the rest', () => {
  const dataset = blobs(2, 6)
  const { rows, targets } = dataset.parts.train
  fc.assert(
    fc.property(outputsFor(rows * 3), fc.double({ min: 0.01, max: 1, noNaN: true }), (outputs, share) => {
      const taught = taughtBy(dataset, 'cross_entropy', Float64Array.from(outputs), share)
      for (let row = 0; row < rows; row++) {
        const answers = outputs.slice(row * 3, row * 3 + 3)
        const powers = answers.map((answer) => Math.exp(answer - Math.max(...answers)))
        const sum = powers.reduce((a, b) => a + b)
        for (const [output, power] of powers.entries()) {
          const expected = (share * power) / sum + (targets[row] === output ? 1 - share : 0)
          assert.ok(Math.abs((taught[row * 3 + output] as number) - expected) < 1e-6)
        }
      }
    }),
  )
})

test('of two classes with one output, the probability of the second', () => {
  const two = blobs(2, 4)
  const targets = Float32Array.of(0, 1, 0, 1)
  const dataset = { ...two, parts: { ...two.parts, train: { ...two.parts.train, targets } } }
  const taught = taughtBy(dataset, 'binary_cross_entropy', Float64Array.of(0, 0, 900, -900), 0.5)
  assert.equal([...taught], [0.25, 0.75, 0.5, 0.5])
})

test('of numbers, targets in the unit of the data', () => {
  const dataset = numbers(2, 3)
  const said = dataset.parts.train.targets
  // The data have a scale of 2, in which the network answers.
  const taught = taughtBy(dataset, 'mse', Float64Array.of(1, -2, 0.5), 0.25)
  assert.equal(
    [...taught],
    [2, -4, 1].map((answer, row) => Math.fround(0.25 * answer + 0.75 * (said[row] as number))),
  )
})

test('a teacher that has the whole share lets the data say nothing', () => {
  const dataset = blobs(2, 3)
  assert.equal([...taughtBy(dataset, 'cross_entropy', new Float64Array(9), 1)], new Array(9).fill(Math.fround(1 / 3)))
})

test('what is taught is stored bit for bit; other bytes are refused', () => {
  const taught = Float32Array.of(0.1, 0.9, 1, 0)
  assert.equal(decodeTaught(encodeTaught(taught, 2)), taught)
  assert.throws(() => decodeTaught(new Uint8Array(16)))
})
