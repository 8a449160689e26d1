import * as assert from 'uvu/assert'
import { suspectValue } from '../../../runtime/train/suspect-value.js'
import { numbers } from '../../fixtures/datasets.js'
import { suite } from '../../kit.js'

const test = suite('numbers that no training stands')
const all = Uint32Array.from({ length: 90 }, (_, row) => row)

/** Data in which some cells were replaced: column (4 is the target), row, value. */
function withCells(...cells: readonly (readonly [column: number, row: number, value: number])[]) {
  const dataset = numbers(4, 90)
  const { train } = dataset.parts
  for (const [column, row, value] of cells) {
    if (column === 4) train.targets[row] = value
    else train.inputs.get('x')?.set([value], row * 4 + column)
  }
  return (rows: Uint32Array = all) => suspectValue(dataset, train, rows)
}

test('usual data hold none, nor do rows without it', () => {
  assert.is(withCells()(), undefined)
  assert.is(withCells([1, 7, 1e12])(all.subarray(8)), undefined)
  assert.is(withCells([1, 7, 1e5], [2, 8, -1e5])(), undefined, 'large, and no more')
})

test('the worst is named by its column', () => {
  const found = withCells([1, 7, -1e12], [3, 9, 1e9])()
  assert.equal([found?.column, found?.value], ['x[1]', Math.fround(-1e12)])
  assert.ok((found?.median ?? 0) > 0.3 && (found?.median ?? 9) < 3)
  assert.is(withCells([1, 7, 1e12], [3, 9, Number.NaN])()?.column, 'x[3]')
  assert.is(withCells([1, 7, 1e12], [0, 9, Number.NEGATIVE_INFINITY])()?.value, Number.NEGATIVE_INFINITY)
  assert.is(withCells([4, 7, 1e20])()?.column, 'target')
})

test('of a column that is large throughout, a value of that size is usual', () => {
  const large = Array.from({ length: 90 }, (_, row) => [2, row, 1e9 + row] as const)
  assert.is(withCells(...large)(), undefined)
  assert.is(withCells(...large, [2, 5, 1e18])()?.column, 'x[2]')
})
