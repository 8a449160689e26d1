import fc from 'fast-check'
import * as assert from 'uvu/assert'
import { inferInColumns, inferOnKernels } from '../../../../runtime/infer/infer.js'
import { randomCalibrated, TestRandom } from '../../../fixtures/calibrated.js'
import { suite } from '../../../kit.js'

const test = suite('runtime/infer/bulk/infer')
const SEED = 5

test(`the kernels give what columns of doubles give, bit for bit, wraps counted (seed ${SEED})`, () => {
  fc.assert(
    fc.property(
      fc.integer(),
      fc.boolean(),
      fc.integer({ min: 1, max: 200 }),
      fc.integer({ min: 1, max: 22 }),
      (seed, quantizeOutput, rows, weightBits) => {
        const calibrated = randomCalibrated(seed, { inputs: 6, hidden: [7, 5], outputs: 3, quantizeOutput, weightBits })
        const random = new TestRandom(seed)
        const data = Float32Array.from({ length: rows * 6 }, () => (random.unit() - 0.5) * 2 ** random.integer(-3, 7))
        const inputs = new Map([['x', data]])
        assert.equal(inferOnKernels(calibrated, inputs, rows), inferInColumns(calibrated, inputs, rows))
      },
    ),
    { numRuns: 300, seed: SEED },
  )
})
