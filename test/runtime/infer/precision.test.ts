import fc from 'fast-check'
import * as assert from 'uvu/assert'
import { dyadicOf } from '../../../compiler/fixed/dyadic.js'
import type { FixedType } from '../../../compiler/fixed/type.js'
import { widthOf } from '../../../compiler/fixed/type.js'
import { lowestBit, powerOfTwo } from '../../../compiler/numeric/exponent.js'
import { rangeOf } from '../../../compiler/numeric/fixed-quantizer.js'
import { type Precision, precisionOfGrid } from '../../../runtime/infer/grid.js'
import { analyzePrecision } from '../../../runtime/infer/precision.js'
import { CalibratedBuilder, TestRandom } from '../../fixtures/calibrated.js'
import { suite } from '../../kit.js'

const test = suite('runtime/infer/precision')
const SEED = 11

const holds: Readonly<Record<Precision, (value: number) => boolean>> = {
  float32: (value) => Math.fround(value) === value,
  float64: () => true,
  integers: () => false,
}

/** A dense product of values with these types, and a bias; which precision is it computed in? */
function precisionOfProduct(types: readonly FixedType[], weights: readonly number[], bias: number): Precision {
  const build = new CalibratedBuilder()
  const x = build.input('x', { types, rounding: 'nearest', overflow: 'saturate' })
  const w = build.parameter('w', [types.length, 1], weights)
  const shape = [1]
  const product = build.push({ kind: 'einsum', equation: '...i,io->...o', operands: [x, w], side: 'data', shape })
  const b = build.parameter('b', [1], [bias])
  const sum = build.push({ kind: 'add', operands: [product, b], side: 'data', shape })
  const calibrated = build.finish([{ name: 'y', operation: sum }])
  return analyzePrecision(calibrated).precisions.get(sum) ?? 'integers'
}

/** value · 2^100 as an integer. */
function scaled(value: number): bigint {
  const { mantissa, exponent } = dyadicOf(value)
  return mantissa << BigInt(exponent + 100)
}

test(`every term and every partial sum is exact in any order, at the bounds of the intervals too (seed ${SEED})`, () => {
  const seen = { float32: 0, float64: 0, integers: 0 }
  fc.assert(
    fc.property(fc.integer(), fc.integer({ min: 1, max: 26 }), fc.integer({ min: 1, max: 26 }), (seed, wide, bits) => {
      const random = new TestRandom(seed)
      const count = random.integer(1, 9)
      const types = Array.from({ length: count }, () => random.type(wide))
      const weight = (): number => random.integer(-(2 ** bits), 2 ** bits) / 2 ** random.integer(0, 6)
      const weights = types.map(weight)
      const bias = weight()
      const precision = precisionOfProduct(types, weights, bias)
      seen[precision]++
      if (precision === 'integers') return
      for (let trial = 0; trial < 8; trial++) {
        const terms = types.map((type, at) => {
          if (widthOf(type) === 0) return [0, weights[at] ?? 0] as const
          const { low, high } = rangeOf(type, 'saturate')
          const inner = low + Math.floor(random.unit() * (high - low) * powerOfTwo(type.f)) * powerOfTwo(-type.f)
          // The first trials drive the sum to its greatest and its least value.
          const up = (weights[at] ?? 0) > 0
          return [
            trial === 0 ? (up ? high : low) : trial === 1 ? (up ? low : high) : random.pick([low, high, inner]),
            weights[at] ?? 0,
          ] as const
        })
        const all: (readonly [number, number])[] = [...terms, [1, bias]]
        // A random order.
        for (let at = all.length - 1; at > 0; at--) {
          const other = random.integer(0, at)
          const held = all[at] as readonly [number, number]
          all[at] = all[other] as readonly [number, number]
          all[other] = held
        }
        let [sum, exact] = [0, 0n]
        for (const [x, w] of all) {
          assert.is((scaled(x) * scaled(w)) >> 100n, scaled(x * w))
          sum += x * w
          exact += scaled(x * w)
          assert.ok(holds[precision](x) && holds[precision](w) && holds[precision](x * w) && holds[precision](sum))
          assert.is(scaled(sum), exact)
        }
      }
    }),
    { numRuns: 1500, seed: SEED },
  )
  assert.ok(seen.float32 > 200 && seen.float64 > 200, JSON.stringify(seen))
})

test('24 and 53 bits are the limits', () => {
  const one = (i: number, f: number): Precision =>
    precisionOfGrid({ fraction: Float64Array.of(f), bound: Float64Array.of(powerOfTwo(i)) })
  assert.is(one(20, 4), 'float32')
  assert.is(one(21, 4), 'float64')
  assert.is(one(-4, 28), 'float32')
  assert.is(one(30, 21), 'float64')
  assert.is(one(30, 22), 'integers')
  // Exponents that float32 has no room for.
  assert.is(one(-60, 61), 'float64')
  assert.is(one(61, -60), 'float64')
  assert.is(precisionOfGrid({ fraction: Float64Array.of(0), bound: Float64Array.of(Number.NaN) }), 'integers')
})

test('the sum of bounds decides, not the terms alone', () => {
  const types = (count: number): FixedType[] => Array.from({ length: count }, () => ({ k: 0, i: 12, f: 0 }))
  assert.is(precisionOfProduct(types(2), [2 ** 11, 2 ** 11], 0), 'float32')
  assert.is(precisionOfProduct(types(3), [2 ** 11, 2 ** 11, 1], 0), 'float64')
  assert.is(precisionOfProduct(types(2), [2 ** 11, 2 ** 11], 2 ** -1), 'float64')
  // Zero weights ask for nothing.
  assert.is(precisionOfProduct(types(3), [2 ** 11, 2 ** 11, 0], 0), 'float32')
})

test('the lowest bit of any double', () => {
  fc.assert(
    fc.property(fc.integer({ min: -1074, max: 1000 }), fc.integer({ min: 0, max: 2 ** 22 }), (exponent, half) => {
      const value = (2 * half + 1) * powerOfTwo(exponent)
      assert.is(lowestBit(value), exponent)
      assert.is(lowestBit(-value), exponent)
    }),
    { seed: SEED },
  )
})
