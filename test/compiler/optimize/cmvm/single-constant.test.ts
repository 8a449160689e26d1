import * as assert from 'uvu/assert'
import { checkSolution } from '../../../../compiler/optimize/cmvm/check.js'
import { singleConstant } from '../../../../compiler/optimize/cmvm/single-constant.js'
import { solve } from '../../../../compiler/optimize/cmvm/solve.js'
import type { CmvmProblem } from '../../../../compiler/optimize/cmvm/types.js'
import { suite } from '../../../kit.js'

const test = suite('compiler/optimize/cmvm/single-constant')

function times(factor: number, latest: number | null = null): CmvmProblem {
  const model = { adderSize: null, carrySize: null, concatenates: false }
  return { kernel: [[factor]], inputs: [{ low: -128, high: 127, step: 1, latency: 0 }], model, latest }
}

/** The least constants that need one, two, three and four adders. */
const LEAST = [3, 11, 43, 683]

test('every constant has as many adders as the shortest chain, and no more', () => {
  for (let factor = 3; factor < 683; factor += 2) {
    const cost = singleConstant(times(factor))?.graph.cost ?? 0
    const most = LEAST.filter((least) => least <= factor).length
    assert.ok(cost >= 1 && cost <= most, `${factor}: ${cost}`)
  }
  for (const [n, factor] of LEAST.entries()) {
    assert.is(singleConstant(times(factor))?.graph.cost, n < 3 ? n + 1 : undefined, String(factor))
  }
})

test('the solver takes chains where sharing of digits needs more', () => {
  // 213 = 71 · 3 = (9 · 8 − 1) · 3
  for (const factor of [213, -213, 213 / 64, 213 * 1024]) {
    const solution = solve(times(factor))
    assert.is(solution?.cost, 3, String(factor))
    if (solution !== null) checkSolution(times(factor), solution)
  }
})

test('a chain that comes too late is not taken', () => {
  assert.is(singleConstant(times(213, 2)), null)
  assert.is(solve(times(213, 2)), null)
  assert.is(solve(times(213, 3))?.latency, 3)
})
