import * as assert from 'uvu/assert'
import { rounder } from '../../../compiler/numeric/fixed-quantizer.js'
import { fillWords, randomKey } from '../../../compiler/numeric/random.js'
import type { Rounding } from '../../../lang/program.js'
import { roundingCode } from '../../../runtime/kernels/codes.js'
import { ROUNDING_MODES, TestRandom } from '../../fixtures/calibrated.js'
import { suite } from '../../kit.js'
import { Bench, randomFloats } from './bench.js'

const test = suite('kernels that round')

/** What rounds badly in a naive way, both signs of it. */
function hardValues(): Float32Array {
  const values = [0, 0.25, 0.49999997, 0.5, 0.50000006, 1 - 2 ** -24, 1, 1.5, 2.5, 3.4999998, 2 ** 21 + 0.25]
  values.push(
    2 ** 22 + 0.5,
    2 ** 22 + 1.5,
    2 ** 23 - 0.5,
    2 ** 23 + 1,
    2 ** 24 - 1,
    2 ** 24 + 2,
    2 ** 31,
    2 ** 40,
    1e30,
    1e-40,
  )
  for (let tie = 0; tie < 12; tie++) values.push(tie + 0.5)
  values.push(...randomFloats(new TestRandom(1), 200, 6))
  return Float32Array.from(values.flatMap((value) => [value, -value]))
}

/**
 * x = `values` through quantizers of one step, as constants and as samples: rows of eight, since a row in which all
 * numbers are small is rounded in another way than one with large ones.
 */
function rounded(mode: Rounding, values: Float32Array): { constants: Float32Array; samples: Float32Array } {
  const bench = new Bench()
  const count = Math.ceil(values.length / 8) * 8
  const x = bench.floats(values)
  const y = bench.room(count)
  const ones = bench.floats(new Float32Array(count).fill(1))
  const code = roundingCode(mode)
  bench.kernels.quantizeConstants(y, x, ones, ones, 0, 0, count, code, 0, 0)
  const constants = bench.read(y, values.length)
  const z = bench.room(count)
  bench.kernels.quantizeRows(z, x, ones, ones, 0, 0, 0, count / 8, 32, 8, code, 0, 0, 0, 8, bench.room(8))
  return { constants, samples: bench.read(z, values.length) }
}

for (const mode of ROUNDING_MODES) {
  test(`${mode} is that of the definition for ties, large and small numbers`, () => {
    const values = hardValues()
    const { constants, samples } = rounded(mode, values)
    const round = rounder(mode)
    for (const [at, x] of values.entries()) {
      // Zero and negative zero are one number.
      assert.is((constants[at] as number) + 0, round(x) + 0, `${x} as a constant`)
      assert.is((samples[at] as number) + 0, round(x) + 0, `${x} as a sample`)
    }
  })
}

/** Uniform numbers of a stream as `uniform4` makes them: multiples of 2^-24. */
function noise(seed: number, index: number, count: number): { key: Uint32Array; uniform: number[] } {
  const random = randomKey(seed, 'noise')
  const words = new Uint32Array(count)
  fillWords(random, index, words)
  return {
    key: Uint32Array.of(random.key[0], random.key[1], random.counter[0], random.counter[1]),
    uniform: Array.from(words, (word) => (word >>> 8) * 2 ** -24),
  }
}

test('stochastic rounding compares the remainder with the words of the same generator', () => {
  const bench = new Bench()
  const count = 64
  const { key, uniform } = noise(9, 0, count)
  const ones = bench.floats(new Float32Array(count).fill(1))
  for (const [above, expected] of [
    [0, 0],
    [2 ** -24, 1],
  ] as const) {
    // Where the remainder equals the noise it goes down; one step above it goes up.
    const x = bench.floats(uniform.map((value) => value + above))
    const y = bench.room(count)
    bench.kernels.quantizeConstants(y, x, ones, ones, 0, 0, count, roundingCode('stochastic'), 0, bench.words(key))
    assert.equal([...bench.read(y, count)], new Array(count).fill(expected))
  }
})

test('the noise of a row depends on the sample within the batch and on the element', () => {
  const bench = new Bench()
  const [rows, samples, first] = [3, 16, 72]
  const x: number[][] = []
  const { key } = noise(9, 0, 1)
  for (let row = 0; row < rows; row++) x.push(noise(9, row * 2 ** 32 + first / 4, samples).uniform)
  const ones = bench.floats([1, 1, 1])
  for (const above of [0, 2 ** -24]) {
    const source = bench.rows(
      x.map((values) => values.map((value) => value + above)),
      samples * 4,
    )
    const y = bench.room(rows * samples)
    const code = roundingCode('stochastic')
    bench.kernels.quantizeRows(
      y,
      source,
      ones,
      ones,
      0,
      0,
      0,
      rows,
      samples * 4,
      samples,
      code,
      0,
      bench.words(key),
      first,
      samples,
      bench.room(8),
    )
    assert.equal([...bench.read(y, rows * samples)], new Array(rows * samples).fill(above === 0 ? 0 : 1))
  }
})

test('stochastic rounding leaves integers alone and has the value as its mean', () => {
  const bench = new Bench()
  const count = 4096
  const { key } = noise(3, 0, 1)
  const ones = bench.floats(new Float32Array(count).fill(1))
  const address = bench.words(key)
  for (const value of [-3, 0, 7, 2 ** 24, -0.3, 0.125, 2.75]) {
    const y = bench.room(count)
    const x = bench.floats(new Float32Array(count).fill(value))
    bench.kernels.quantizeConstants(y, x, ones, ones, 0, 0, count, roundingCode('stochastic'), 0, address)
    const found = bench.read(y, count)
    if (Number.isInteger(value)) assert.ok(found.every((each) => each === value))
    const mean = found.reduce((sum, each) => sum + each, 0) / count
    assert.ok(Math.abs(mean - value) < 4 * Math.sqrt(0.25 / count), `${mean} for ${value}`)
  }
})

test('padding repeats the draw of the last sample', () => {
  const { key } = noise(3, 0, 1)
  for (let exact = 1; exact <= 16; exact++) {
    const bench = new Bench()
    const samples = Math.ceil(exact / 8) * 8
    const x = bench.floats(new Float32Array(samples).fill(0.5))
    const ones = bench.floats([1])
    const [y, greatest] = [bench.room(samples), bench.floats([0])]
    const code = roundingCode('stochastic')
    const size = [1, samples * 4, samples] as const
    const noise = [bench.words(key), 0, exact, bench.room(8)] as const
    bench.kernels.quantizeRows(y, x, ones, ones, 0, 0, greatest, ...size, code, 0, ...noise)
    const found = bench.read(y, samples)
    for (const padding of found.subarray(exact)) assert.is(padding, found[exact - 1])
    assert.is(bench.read(greatest, 1)[0], Math.max(...found.subarray(0, exact)))
  }
})
