import fc from 'fast-check'
import * as assert from 'uvu/assert'
import { powerOfTwo } from '../../../compiler/numeric/exponent.js'
import {
  quantizerGradient,
  quantizeValue,
  rangeOf,
  rounder,
  wrapInteger,
} from '../../../compiler/numeric/fixed-quantizer.js'
import type { Overflow } from '../../../lang/program.js'
import { goldenSets, ROUNDINGS } from '../../fixtures/golden-quantizer.js'
import { suite } from '../../kit.js'

const test = suite('fixed-point quantizer')

const sets = goldenSets()
if (sets === null) test.skip('every golden case', 'golden/hgq2_quantizer.json is not here')
else {
  for (const set of sets) {
    const { rounding, overflow } = set
    test(`golden: ${rounding} ${overflow}`, () => {
      assert.ok(set.x.length >= 64)
      for (const [index, x] of set.x.entries()) {
        const at = (values: readonly number[]): number => values[index] ?? Number.NaN
        const type = { k: at(set.k), i: at(set.i), f: at(set.f) }
        const where = `${JSON.stringify(type)} at ${x}`
        // + 0 makes -0 and 0 the same: hardware has one zero.
        assert.is(quantizeValue(x, type, rounding, overflow, 'round') + 0, at(set.y_train) + 0, `training, ${where}`)
        assert.is(quantizeValue(x, type, rounding, overflow, 'full') + 0, at(set.y_infer) + 0, `inference, ${where}`)
        const gradient = quantizerGradient(x, at(set.dy), type, rounding, overflow)
        for (const [found, want, name] of [
          [gradient.x, at(set.dx), 'x'],
          [gradient.i, at(set.di), 'i'],
          [gradient.f, at(set.df), 'f'],
        ] as const) {
          assert.ok(
            Math.abs(found - want) <= 1e-5 * Math.abs(want) + 1e-12,
            `gradient of ${name}, ${where}: ${found} instead of ${want}`,
          )
        }
      }
    })
  }
}

const types = fc
  .record({ k: fc.constantFrom(0, 1), i: fc.integer({ min: -3, max: 6 }), f: fc.integer({ min: -3, max: 8 }) })
  .filter(({ k, i, f }) => i + f >= 0 && k + i + f > 0)
const roundings = fc.constantFrom(...Object.values(ROUNDINGS))
const values = fc.double({ min: -300, max: 300, noNaN: true })

test('at inference a value is on the grid, in range, and quantizing it again changes nothing', () => {
  const overflows = fc.constantFrom<Overflow>('saturate', 'saturate_symmetric', 'wrap')
  fc.assert(
    fc.property(types, roundings, overflows, values, (type, rounding, overflow, x) => {
      const y = quantizeValue(x, type, rounding, overflow, 'full')
      const scaled = y * powerOfTwo(type.f)
      assert.is(scaled, Math.floor(scaled))
      const { low, high } = rangeOf(type, overflow)
      assert.ok(y >= low && y <= high)
      assert.is(quantizeValue(y, type, rounding, overflow, 'full') + 0, y + 0)
    }),
  )
})

test('in range the error is below one step, and at most half of one for the nearest modes', () => {
  fc.assert(
    fc.property(roundings, fc.integer({ min: -3, max: 8 }), values, (rounding, f, x) => {
      const error = Math.abs(x - rounder(rounding)(x * powerOfTwo(f)) * powerOfTwo(-f))
      assert.ok(rounding.startsWith('nearest') ? error <= powerOfTwo(-f - 1) : error <= powerOfTwo(-f))
    }),
  )
})

test('wrapping keeps the value modulo 2^(k + i)', () => {
  fc.assert(
    fc.property(types, values, (type, x) => {
      const y = quantizeValue(x, type, 'truncate', 'wrap', 'full')
      const turns = (quantizeValue(x, type, 'truncate', 'wrap', 'round') - y) / powerOfTwo(type.k + type.i)
      assert.is(turns, Math.floor(turns))
    }),
  )
})

test('rounding and wrapping are exact where adding a half, or the lowest value, would lose a bit', () => {
  const justBelowHalf = 0.5 - powerOfTwo(-54)
  const odd = powerOfTwo(52) + 1
  for (const rounding of Object.values(ROUNDINGS)) {
    const round = rounder(rounding)
    if (rounding.startsWith('nearest')) {
      assert.is(round(justBelowHalf) + 0, 0, rounding)
      assert.is(round(-justBelowHalf) + 0, 0, rounding)
    }
    assert.is(round(odd), odd, rounding)
    assert.is(round(-odd), -odd, rounding)
  }
  assert.is(wrapInteger(powerOfTwo(60), { k: 1, i: 3, f: 2 }), 0)
  assert.is(wrapInteger(odd, { k: 1, i: 3, f: 2 }), 1)
  assert.is(wrapInteger(-odd, { k: 0, i: 3, f: 2 }), 31)
})
