import * as assert from 'uvu/assert'
import { checkSolution } from '../../../../compiler/optimize/cmvm/check.js'
import { solve } from '../../../../compiler/optimize/cmvm/solve.js'
import type { CmvmOperation, CmvmProblem, CmvmSolution } from '../../../../compiler/optimize/cmvm/types.js'
import { suite } from '../../../kit.js'

const test = suite('compiler/optimize/cmvm/check')

const problem: CmvmProblem = {
  kernel: [
    [7, -3, 0.5],
    [5, 11, 20],
    [-9, 1, 6],
  ],
  inputs: Array.from({ length: 3 }, () => ({ low: -8, high: 7, step: 1, latency: 0 })),
  model: { adderSize: 1, carrySize: null, concatenates: true },
  latest: null,
}

function solved(): CmvmSolution {
  const solution = solve(problem)
  if (solution === null) throw new Error('no solution')
  return solution
}

test('a solution passes; one with any field of any operation changed does not', () => {
  const solution = solved()
  checkSolution(problem, solution)
  const changes: readonly ((operation: CmvmOperation) => CmvmOperation)[] = [
    (operation) => ({ ...operation, shift: operation.shift + 1 }),
    (operation) => ({ ...operation, subtract: !operation.subtract }),
    (operation) => ({ ...operation, left: operation.left === 0 ? 1 : 0 }),
    (operation) => ({ ...operation, low: operation.low - 1 }),
    (operation) => ({ ...operation, high: operation.high + 1 }),
    (operation) => ({ ...operation, step: 2 * operation.step }),
    (operation) => ({ ...operation, latency: operation.latency + 1 }),
    (operation) => ({ ...operation, cost: operation.cost - 1 }),
  ]
  for (let n = 0; n < solution.operations.length; n++) {
    for (const change of changes) {
      const operations = solution.operations.map((operation, m) => (m === n ? change(operation) : operation))
      assert.throws(() => checkSolution(problem, { ...solution, operations }), `operation ${n}`)
    }
  }
})

test('outputs and totals are checked as well', () => {
  const solution = solved()
  for (let j = 0; j < 3; j++) {
    const outputs = solution.outputs.map((output, m) => (m === j ? { ...output, negate: !output.negate } : output))
    assert.throws(() => checkSolution(problem, { ...solution, outputs }), /output/)
  }
  assert.throws(() => checkSolution(problem, { ...solution, outputs: solution.outputs.slice(1) }), /outputs/)
  assert.throws(() => checkSolution(problem, { ...solution, cost: solution.cost - 1 }), /cost/)
  assert.throws(() => checkSolution(problem, { ...solution, latency: solution.latency - 1 }), /latency/)
})

test('an operand that comes in through both sides of an adder counts once', () => {
  const inputs = [
    { low: 0, high: 10, step: 1, latency: 0 },
    { low: 0, high: 10, step: 1, latency: 0 },
  ]
  const model = { adderSize: 1, carrySize: null, concatenates: false }
  const wanted: CmvmProblem = { kernel: [[0], [1]], inputs, model, latest: null }
  const operations = [
    { left: 0, right: 1, shift: 0, subtract: false, low: 0, high: 20, step: 1, latency: 1, cost: 4 },
    { left: 2, right: 0, shift: 0, subtract: true, low: 0, high: 10, step: 1, latency: 2, cost: 5 },
  ]
  checkSolution(wanted, { operations, outputs: [{ value: 3, shift: 0, negate: false }], cost: 9, latency: 2 })
})
