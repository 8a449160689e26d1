import fc from 'fast-check'
import * as assert from 'uvu/assert'
import { intervalOfType, isWithin } from '../../../compiler/fixed/arithmetic.js'
import { FixedGraphBuilder } from '../../../compiler/fixed/builder.js'
import { checkFixedGraph } from '../../../compiler/fixed/check.js'
import { dyadicOf } from '../../../compiler/fixed/dyadic.js'
import { type FixedType, widthOf } from '../../../compiler/fixed/type.js'
import type { ElementTypes } from '../../../compiler/graph/calibrated.js'
import { lowerQuantizer } from '../../../compiler/lower/quantize.js'
import type { Overflow } from '../../../lang/program.js'
import { emulate } from '../../../runtime/emulate/emulate.js'
import { exactOf, numberOfExact } from '../../fixtures/exact/number.js'
import { quantizeExactly } from '../../fixtures/exact/quantize.js'
import { goldenSets, OVERFLOWS, ROUNDINGS } from '../../fixtures/golden-quantizer.js'
import { suite } from '../../kit.js'

const test = suite('compiler/lower/quantize')
const SEED = 31

/** The values through a lowered quantizer behind an input of the given type. */
function run(
  from: FixedType,
  values: readonly number[],
  type: FixedType,
  rounding: ElementTypes['rounding'],
  overflow: Overflow,
): number[] {
  const builder = new FixedGraphBuilder()
  const [x = 0] = builder.input('x', [1], [from])
  builder.output('y', [1], [lowerQuantizer(builder, x, type, rounding, overflow)])
  const graph = builder.finish()
  checkFixedGraph(graph)
  const inside = graph.nodes[graph.outputs[0]?.nodes[0] ?? 0]
  if (inside !== undefined && (overflow !== 'wrap_reflect' || type.k === 1)) {
    assert.ok(isWithin(inside.interval, intervalOfType(type)), 'the result has its type')
  }
  const out = emulate(graph, new Map([['x', Float64Array.from(values)]]), values.length).get('y')
  return [...(out ?? [])]
}

test(`every value of an input, every mode, as the quantizer is stated (seed ${SEED})`, () => {
  const type = (most: number): fc.Arbitrary<FixedType> =>
    fc
      .tuple(
        fc.constantFrom(0 as const, 1 as const),
        fc.integer({ min: 0, max: most }),
        fc.integer({ min: -3, max: 5 }),
      )
      .map(([k, width, f]) => ({ k, i: width - f, f }))
  fc.assert(
    fc.property(
      type(6),
      type(5),
      fc.constantFrom(...Object.values(ROUNDINGS)),
      fc.constantFrom(...Object.values(OVERFLOWS)),
      (from, to, rounding, overflow) => {
        const { low, high } = intervalOfType(from)
        const values: number[] = []
        for (let code = low; code <= high; code++) values.push(Number(code) * (widthOf(from) === 0 ? 0 : 2 ** -from.f))
        const expected = values.map((x) => numberOfExact(quantizeExactly(exactOf(x), to, rounding, overflow)))
        assert.equal(run(from, values, to, rounding, overflow), expected)
      },
    ),
    { numRuns: 4000, seed: SEED },
  )
})

test('what intervals prove superfluous makes no node', () => {
  const nodes = (from: FixedType, to: FixedType, rounding: ElementTypes['rounding'], overflow: Overflow): number => {
    const builder = new FixedGraphBuilder()
    const [x = 0] = builder.input('x', [1], [from])
    builder.output('y', [1], [lowerQuantizer(builder, x, to, rounding, overflow)])
    return builder.finish().nodes.length - 1
  }
  const small: FixedType = { k: 0, i: 3, f: 1 }
  for (const overflow of Object.values(OVERFLOWS)) {
    for (const rounding of Object.values(ROUNDINGS))
      assert.is(nodes(small, { k: 1, i: 3, f: 2 }, rounding, overflow), 0)
  }
  // Truncation alone is one cast.
  assert.is(nodes(small, { k: 0, i: 3, f: 0 }, 'truncate', 'saturate'), 1)
})

const sets = goldenSets()
if (sets === null) test.skip('the reference quantizer at inference', 'the golden file is absent')
else {
  for (const { rounding, overflow, k, i, f, x, y_infer } of sets) {
    test(`the reference quantizer at inference: ${rounding}, ${overflow}`, () => {
      let compared = 0
      for (const [n, value] of x.entries()) {
        const type: FixedType = { k: k[n] === 1 ? 1 : 0, i: i[n] ?? 0, f: f[n] ?? 0 }
        // Reflection of types of one bit: there the reference's result depends on bits below the rounded value, so that no
        // rounding followed by a reflection gives all its cases. Here they follow the rule of all other widths.
        if (widthOf(type) === 0 || (overflow === 'wrap_reflect' && widthOf(type) === 1)) continue
        const { exponent } = dyadicOf(value)
        // A port that holds this one value.
        const port: FixedType = { k: 1, i: 8, f: Math.max(-exponent, 0) }
        const expected = (y_infer[n] ?? 0) + 0
        assert.is(
          run(port, [value], type, rounding, overflow)[0],
          expected,
          `${value} to (${type.k}, ${type.i}, ${type.f})`,
        )
        compared++
      }
      assert.ok(compared > 40)
    })
  }
}
