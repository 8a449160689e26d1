import fc from 'fast-check'
import * as assert from 'uvu/assert'
import { checkFixedGraph } from '../../../compiler/fixed/check.js'
import type { FixedGraph } from '../../../compiler/fixed/graph.js'
import type { Calibrated } from '../../../compiler/graph/calibrated.js'
import { lower } from '../../../compiler/lower/lower.js'
import { optimize } from '../../../compiler/optimize/optimize.js'
import { emulate } from '../../../runtime/emulate/emulate.js'
import { randomCalibrated, TestRandom } from '../../fixtures/calibrated.js'
import { evaluateExactly, numberOfExact, randomInputs } from '../../fixtures/exact.js'
import { suite } from '../../kit.js'

const test = suite('compiler/optimize')

const SEED = 20261
const ROWS = 40

function lowered(calibrated: Calibrated): FixedGraph {
  const result = lower(calibrated)
  if (!result.ok) throw new Error(result.error.message)
  return result.value
}

/** Rows of the outputs by the reference, flat. */
function expected(calibrated: Calibrated, inputs: ReadonlyMap<string, Float64Array>): Map<string, number[]> {
  const result = new Map<string, number[]>()
  for (let row = 0; row < ROWS; row++) {
    const own = new Map(
      [...inputs].map(([name, values]) => {
        const elements = values.length / ROWS
        return [name, [...values.subarray(row * elements, (row + 1) * elements)]] as const
      }),
    )
    for (const [name, values] of evaluateExactly(calibrated, own)) {
      result.set(name, [...(result.get(name) ?? []), ...values.map(numberOfExact)])
    }
  }
  return result
}

test(`lowering and every pass give what the network means (seed ${SEED})`, () => {
  fc.assert(
    fc.property(
      fc.integer(),
      fc.integer({ min: 1, max: 5 }),
      fc.array(fc.integer({ min: 1, max: 5 }), { maxLength: 2 }),
      fc.integer({ min: 1, max: 3 }),
      fc.boolean(),
      (seed, inputs, hidden, outputs, quantizeOutput) => {
        const calibrated = randomCalibrated(seed, { inputs, hidden, outputs, quantizeOutput })
        const values = randomInputs(calibrated, new TestRandom(seed), ROWS)
        const reference = expected(calibrated, values)
        const compare = (stage: string, graph: FixedGraph): void => {
          checkFixedGraph(graph)
          for (const [name, found] of emulate(graph, values, ROWS)) {
            assert.equal([...found], reference.get(name), `${stage}, output ${name}`)
          }
        }
        const graph = lowered(calibrated)
        compare('lower', graph)
        optimize(graph, compare)
      },
    ),
    { numRuns: 150, seed: SEED },
  )
})
