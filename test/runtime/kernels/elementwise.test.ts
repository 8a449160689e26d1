import * as assert from 'uvu/assert'
import { TestRandom } from '../../fixtures/calibrated.js'
import { suite } from '../../kit.js'
import { Bench, randomFloats } from './bench.js'

const test = suite('kernels of elements')

test('to claim lines changes nothing', () => {
  const bench = new Bench()
  const values = randomFloats(new TestRandom(5), 100)
  const place = bench.floats(values)
  for (const bytes of [0, 4, 64, 100, 400]) bench.kernels.claim(place, bytes)
  assert.equal(bench.read(place, 100), values)
})
