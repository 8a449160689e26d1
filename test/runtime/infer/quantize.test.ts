import fc from 'fast-check'
import * as assert from 'uvu/assert'
import { dyadicOf, numberOf } from '../../../compiler/fixed/dyadic.js'
import { type FixedType, widthOf } from '../../../compiler/fixed/type.js'
import type { ElementTypes } from '../../../compiler/graph/calibrated.js'
import { quantizeExact } from '../../../runtime/infer/integers.js'
import { quantizeElements } from '../../../runtime/infer/quantize.js'
import { goldenSets, OVERFLOWS, ROUNDINGS } from '../../fixtures/golden-quantizer.js'
import { suite } from '../../kit.js'

const test = suite('quantizers of exact inference')

/** Quantized in doubles and in integers: the values of both, and how many wrapped. */
function bothWays(values: readonly number[], elements: ElementTypes) {
  const doubles = new Float64Array(values.length)
  const wrapsOfDoubles = quantizeElements(values, elements, doubles)
  const exact = values.map((value, element) => {
    const { mantissa, exponent } = dyadicOf(value)
    return quantizeExact({ mantissa, fraction: -exponent }, elements, element)
  })
  return {
    // + 0 makes -0 and 0 the same: hardware has one zero.
    doubles: Array.from(doubles, (value) => value + 0),
    integers: exact.map(({ result }) => numberOf(result.mantissa, -result.fraction) + 0),
    wrapsOfDoubles,
    wrapsOfIntegers: exact.filter(({ wrapped }) => wrapped).length,
  }
}

const sets = goldenSets()
if (sets === null) test.skip('every golden case', 'golden/hgq2_quantizer.json is not here')
else {
  for (const set of sets) {
    const { rounding, overflow } = set
    test(`golden: ${rounding} ${overflow}`, () => {
      const types = set.k.map((k, at): FixedType => ({ k: k === 1 ? 1 : 0, i: set.i[at] ?? 0, f: set.f[at] ?? 0 }))
      const { doubles, integers } = bothWays(set.x, { types, rounding, overflow })
      assert.equal(doubles, integers)
      let compared = 0
      for (const [at, type] of types.entries()) {
        // Types without bits are pruned here. Reflection of one bit follows the rule of all other widths; in the reference
        // it depends on bits below the rounded value.
        if (widthOf(type) === 0 || (overflow === 'wrap_reflect' && widthOf(type) === 1)) continue
        assert.is(doubles[at], (set.y_infer[at] ?? Number.NaN) + 0, `${JSON.stringify(type)} at ${set.x[at]}`)
        compared++
      }
      assert.ok(compared > 40)
    })
  }
}

test('doubles and integers agree on values and on what wrapped', () => {
  const type = fc.record({
    k: fc.constantFrom<0 | 1>(0, 1),
    i: fc.integer({ min: -4, max: 8 }),
    f: fc.integer({ min: -4, max: 10 }),
  })
  fc.assert(
    fc.property(
      fc.array(fc.tuple(type, fc.integer({ min: -(2 ** 24), max: 2 ** 24 }), fc.integer({ min: -4, max: 24 })), {
        minLength: 1,
        maxLength: 20,
      }),
      fc.constantFrom(...Object.values(ROUNDINGS)),
      fc.constantFrom(...Object.values(OVERFLOWS)),
      (cases, rounding, overflow) => {
        const values = cases.map(([, integer, fraction]) => numberOf(BigInt(integer), -fraction))
        const types = cases.map(([each]) => each)
        const { doubles, integers, wrapsOfDoubles, wrapsOfIntegers } = bothWays(values, { types, rounding, overflow })
        assert.equal(doubles, integers)
        assert.is(wrapsOfDoubles, wrapsOfIntegers)
      },
    ),
    { seed: 31, numRuns: 300 },
  )
})
