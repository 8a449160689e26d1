import fc from 'fast-check'
import * as assert from 'uvu/assert'
import { attempt } from '../../../../compiler/optimize/cmvm/attempt.js'
import { Forms } from '../../../../compiler/optimize/cmvm/forms.js'
import { leastCostOfDigits } from '../../../../compiler/optimize/cmvm/least-cost.js'
import { cmvmProblems } from '../../../fixtures/cmvm-problems.js'
import { byteInputs } from '../../../fixtures/golden-cmvm.js'
import { suite } from '../../../kit.js'

const test = suite('compiler/optimize/cmvm/least-cost')
const SEED = 7

test(`no adder of an unshared sum costs less (seed ${SEED})`, () => {
  fc.assert(
    fc.property(cmvmProblems, fc.constantFrom('earliest', 'cheapest'), ({ extra: _, ...problem }, order) => {
      const forms = Forms.of({ ...problem, latest: null })
      if (forms === null) throw new Error('out of range')
      const found = attempt(forms, forms.start(null), { style: null, order, margin: 0 }, null, Number.POSITIVE_INFINITY)
      if (found === null) throw new Error('no solution')
      const least = leastCostOfDigits(problem.inputs, problem.model)
      const { costs, inputCount, size } = found.graph
      for (const cost of costs.subarray(inputCount, size)) assert.ok(cost >= least, `${cost} is less than ${least}`)
    }),
    { numRuns: 500, seed: SEED },
  )
})

test('adders of bytes have seven bits at least, and cost one where width does not count', () => {
  const bits = { adderSize: 1, carrySize: null, concatenates: false }
  assert.is(leastCostOfDigits(byteInputs(3), bits), 7)
  assert.is(leastCostOfDigits(byteInputs(3), { ...bits, adderSize: 4 }), 2)
  assert.is(leastCostOfDigits(byteInputs(3), { ...bits, adderSize: null }), 1)
  assert.is(leastCostOfDigits(byteInputs(3), { ...bits, concatenates: true }), 0)
})
