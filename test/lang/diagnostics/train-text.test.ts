import * as assert from 'uvu/assert'
import { rounded, singleText } from '../../../lang/diagnostics/messages/train-text.js'
import { layerAllZero } from '../../../lang/diagnostics/messages/train-warnings.js'
import { suite } from '../../kit.js'

const test = suite('texts of messages about trainings')

test('a number of the data has the digits that find it in a file', () => {
  const shown = (value: number) => singleText(Math.fround(value))
  assert.equal([-9999, 0.1, -1.2345678, 16777215, 1e-30].map(shown), [
    '-9999',
    '0.1',
    '-1.2345678',
    '16777215',
    '1e-30',
  ])
  assert.is(shown(-999_999_999), '-1000000000 (in single precision, as is -999999999)')
  assert.is(shown(99_999_999), '100000000 (in single precision, as is 99999999)')
  assert.is(shown(2_147_483_647), '2147483648 (in single precision)')
  assert.is(shown(1e25), '1e+25 (in single precision)')
  assert.equal([Number.NaN, Number.NEGATIVE_INFINITY].map(singleText), ['NaN', '-Infinity'])
})

test('settings have few digits', () => {
  assert.equal(
    [0, 0.02, 1e-6, 3, 123_456, 1e12, -2e30].map((value) => rounded(value)),
    [...['0', '0.02', '1e-6', '3', '123000', '1e12', '-2e30']],
  )
})

test('what killed a layer is judged by what EBOPs cost beside the task, not by the epoch', () => {
  const noteOf = (at: { pressure: number; widthRate: number }, epoch: number): string =>
    layerAllZero({ path: 'dense[0]', what: 'weights', epoch, at: { loss: 0.8, rate: 0.02, ebops: 2000, ...at } })
      .notes[1] ?? ''
  for (const epoch of [1, 500]) {
    assert.is(
      noteOf({ pressure: 1e-3, widthRate: 0.02 }, epoch),
      '`pressure` (0.001) times 2000 EBOPs is 2 in that epoch, the task loss 0.8: a lower `pressure` at the start, or more bits to begin with, keeps it alive',
    )
    const high = noteOf({ pressure: 1e-6, widthRate: 3 }, epoch)
    assert.match(
      high,
      /^`pressure` \(1e-6\) times 2000 EBOPs is 0\.002 in that epoch, little beside the task loss of 0\.8/,
    )
    assert.match(high, /try a lower `width_rate` \(3\) or `rate` \(0\.02\); more bits/)
    assert.match(
      noteOf({ pressure: 1e-6, widthRate: 0.02 }, epoch),
      /try a lower `rate` \(0\.02\) or a `width_rate` below/,
    )
  }
})
