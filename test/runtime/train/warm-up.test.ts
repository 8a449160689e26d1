import * as assert from 'uvu/assert'
import type { Built, Plain, Schedule } from '../../../lang/program.js'
import { warmupsCutShort } from '../../../runtime/train/warm-up.js'
import { suite } from '../../kit.js'

const test = suite('warm-ups beside the data')

const cosine = (warmup: Built['warmup'], over: Built['over']): Built => ({
  kind: 'cosine',
  from: 1e-2,
  to: 0,
  cycles: 1,
  shrink: 1,
  ...(warmup === undefined ? {} : { warmup }),
  ...(over === undefined ? {} : { over }),
})

/** With 13 steps to an epoch. */
function warned(rate: Schedule, from = 0, pressure: Schedule = 1e-6): readonly string[] {
  const optimizer: Built = { kind: 'adam', rate: rate as Plain }
  const found = warmupsCutShort({ optimizer, pressure, epochs: { from, to: from + 4 } }, 13)
  return found.flatMap(({ code, severity, message, notes }) => [`${severity} ${code} ${message}`, ...notes])
}

test('one that is longer than its schedule in another unit is a warning of the first segment', () => {
  const long = cosine({ epochs: 5 }, { steps: 10 })
  assert.equal(warned(long), [
    "warning HGQ2248 the warm-up of 'rate' takes 65 steps, and its schedule is over after 10",
    'an epoch has 13 steps here; `over` counts from the start of the training, the warm-up included',
    "the warm-up is cut short, and after step 10 'rate' is 0",
  ])
  assert.equal(warned(long, 4), [])
  assert.match(warned(0.1, 0, long)[0] ?? '', "the warm-up of 'pressure'")
  assert.match(warned(cosine({ steps: 130 }, { epochs: 10 }))[0] ?? '', 'takes 130 steps')
})

test('others are none', () => {
  assert.equal(warned(0.1), [])
  assert.equal(warned(cosine(undefined, { steps: 10 })), [])
  assert.equal(warned(cosine({ steps: 129 }, { epochs: 10 })), [])
  // What can be compared without the data was when the pipeline was checked.
  assert.equal(warned(cosine({ epochs: 10 }, { epochs: 10 })), [])
  assert.equal(warned({ kind: 'geometric', from: 1, to: 2, hold: { epochs: 9 }, over: { steps: 2 } }), [])
})
