import fc from 'fast-check'
import * as assert from 'uvu/assert'
import { philox } from '../../../compiler/numeric/philox.js'
import { fillWords, integerAt, normalAt, permutation, randomKey, uniformAt } from '../../../compiler/numeric/random.js'
import { suite } from '../../kit.js'

const test = suite('random')

test('philox 4x32-10 gives the known answers of its authors', () => {
  const cases = [
    { counter: [0, 0, 0, 0], key: [0, 0], expected: ['6627e8d5', 'e169c58d', 'bc57ac4c', '9b00dbd8'] },
    { counter: [-1, -1, -1, -1], key: [-1, -1], expected: ['408f276d', '41c83b0e', 'a20bc7c6', '6d5451fd'] },
    {
      counter: [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344],
      key: [0xa4093822, 0x299f31d0],
      expected: ['d16cfe09', '94fdcceb', '5001e420', '24126ea1'],
    },
  ]
  for (const { counter, key, expected } of cases) {
    const block = Uint32Array.from(counter)
    philox(block, key[0] ?? 0, key[1] ?? 0)
    assert.equal(
      Array.from(block, (word) => word.toString(16).padStart(8, '0')),
      expected,
    )
  }
})

// Written down once; they change only when the generator does, and then every artifact does.
const KNOWN = {
  key: { key: [3229969199, 1763988754], counter: [1741844363, 2681881438] },
  uniform: [0.5902566762695386, 0.39125956256508754, 0.8646035535960254],
  normal: [-0.7153004810667232, -0.9613935427816278, 1.7428262662644227],
  permutation: [5, 0, 4, 2, 1, 8, 7, 3, 9, 6],
}

const key = randomKey(7, 'muons', 'split')

test('the same numbers for the same key, for ever', () => {
  assert.equal(key, KNOWN.key)
  assert.equal(
    [0, 1, 2 ** 40].map((index) => uniformAt(key, index)),
    KNOWN.uniform,
  )
  assert.equal(
    [0, 1, 2 ** 40].map((index) => normalAt(key, index)),
    KNOWN.normal,
  )
  assert.equal(Array.from(permutation(key, 10)), KNOWN.permutation)
})

test('seed and every word of the path matter, and words do not run together', () => {
  const keys = [
    randomKey(0),
    randomKey(1),
    randomKey(-1),
    randomKey(0.5),
    randomKey(2 ** 32),
    randomKey(0, 0),
    randomKey(0, ''),
    randomKey(0, 'a'),
    randomKey(0, 'ab'),
    randomKey(0, 'a', 'b'),
    randomKey(0, 'a\0'),
    randomKey(0, 'b', 'a'),
    randomKey(0, '0'),
    randomKey(0, 'abcd', 'e'),
    randomKey(0, 'abcde'),
  ]
  assert.is(new Set(keys.map((each) => JSON.stringify(each))).size, keys.length)
  assert.equal(randomKey(-0), randomKey(0))
  assert.throws(() => randomKey(Number.NaN), /cannot hold NaN/)
})

const COUNT = 200_000

test('uniform: mean, variance, cells and neighbours as chance allows', () => {
  let sum = 0
  let squares = 0
  let products = 0
  let previous = 0.5
  const cells = new Float64Array(256)
  for (let index = 0; index < COUNT; index++) {
    const u = uniformAt(key, index)
    assert.ok(u >= 0 && u < 1)
    sum += u
    squares += (u - 0.5) ** 2
    products += (u - 0.5) * (previous - 0.5)
    previous = u
    const cell = Math.floor(u * 256)
    cells[cell] = (cells[cell] ?? 0) + 1
  }
  const sigma = Math.sqrt(1 / 12 / COUNT)
  assert.ok(Math.abs(sum / COUNT - 0.5) < 5 * sigma)
  assert.ok(Math.abs(squares / COUNT - 1 / 12) < 5 * Math.sqrt(1 / 180 / COUNT))
  assert.ok(Math.abs(products / COUNT) < (5 / 12) * Math.sqrt(1 / COUNT))
  const chi2 = cells.reduce((total, count) => total + (count - COUNT / 256) ** 2 / (COUNT / 256), 0)
  assert.ok(Math.abs(chi2 - 255) < 5 * Math.sqrt(2 * 255), `chi² = ${chi2} for 255 degrees of freedom`)
})

test('normal: moments and tails as chance allows', () => {
  let sum = 0
  let squares = 0
  let fourth = 0
  let beyondTwo = 0
  for (let index = 0; index < COUNT; index++) {
    const x = normalAt(key, index)
    sum += x
    squares += x * x
    fourth += x ** 4
    if (Math.abs(x) > 2) beyondTwo++
  }
  assert.ok(Math.abs(sum / COUNT) < 5 / Math.sqrt(COUNT))
  assert.ok(Math.abs(squares / COUNT - 1) < 5 * Math.sqrt(2 / COUNT))
  assert.ok(Math.abs(fourth / COUNT - 3) < 5 * Math.sqrt(96 / COUNT))
  assert.ok(Math.abs(beyondTwo / COUNT - 0.0455) < 5 * Math.sqrt(0.0455 / COUNT))
})

test('streams of different keys are not related', () => {
  let products = 0
  const other = randomKey(8, 'muons', 'split')
  for (let index = 0; index < COUNT; index++)
    products += (uniformAt(key, index) - 0.5) * (uniformAt(other, index) - 0.5)
  assert.ok(Math.abs(products / COUNT) < (5 / 12) * Math.sqrt(1 / COUNT))
})

test('integers stay below their bound and reach each value', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 2 ** 32 }), fc.nat(), (bound, index) => {
      const value = integerAt(key, index, bound)
      assert.ok(Number.isInteger(value) && value >= 0 && value < bound)
    }),
    { seed: 3, numRuns: 2_000 },
  )
  const seen = new Set(Array.from({ length: 200 }, (_, index) => integerAt(key, index, 7)))
  assert.is(seen.size, 7)
})

test('a permutation holds every index once, and each place is as likely', () => {
  for (const length of [0, 1, 2, 3, 1000]) {
    const sorted = Array.from(permutation(key, length)).sort((a, b) => a - b)
    assert.equal(
      sorted,
      Array.from({ length }, (_, index) => index),
    )
  }
  const rounds = 6_000
  const seen = new Map<string, number>()
  for (let round = 0; round < rounds; round++) {
    const name = permutation(randomKey(round), 3).join('')
    seen.set(name, (seen.get(name) ?? 0) + 1)
  }
  assert.is(seen.size, 6)
  for (const count of seen.values()) assert.ok(Math.abs(count - rounds / 6) < 5 * Math.sqrt(rounds / 6))
})

test('a permutation is drawn from the words of the key as documented', () => {
  const length = 23
  const words = new Uint32Array(24)
  fillWords(key, 0, words)
  const expected = Array.from({ length }, (_, index) => index)
  for (let last = length - 1; last > 0; last--) {
    const other = Number((BigInt(words[last] ?? 0) * BigInt(last + 1)) >> 32n)
    const kept = expected[last] ?? -1
    expected[last] = expected[other] ?? -1
    expected[other] = kept
  }
  assert.equal(Array.from(permutation(key, length)), expected)
})

test('words in bulk are those of the single draws', () => {
  const words = new Uint32Array(10)
  fillWords(key, 5, words)
  const expected: number[] = []
  for (let index = 5; index < 8; index++) {
    const block = Uint32Array.from([index, 0, ...key.counter])
    philox(block, ...key.key)
    expected.push(...block)
  }
  assert.equal(Array.from(words), expected.slice(0, 10))
})
