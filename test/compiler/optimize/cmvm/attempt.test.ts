import fc from 'fast-check'
import * as assert from 'uvu/assert'
import { type Approach, type Attempt, attempt } from '../../../../compiler/optimize/cmvm/attempt.js'
import { Forms } from '../../../../compiler/optimize/cmvm/forms.js'
import { plansFor } from '../../../../compiler/optimize/cmvm/portfolio.js'
import { minimalLatency } from '../../../../compiler/optimize/cmvm/solve.js'
import type { CmvmProblem } from '../../../../compiler/optimize/cmvm/types.js'
import { cmvmProblems } from '../../../fixtures/cmvm-problems.js'
import { byteInputs } from '../../../fixtures/golden-cmvm.js'
import { suite } from '../../../kit.js'

const test = suite('compiler/optimize/cmvm/attempt')
const SEED = 6
const NO_LIMIT = Number.POSITIVE_INFINITY

/** Dense, so that much is shared. */
const kernels = fc.tuple(fc.integer({ min: 4, max: 9 }), fc.integer({ min: 4, max: 9 })).chain(([rows, columns]) =>
  fc.array(fc.array(fc.integer({ min: -128, max: 127 }), { minLength: columns, maxLength: columns }), {
    minLength: rows,
    maxLength: rows,
  }),
)

test(`what was tried before in the same arrays makes no difference to an attempt (seed ${SEED})`, () => {
  // Attempts that were given up with adders in the graph already.
  let midway = 0
  fc.assert(
    fc.property(kernels, fc.constantFrom(1, null), fc.option(fc.nat(3)), (kernel, adderSize, extra) => {
      const model = { adderSize, carrySize: null, concatenates: false }
      const problem = bounded({ kernel, inputs: byteInputs(kernel.length), model }, extra)
      const kept = formsOf(problem)
      const plans = plansFor(problem, kept.pairs).filter(({ transposed }) => !transposed)
      for (const plan of [...plans.slice(0, 8), ...plans.slice(0, 3)]) {
        const fresh = formsOf(problem)
        const expected = told(attempt(fresh, fresh.start(plan.tree), plan, problem.latest, NO_LIMIT))
        const given = (limit: number): Attempt | null =>
          attempt(kept, kept.start(plan.tree), plan, problem.latest, limit)
        // Ones that are given up: at once, further and further on the way, and at its end.
        for (const part of expected === null ? [] : [0, 0.3, 0.7, 0.9, 1]) {
          assert.is(given(limitAt(part, expected?.cost ?? 0)), null)
          if (kept.graph.size > kept.graph.inputCount) midway++
          assert.equal(told(given(NO_LIMIT)), expected)
        }
        assert.equal(told(given(NO_LIMIT)), expected)
      }
    }),
    { numRuns: 12, seed: SEED },
  )
  assert.ok(midway > 100, `only ${midway} attempts were given up midway`)
})

test(`a limit on cost only keeps out what costs as much or more (seed ${SEED})`, () => {
  fc.assert(
    fc.property(
      cmvmProblems,
      fc.constantFrom('earliest', 'cheapest'),
      fc.boolean(),
      fc.double({ min: 0, max: 1, noNaN: true }),
      ({ extra, ...own }, order, shares, part) => {
        const problem = bounded(own, extra)
        const forms = formsOf(problem)
        const style = shares ? (plansFor(problem, forms.pairs)[0]?.style ?? null) : null
        const approach: Approach = { style, order, margin: 0 }
        const run = (limit: number): Attempt | null =>
          attempt(forms, forms.start(null), approach, problem.latest, limit)
        const found = told(run(NO_LIMIT))
        if (found === null) return
        assert.equal(told(run(found.cost + 1)), found)
        assert.is(run(found.cost), null)
        assert.is(run(limitAt(part, found.cost)), null)
        assert.equal(told(run(found.cost + 1 + Math.floor(part * 1000))), found)
      },
    ),
    { numRuns: 200, seed: SEED },
  )
})

/** A limit that what costs `cost` does not keep: 0, or on the way from 1, where `part` is 0, to `cost`, where it is 1. */
function limitAt(part: number, cost: number): number {
  return cost === 0 ? 0 : 1 + Math.floor(part * (cost - 1))
}

function formsOf(problem: CmvmProblem): Forms {
  const forms = Forms.of(problem)
  if (forms === null) throw new Error('out of range')
  return forms
}

function bounded(problem: Omit<CmvmProblem, 'latest'>, extra: number | null): CmvmProblem {
  return { ...problem, latest: extra === null ? null : (minimalLatency(problem) ?? 0) + extra }
}

/** All that there is to an attempt, apart from the graph, which the next one builds upon. */
function told(found: Attempt | null): { readonly cost: number; readonly [key: string]: unknown } | null {
  if (found === null) return null
  const { graph, outputs, latency } = found
  const { left, right, shift, subtract, size, cost } = graph
  const operations = Array.from({ length: size - graph.inputCount }, (_, n) => {
    const id = graph.inputCount + n
    return [left[id], right[id], shift[id], subtract[id]]
  })
  return { cost, operations, outputs, latency }
}
