import * as assert from 'uvu/assert'
import { planContraction } from '../../../compiler/graph/elements.js'
import { quantizeValue, rounder } from '../../../compiler/numeric/fixed-quantizer.js'
import { normalAt, randomKey } from '../../../compiler/numeric/random.js'
import { columnsOf, putRows } from '../../../runtime/infer/columns.js'
import { contractColumns } from '../../../runtime/infer/contract-columns.js'
import { contract } from '../../../runtime/infer/contraction.js'
import { clipStretch, roundStretch, wrapStretch } from '../../../runtime/infer/round.js'
import { ROUNDINGS } from '../../fixtures/golden-quantizer.js'
import { suite } from '../../kit.js'

const test = suite('columns')

/** Numbers of which a third is 0, some of them -0. */
function sparse(count: number, seed: number): Float64Array {
  const key = randomKey(seed, 'sparse')
  return Float64Array.from({ length: count }, (_, at) =>
    at % 3 === 1 ? (at % 2 === 0 ? 0 : -0) : normalAt(key, at) * 2 ** (at % 7),
  )
}

test('columns turned back to rows are what they were', () => {
  const values = sparse(5 * 7, 1)
  const back = new Float64Array(values.length)
  putRows(columnsOf(values, 7, 0, 2), 7, 2, back, 0)
  putRows(columnsOf(values, 7, 2, 3), 7, 3, back, 2)
  assert.equal(back, values)
})

const rows = 5
const cases = [
  { equation: '...i,io->...o', left: [19], right: [19, 6], output: [6], sides: ['data', 'parameter'] },
  { equation: 'oi,...i->...o', left: [6, 19], right: [19], output: [6], sides: ['parameter', 'data'] },
  { equation: '...pf,pq->...qf', left: [4, 3], right: [4, 5], output: [5, 3], sides: ['data', 'parameter'] },
  { equation: '...hij,...hjk->...hik', left: [2, 3, 4], right: [2, 4, 2], output: [2, 3, 2], sides: ['data', 'data'] },
  { equation: 'ij,jk->ik', left: [3, 9], right: [9, 2], output: [3, 2], sides: ['parameter', 'parameter'] },
] as const

for (const { equation, left, right, output, sides } of cases) {
  test(`${equation} of ${sides.join(' and ')}: the same bits as row by row`, () => {
    const plan = planContraction(equation, left, right, output)
    const size = (shape: readonly number[]): number => shape.reduce((product, length) => product * length, 1)
    const rowsOf = (index: 0 | 1): number => (sides[index] === 'data' ? rows : 1)
    const [a, b] = [sparse(rowsOf(0) * size(left), 2), sparse(rowsOf(1) * size(right), 3)]
    // A column that is all zero is passed over.
    if (sides[0] === 'data') for (let row = 0; row < rows; row++) a[row * size(left) + 2] = 0
    const height = Math.max(rowsOf(0), rowsOf(1))
    const expected = new Float64Array(height * size(output))
    const operand = (values: Float64Array, shape: readonly number[], index: 0 | 1) => ({
      values,
      size: size(shape),
      rows: sides[index] === 'data' ? rows : null,
    })
    contract(plan, operand(a, left, 0), operand(b, right, 1), expected, size(output))
    const columns = new Float64Array(expected.length)
    contractColumns(
      plan,
      { values: columnsOf(a, size(left), 0, rowsOf(0)), side: sides[0] },
      { values: columnsOf(b, size(right), 0, rowsOf(1)), side: sides[1] },
      columns,
      height,
    )
    const found = new Float64Array(expected.length)
    putRows(columns, size(output), height, found, 0)
    assert.ok(found.every((value, at) => Object.is(value, expected[at])))
  })
}

/** Halves, their neighbours, zeros, and numbers that are integers already. */
const EDGES = [0, 0.5, 1, 1.5, 2.5, 0.49999999999999994, 0.5000000000000001, 1e-300, 2 ** 51 + 0.5, 2 ** 52 + 1]
const values = Float64Array.from([...EDGES, ...EDGES.map((x) => -x), ...sparse(90, 4)])

for (const rounding of Object.values(ROUNDINGS)) {
  test(`${rounding}: rounded, clipped and wrapped as the quantizer says`, () => {
    const [type, into] = [{ k: 1, i: 2, f: 3 }, new Float64Array(values.length)]
    const stretch = { values, into, start: 0, count: values.length }
    const check = (of: (x: number) => number): void =>
      assert.equal(
        Array.from(into, (value) => value + 0),
        Array.from(values, (x) => of(x) + 0),
      )
    for (const f of [0, type.f]) {
      roundStretch(stretch, f, rounding)
      check((x) => rounder(rounding)(x * 2 ** f) * 2 ** -f)
    }
    clipStretch(stretch, type.f, rounding, { low: -4, high: 3.875 })
    check((x) => quantizeValue(x, type, rounding, 'saturate', 'full'))
    const wraps = wrapStretch(stretch, type, rounding)
    check((x) => quantizeValue(x, type, rounding, 'wrap', 'full'))
    const rounded = Array.from(values, (x) => rounder(rounding)(x * 8) / 8)
    assert.is(wraps, rounded.filter((x) => x < -4 || x > 3.875).length)
  })
}
