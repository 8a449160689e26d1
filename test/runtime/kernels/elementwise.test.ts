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

test('to claim lines anew sets one word of each, where it is wanted', () => {
  const bench = new Bench()
  const values = new Float32Array(48).fill(1)
  const place = bench.floats(values)
  bench.kernels.zeroLines(place, 128, 0)
  assert.equal(bench.read(place, 48), values)
  bench.kernels.zeroLines(place, 128, 1)
  values[0] = 0
  values[16] = 0
  assert.equal(bench.read(place, 48), values)
})
