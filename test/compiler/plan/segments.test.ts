import fc from 'fast-check'
import * as assert from 'uvu/assert'
import { parseSegment, segmentAddress, segmentsOf } from '../../../compiler/plan/segments.js'
import { suite } from '../../kit.js'

const test = suite('segments of a training')

test('they follow each other from the first epoch to the last, all but the last of the same length', () => {
  const whole = fc.integer({ min: 1, max: 300 })
  fc.assert(
    fc.property(whole, whole, (epochs, segment) => {
      const ranges = segmentsOf({ epochs, segment })
      assert.is(ranges[0]?.from, 0)
      assert.is(ranges.at(-1)?.to, epochs)
      for (const [index, { from, to }] of ranges.entries()) {
        if (index > 0) assert.is(from, ranges[index - 1]?.to)
        assert.ok(index === ranges.length - 1 ? to > from && to - from <= segment : to - from === segment)
      }
    }),
  )
})

test('more epochs leave the full segments as they are', () => {
  const long = segmentsOf({ epochs: 950, segment: 100 })
  assert.equal(segmentsOf({ epochs: 400, segment: 100 }), long.slice(0, 4))
})

test('an address is read back, and that of no other action', () => {
  assert.equal(parseSegment(segmentAddress('scan', 12)), { training: 'train/scan', segment: 12 })
  for (const other of ['train/scan', 'calibrate/scan', 'train/scan/segment[x]', 'front/tagger', 'x/train/s/segment[1]'])
    assert.is(parseSegment(other), null)
})
