import fc from 'fast-check'
import * as assert from 'uvu/assert'
import { checkSolution } from '../../../../compiler/optimize/cmvm/check.js'
import { minimalLatency, solve } from '../../../../compiler/optimize/cmvm/solve.js'
import type { AdderModel, CmvmProblem, CmvmSolution } from '../../../../compiler/optimize/cmvm/types.js'
import { adderModels, cmvmProblems } from '../../../fixtures/cmvm-problems.js'
import { goldenCmvm } from '../../../fixtures/golden-cmvm.js'
import { suite } from '../../../kit.js'

const test = suite('compiler/optimize/cmvm/solve')
const SEED = 4

test(`every solution computes its kernel within its bound, with exact intervals and costs (seed ${SEED})`, () => {
  fc.assert(
    fc.property(cmvmProblems, ({ extra, ...problem }) => {
      const least = minimalLatency(problem)
      assert.is.not(least, null)
      const bounded = { ...problem, latest: extra === null ? null : (least ?? 0) + extra }
      const solution = solve(bounded)
      if (solution === null) throw new Error('no solution')
      checkSolution(bounded, solution)
      if (bounded.latest !== null) assert.ok(solution.latency <= bounded.latest)
      assert.is(
        solution.cost,
        solution.operations.reduce((sum, { cost }) => sum + cost, 0),
      )
      agreesOnCorners(bounded, solution)
    }),
    { numRuns: 150, seed: SEED },
  )
})

/** Runs the operations on the corners that make each value least and greatest: bounds are reached, and outputs are right. */
function agreesOnCorners({ kernel, inputs }: CmvmProblem, { operations, outputs }: CmvmSolution): void {
  const run = (xs: readonly number[]): number[] => {
    const all = [...xs]
    for (const { left, right, shift, subtract } of operations) {
      const other = (all[right] as number) * 2 ** shift
      all.push((all[left] as number) + (subtract ? -other : other))
    }
    return all
  }
  const units = inputs.map((_, i) => run(inputs.map((_, k) => (k === i ? 1 : 0))))
  for (const [n, { low, high }] of operations.entries()) {
    const slopes = units.map((unit) => unit[inputs.length + n] as number)
    const corner = (up: boolean): number[] =>
      inputs.map((each, i) => ((slopes[i] as number) > 0 === up ? each.high : each.low))
    for (const [up, bound] of [[true, high] as const, [false, low] as const]) {
      const all = run(corner(up))
      assert.is(all[inputs.length + n], bound)
      for (const [j, { value, shift, negate }] of outputs.entries()) {
        const expected = kernel.reduce((sum, row, i) => sum + (row[j] as number) * (all[i] as number), 0)
        const found = value === null ? 0 : (all[value] as number) * 2 ** shift * (negate ? -1 : 1)
        assert.is(found + 0, expected + 0)
      }
    }
  }
}

test(`the same problem always has the same solution (seed ${SEED})`, () => {
  fc.assert(
    fc.property(cmvmProblems, ({ extra: _, ...problem }) => {
      assert.equal(solve({ ...problem, latest: null }), solve({ ...problem, latest: null }))
    }),
    { numRuns: 20, seed: SEED },
  )
})

test(`nothing is ready before the minimal latency, and something is then (seed ${SEED})`, () => {
  fc.assert(
    fc.property(cmvmProblems, ({ extra: _, ...problem }) => {
      const least = minimalLatency(problem)
      if (least === null) throw new Error('out of range')
      assert.ok((solve({ ...problem, latest: least })?.latency ?? Number.POSITIVE_INFINITY) <= least)
      const { carrySize, concatenates } = problem.model
      if (carrySize !== null || concatenates || least === 0) return
      assert.is(solve({ ...problem, latest: least - 1 }), null)
    }),
    { numRuns: 60, seed: SEED },
  )
})

test('the example of the reference takes four adders', () => {
  const inputs = Array.from({ length: 2 }, () => ({ low: -128, high: 127, step: 1, latency: 0 }))
  const kernel = [
    [7, -3],
    [5, 11],
  ]
  const solution = solve({ kernel, inputs, model: adderModels[0] as AdderModel, latest: null })
  assert.ok((solution?.cost ?? 9) <= 4)
})

test('entries that are too far apart are turned down', () => {
  const inputs = [{ low: 0, high: 1, step: 1, latency: 0 }]
  assert.is(
    solve({
      kernel: [[1], [2 ** 40]],
      inputs: [...inputs, ...inputs],
      model: adderModels[0] as AdderModel,
      latest: null,
    }),
    null,
  )
})

const golden = goldenCmvm()
if (golden === null) test.skip('golden problems', 'no ../shared/golden')
else {
  test('the golden problems cost less than in the reference, at its bounds on depth', () => {
    let [ours, theirs] = [0, 0]
    for (const { problem, reference } of golden) {
      const solution = solve(problem)
      if (solution === null) throw new Error('no solution')
      if (problem.latest !== null) assert.ok(solution.latency <= problem.latest)
      assert.ok(solution.cost <= 1.01 * reference.cost, `${solution.cost} against ${reference.cost}`)
      ours += solution.cost
      theirs += reference.cost
    }
    assert.ok(ours <= 0.97 * theirs, `${ours} against ${theirs}`)
  })
}
