import fc from 'fast-check'
import * as assert from 'uvu/assert'
import { FixedGraphBuilder, plain } from '../../../../compiler/fixed/builder.js'
import { checkFixedGraph } from '../../../../compiler/fixed/check.js'
import type { FixedGraph } from '../../../../compiler/fixed/graph.js'
import { solveContractions } from '../../../../compiler/optimize/contractions/contractions.js'
import { expandSums } from '../../../../compiler/optimize/expand.js'
import { emulate } from '../../../../runtime/emulate/emulate.js'
import { adderDepth } from '../../../fixtures/adder-depth.js'
import { suite } from '../../../kit.js'

const test = suite('compiler/optimize/contractions/contractions')
const SEED = 12

/** Contractions of an input, each with every kernel, as `gatherSums` leaves them. */
function contractions(kernels: readonly (readonly (readonly bigint[])[])[]): FixedGraph {
  const builder = new FixedGraphBuilder()
  for (const [n, kernel] of kernels.entries()) {
    const types = kernel.map(() => ({ k: 1, i: 3, f: 0 }) as const)
    const inputs = builder.input(`x${n}`, [kernel.length], types)
    const outputs = (kernel[0] ?? []).map((_, column) =>
      builder.sum(
        kernel.map((row, i) => plain(builder.multiplyConstant(inputs[i] as number, row[column] as bigint, -1))),
      ),
    )
    builder.output(`y${n}`, [outputs.length], outputs)
  }
  return builder.finish()
}

function adders(graph: FixedGraph): number {
  return graph.nodes.filter((node) => node.kind === 'add').length
}

const kernels = fc
  .record({ rows: fc.integer({ min: 1, max: 6 }), columns: fc.integer({ min: 1, max: 6 }) })
  .chain(({ rows, columns }) =>
    fc.array(fc.array(fc.bigInt({ min: -60n, max: 60n }), { minLength: columns, maxLength: columns }), {
      minLength: rows,
      maxLength: rows,
    }),
  )

test(`a contraction keeps its values and is at most two levels deeper than without sharing (seed ${SEED})`, () => {
  fc.assert(
    fc.property(kernels, (kernel) => {
      const graph = contractions([kernel])
      const solved = expandSums(solveContractions(graph))
      checkFixedGraph(solved)
      assert.ok(adderDepth(solved) <= adderDepth(expandSums(graph)) + 2)
      const rows = 16
      const values = Float64Array.from({ length: rows * kernel.length }, (_, n) => ((n * 7 + (n >> 3) * 5) % 16) - 8)
      const [found] = emulate(solved, new Map([['x0', values]]), rows).values()
      for (let row = 0; row < rows; row++) {
        for (let column = 0; column < (kernel[0]?.length ?? 0); column++) {
          const expected = kernel.reduce(
            (sum, entries, i) => sum + Number(entries[column]) * (values[row * kernel.length + i] as number),
            0,
          )
          assert.is((found?.[row * (kernel[0]?.length ?? 0) + column] ?? Number.NaN) + 0, expected / 2 + 0)
        }
      }
    }),
    { numRuns: 100, seed: SEED },
  )
})

test('what two sums have in common is made once', () => {
  const kernel = [
    [45n, 45n, 45n],
    [77n, 77n, 77n],
    [0n, 1n, -3n],
  ]
  const graph = contractions([kernel])
  assert.ok(adders(expandSums(solveContractions(graph))) < adders(expandSums(graph)))
})

test('equal contractions of different inputs are built alike', () => {
  const kernel = [
    [21n, -13n, 7n],
    [-5n, 9n, 30n],
    [11n, 3n, -6n],
  ]
  const single = adders(solveContractions(contractions([kernel])))
  assert.is(adders(solveContractions(contractions([kernel, kernel]))), 2 * single)
})
