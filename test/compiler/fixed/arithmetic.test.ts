import fc from 'fast-check'
import * as assert from 'uvu/assert'
import {
  castInterval,
  hull,
  intersect,
  intervalOfType,
  isWithin,
  makeInterval,
  multiplyIntervals,
  pointInterval,
} from '../../../compiler/fixed/arithmetic.js'
import { dyadicOf, numberOf } from '../../../compiler/fixed/dyadic.js'
import { type Interval, typeOfInterval } from '../../../compiler/fixed/interval.js'
import { type FixedType, widthOf } from '../../../compiler/fixed/type.js'
import { quantizeExactly } from '../../fixtures/exact/quantize.js'
import { suite } from '../../kit.js'

const test = suite('compiler/fixed/arithmetic')
const SEED = 77

/** Small enough that every value can be tried. */
const interval: fc.Arbitrary<Interval> = fc
  .tuple(fc.integer({ min: -40, max: 40 }), fc.integer({ min: 0, max: 50 }), fc.integer({ min: -3, max: 4 }))
  .map(([low, length, fraction]) => makeInterval(BigInt(low), BigInt(low + length), fraction))

const type: fc.Arbitrary<FixedType> = fc
  .tuple(fc.constantFrom(0 as const, 1 as const), fc.integer({ min: -4, max: 5 }), fc.integer({ min: -4, max: 5 }))
  .map(([k, i, f]) => ({ k, i, f }))

/** All values, counted in steps of 2^-20. */
function valuesOf({ low, high, fraction }: Interval): bigint[] {
  const values: bigint[] = []
  for (let code = low; code <= high; code++) values.push(code << BigInt(20 - fraction))
  return values
}

function bounds(values: readonly bigint[]): readonly [bigint, bigint] {
  const sorted = [...values].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0))
  const [low, high] = [sorted[0], sorted.at(-1)]
  if (low === undefined || high === undefined) throw new Error('no values')
  return [low, high]
}

function boundsOf({ low, high, fraction }: Interval): readonly [bigint, bigint] {
  return [low << BigInt(20 - fraction), high << BigInt(20 - fraction)]
}

test(`cast: holds every value, tightly where nothing overflows (seed ${SEED})`, () => {
  fc.assert(
    fc.property(interval, type, (from, to) => {
      const scale = 400n - 20n
      const cast = valuesOf(from).map((v) => quantizeExactly(v << scale, to, 'truncate', 'wrap') >> scale)
      const [low, high] = bounds(cast)
      const result = castInterval(from, to)
      const [foundLow, foundHigh] = boundsOf(result)
      assert.ok(foundLow <= low && foundHigh >= high, 'a value is outside')
      assert.ok(isWithin(result, intervalOfType(to)), 'wider than the type')
      const floors = valuesOf(from).map(
        (v) => quantizeExactly(v << scale, { ...to, i: 12, k: 1 }, 'truncate', 'wrap') >> scale,
      )
      if (floors.every((v, n) => v === cast[n])) assert.equal([foundLow, foundHigh], [low, high])
    }),
    { numRuns: 3000, seed: SEED },
  )
})

test(`hull, intersection and product hold exactly what they say (seed ${SEED})`, () => {
  fc.assert(
    fc.property(interval, interval, (a, b) => {
      assert.equal(boundsOf(hull(a, b)), bounds([...valuesOf(a), ...valuesOf(b)]))
      const onGrid = valuesOf(a).filter((v) => v >= boundsOf(b)[0] && v <= boundsOf(b)[1])
      const common = intersect(a, b)
      if (onGrid.length === 0) assert.is(common, null)
      else assert.equal(common === null ? null : boundsOf(common), bounds(onGrid))
      const products = valuesOf(a).flatMap((x) => valuesOf(b).map((y) => (x * y) >> 20n))
      assert.equal(boundsOf(multiplyIntervals(a, b)), bounds(products))
    }),
    { numRuns: 500, seed: SEED },
  )
})

test(`the type of an interval is the least one (seed ${SEED})`, () => {
  fc.assert(
    fc.property(interval, (a) => {
      const { k, i, f } = typeOfInterval(a)
      assert.ok(isWithin(a, intervalOfType({ k, i, f })))
      if (widthOf({ k, i, f }) > 0) assert.not(isWithin(a, intervalOfType({ k, i: i - 1, f })))
      assert.is(k, a.low < 0n ? 1 : 0)
    }),
    { numRuns: 1000, seed: SEED },
  )
})

test('a single value goes to the coarsest grid', () => {
  assert.equal(pointInterval(12n, -3), { low: 3n, high: 3n, fraction: 1 })
  assert.equal(pointInterval(-8n, 0), { low: -1n, high: -1n, fraction: -3 })
  assert.equal(pointInterval(0n, 9), { low: 0n, high: 0n, fraction: 0 })
})

test(`doubles and dyadic numbers are the same numbers (seed ${SEED})`, () => {
  fc.assert(
    fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
      const { mantissa, exponent } = dyadicOf(value)
      assert.ok(mantissa === 0n || (mantissa & 1n) === 1n)
      assert.is(numberOf(mantissa, exponent), value === 0 ? 0 : value)
    }),
    { numRuns: 1000, seed: SEED },
  )
})
