import * as assert from 'uvu/assert'
import { countIn, numberIn, tableRows } from '../../targets/report-text.js'
import { suite } from '../kit.js'

const test = suite('targets/report-text')

test('numbers with separators, signs, decimals and what stands behind them', () => {
  for (const [cell, value] of [
    ['2,657 / 427,200 ( < 1 % )', 2657],
    ['55,562,240', 55_562_240],
    ['1728000', 1_728_000],
    ['-0.414', -0.414],
    ['2.5', 2.5],
    [' 4.060 (Junction temp exceeded!)', 4.06],
    ['0', 0],
  ] as const)
    assert.is(numberIn(cell), value, cell)
})

test('what is no number is none, and no zero', () => {
  for (const cell of ['', 'N/A', 'NA', 'undef', '<0.1', '< 1', '-', '1,23', '1.2.3', '?', '12,3456']) {
    assert.is(numberIn(cell), undefined, cell)
  }
})

test('counts are whole and not negative', () => {
  assert.is(countIn('12'), 12)
  for (const cell of ['2.5', '-1', 'N/A', undefined]) assert.is(countIn(cell), undefined, String(cell))
})

test('rows of a table by their first cell, the first of equal ones, and nothing of frames', () => {
  const text = '+----+---+\n| Site Type | Used |\n| CLB LUTs*  | 5 |\n|   RAMB36/FIFO* | 2 |\n| CLB LUTs | 7 |\n'
  const rows = tableRows(text, '|')
  assert.equal(rows.get('CLB LUTs'), ['5'])
  assert.equal(rows.get('RAMB36/FIFO'), ['2'])
  assert.is(rows.size, 3)
})
