import * as assert from 'uvu/assert'
import { suspectValue } from '../../../runtime/train/suspect-value.js'
import { blobs, numbers } from '../../fixtures/datasets.js'
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
  return (rows: Uint32Array = all, taught: Float32Array | null = null) => suspectValue(dataset, train, rows, taught)
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

test('it is shown as the data have it', () => {
  const target = withCells([4, 7, 1e20])()
  assert.equal([target?.value, target?.isRounded], [Math.fround(1e20), false])
  const { inputs, parts, ...rest } = numbers(4, 90)
  const [x] = inputs
  if (x === undefined) throw new Error('no input')
  const standardized = { ...rest, parts, inputs: [{ ...x, mean: x.mean.fill(1000), scale: x.scale.fill(4) }] }
  parts.train.inputs.get('x')?.set([1e9], 7 * 4 + 1)
  const feature = suspectValue(standardized, parts.train, all, null)
  assert.equal([feature?.column, feature?.value, feature?.isRounded], ['x[1]', 4e9 + 1000, true])
  assert.ok(Math.abs((feature?.median ?? 0) - 1000) < 20)
})

/** What is learned in place of 90 targets, of order 1 but for one. */
function taughtWith(row: number, value: number): Float32Array {
  return Float32Array.from({ length: 90 }, (_, at) => (at === row ? value : (at % 7) - 3))
}

test('what is taught is looked at in place of the targets', () => {
  assert.is(withCells()(all, taughtWith(0, 0)), undefined)
  const found = withCells()(all, taughtWith(7, Number.NaN))
  assert.equal([found?.column, found?.value, found?.median], ['the taught target', Number.NaN, 2])
  assert.is(withCells()(all, taughtWith(7, 1e20))?.column, 'the taught target')
  assert.is(withCells()(all.subarray(8), taughtWith(7, 1e20)), undefined, 'rows without it')
  assert.is(withCells([4, 7, 1e20])(all, taughtWith(0, 0)), undefined, 'a target that nothing learns')
  assert.is(withCells([1, 9, Number.NaN])(all, taughtWith(7, 1e20))?.column, 'x[1]')
})

test('a target is to blame for what is taught because of it', () => {
  assert.is(withCells([4, 7, Number.NaN])(all, taughtWith(7, Number.NaN))?.column, 'target')
})

test('probabilities are named by their classes', () => {
  const { parts, ...rest } = blobs(4, 90)
  const taught = new Float32Array(270).fill(1 / 3)
  const named = () => suspectValue({ parts, ...rest }, parts.train, all, taught)?.column
  assert.is(named(), undefined)
  taught[3 * 40 + 2] = Number.NEGATIVE_INFINITY
  assert.is(named(), "the taught probability of 'c'")
  const binary = { ...rest, parts, classes: ['no', 'yes'] }
  const one = new Float32Array(90).fill(Number.NaN)
  assert.is(suspectValue(binary, parts.train, all, one)?.column, "the taught probability of 'yes'")
})
