import * as assert from 'uvu/assert'
import { paceOf } from '../../../runtime/report/pace.js'
import { suite } from '../../kit.js'

const test = suite('runtime/report/pace')

test('stages make the latency, unless high-level synthesis measured another', () => {
  assert.equal(paceOf(5, 2.5, null), { latency_ns: 12.5, interval: 1 })
  const measured = { min_cycles: 7, max_cycles: 9, min_interval: 1, max_interval: 2 }
  assert.equal(paceOf(5, 2.5, measured), { latency_ns: 22.5, interval: 2 })
  assert.equal(paceOf(3, 1000 / 360, null), { latency_ns: 8.33333333, interval: 1 })
})
