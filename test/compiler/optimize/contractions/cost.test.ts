import * as assert from 'uvu/assert'
import { solutionOf } from '../../../../compiler/optimize/cmvm/check.js'
import type { Solved } from '../../../../compiler/optimize/contractions/alike.js'
import { costTogether } from '../../../../compiler/optimize/contractions/cost.js'
import { suite } from '../../../kit.js'

const test = suite('compiler/optimize/contractions/cost')

/** factor · (left + 3 · right) of two nodes, made of left + right and 2 · right; `zero`: the right one is always 0. */
function sum(operands: readonly [number, number], factor: number, zero = false): Solved {
  const input = { low: -8, high: 7, step: 1, latency: 0 }
  const inputs = [input, zero ? { ...input, low: 0, high: 0 } : input]
  const kernel = [[factor], [3 * factor]]
  const model = { adderSize: 1, carrySize: null, concatenates: true }
  const operations = [
    { left: 0, right: 1, shift: 0, subtract: false },
    { left: 2, right: 1, shift: 1, subtract: false },
  ]
  const outputs = [{ value: 3, shift: Math.log2(Math.abs(factor)), negate: factor < 0 }]
  const solution = solutionOf({ kernel, inputs, model, latest: null }, operations, outputs)
  return { contraction: { operands, kernel, inputs }, solution }
}

test('what several adder graphs make is counted once, whatever its scale', () => {
  const one = sum([4, 9], 1)
  assert.is(costTogether([one]), one.solution.cost)
  assert.is(costTogether([one, sum([4, 9], -2)]), one.solution.cost)
  assert.is(costTogether([one, sum([9, 4], 1)]), 2 * one.solution.cost - (one.solution.operations[0]?.cost ?? 0))
  assert.is(costTogether([one, sum([4, 10], 1)]), 2 * one.solution.cost)
})

test('adding what is always 0 costs nothing', () => {
  assert.is(costTogether([sum([4, 9], 1, true)]), 0)
})
