import * as assert from 'uvu/assert'
import { ProgressLine } from '../../../runtime/train/progress.js'
import { suite } from '../../kit.js'

const test = suite('the line of progress')
const metric = { kind: 'accuracy', better: 'higher', arguments: {} } as const
const figures = { loss: 0.21437, metric: 0.912345, ebops: 2810.4, pressure: 1.234e-5, rate: 1e-2, widthRate: 1e-2 }

/** A line whose clock is set by hand, seconds after the start. */
function lineOf(span: { readonly from: number; readonly epochs: number; readonly rows: number }) {
  let now = 5000
  const line = new ProgressLine({ metric }, span, () => now)
  return (epoch: number, seconds: number, more: Partial<typeof figures> = {}) => {
    now = 5000 + 1000 * seconds
    return line.after({ ...figures, ...more, epoch })
  }
}

test('epoch, loss, metric, EBOPs, pressure, speed and time left, in the whole training', () => {
  // Twenty of a hundred epochs were done before; ten have taken four seconds: 2500 rows a second, 28 seconds more.
  assert.equal(lineOf({ from: 20, epochs: 100, rows: 1000 })(30, 4), {
    fraction: 0.3,
    text: 'epoch 30/100  loss 0.214  accuracy 0.9123  EBOPs 2810  pressure 1.2e-5  2.5 k samples/s  28 s left',
    figures: { ...figures, epoch: 30 },
  })
})

test('speed and time left are those of all epochs since the start of the segment', () => {
  const after = lineOf({ from: 0, epochs: 1000, rows: 60 })
  assert.match(after(1, 0.5).text, / 120 samples\/s {2}8 min 20 s left$/)
  assert.match(after(2, 2).text, / 60 samples\/s {2}16 min 38 s left$/)
  assert.match(after(1000, 600).text, / 100 samples\/s {2}0 s left$/)
})

test('no time at all gives a number still, and no pressure is 0', () => {
  assert.match(
    lineOf({ from: 0, epochs: 2, rows: 60 })(1, 0, { pressure: 0 }).text,
    /pressure 0 {2}60.0 k samples\/s {2}0 s left$/,
  )
})
