import fc from 'fast-check'
import * as assert from 'uvu/assert'
import { canonicalSignedDigits } from '../../../compiler/optimize/csd.js'
import { suite } from '../../kit.js'

const test = suite('compiler/optimize/csd')
const SEED = 9

test(`digits sum up to the value, none are neighbours (seed ${SEED})`, () => {
  fc.assert(
    fc.property(fc.bigInt({ min: -(1n << 80n), max: 1n << 80n }), (value) => {
      const digits = canonicalSignedDigits(value)
      const sum = digits.reduce(
        (total, { position, negative }) => total + (negative ? -1n : 1n) * (1n << BigInt(position)),
        0n,
      )
      assert.is(sum, value)
      for (const [n, digit] of digits.entries()) {
        const next = digits[n + 1]
        if (next !== undefined) assert.ok(next.position >= digit.position + 2)
      }
    }),
    { numRuns: 1000, seed: SEED },
  )
})

test('no sum of signed powers of two has fewer terms', () => {
  // Everything that so many digits below 2^8 can make, by number of digits.
  const powers = Array.from({ length: 9 }, (_, position) => 1 << position).flatMap((power) => [power, -power])
  const fewest = new Map<number, number>([[0, 0]])
  let frontier = [0]
  for (let count = 1; count <= 4; count++) {
    const next: number[] = []
    for (const value of frontier) {
      for (const power of powers) {
        if (fewest.has(value + power)) continue
        fewest.set(value + power, count)
        next.push(value + power)
      }
    }
    frontier = next
  }
  for (let value = -170; value <= 170; value++) {
    assert.is(canonicalSignedDigits(BigInt(value)).length, fewest.get(value), String(value))
  }
})
