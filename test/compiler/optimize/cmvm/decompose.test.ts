import fc from 'fast-check'
import * as assert from 'uvu/assert'
import {
  centre,
  type Decomposition,
  Distances,
  decompose,
  digitCount,
  trivialDecomposition,
} from '../../../../compiler/optimize/cmvm/decompose.js'
import { canonicalSignedDigits } from '../../../../compiler/optimize/csd.js'
import { suite } from '../../../kit.js'

const test = suite('compiler/optimize/cmvm/decompose')
const SEED = 5

/** Columns that repeat each other, negated and shifted, among others. */
const kernels = fc
  .record({ rows: fc.integer({ min: 1, max: 5 }), columns: fc.integer({ min: 1, max: 6 }) })
  .chain(({ rows, columns }) =>
    fc.record({
      entries: fc.array(fc.array(fc.integer({ min: -300, max: 300 }), { minLength: columns, maxLength: columns }), {
        minLength: rows,
        maxLength: rows,
      }),
      copies: fc.array(fc.tuple(fc.nat(columns - 1), fc.constantFrom(1, -1, 4, -0.5)), { maxLength: 3 }),
    }),
  )
  .map(({ entries, copies }) =>
    entries.map((row) => [...row, ...copies.map(([column, factor]) => (row[column] as number) * factor)]),
  )

function product({ basis, parts }: Decomposition, rows: number): number[][] {
  return Array.from({ length: rows }, (_, i) =>
    parts.map((own) =>
      own.reduce(
        (sum, { basis: k, shift, negate }) => sum + (negate ? -1 : 1) * 2 ** shift * ((basis[k]?.[i] ?? 0) as number),
        0,
      ),
    ),
  )
}

test(`basis times combination is the kernel, at every depth (seed ${SEED})`, () => {
  fc.assert(
    fc.property(kernels, fc.integer({ min: 0, max: 4 }), fc.integer({ min: 0, max: 3 }), (kernel, extra, mostShift) => {
      const centred = centre(kernel)
      if (centred === null) throw new Error('not centred')
      assert.equal(product(trivialDecomposition(centred), kernel.length), kernel)
      assert.equal(product(decompose(new Distances(centred, mostShift), extra), kernel.length), kernel)
    }),
    { numRuns: 300, seed: SEED },
  )
})

test('a column that is another one shifted and negated has no basis of its own', () => {
  const centred = centre([
    [3, -12, 6],
    [5, -20, 10],
  ])
  if (centred === null) throw new Error('not centred')
  assert.is(decompose(new Distances(centred, 2), 0).basis.length, 1)
})

test(`signed digits are counted as they are made (seed ${SEED})`, () => {
  fc.assert(
    fc.property(fc.integer({ min: -(2 ** 27), max: 2 ** 27 }), (value) => {
      assert.is(digitCount(value), canonicalSignedDigits(BigInt(value)).length)
    }),
    { numRuns: 1000, seed: SEED },
  )
})
