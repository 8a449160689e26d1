import * as assert from 'uvu/assert'
import type { FixedNode } from '../../../../compiler/fixed/graph.js'
import { Values } from '../../../../compiler/optimize/equivalence/values.js'
import { suite } from '../../../kit.js'

const test = suite('compiler/optimize/equivalence/values')
const interval = { low: -1n, high: 1n, fraction: 0 }

/** More atoms than a form holds. */
const wide = {
  form: {
    constant: { mantissa: 0n, exponent: 0 },
    coefficients: new Map(Array.from({ length: 2000 }, (_, atom) => [atom, { mantissa: 1n, exponent: 0 }])),
  },
  interval,
}

test('sums that are too large for a form are the same value when they have the same terms only', () => {
  const values = new Values()
  const x = { node: 0, shift: 0, negate: false }
  const of = (node: FixedNode): string => values.keyOf(values.of(node, () => wide).form)
  const scale = (shift: number, negate: boolean): string =>
    of({ kind: 'scale', term: { ...x, shift, negate }, interval, origin: '' })
  const times = (mantissa: bigint): string =>
    of({ kind: 'multiply_constant', node: 0, mantissa, exponent: 0, interval, origin: '' })
  const sum = (count: number): string =>
    of({ kind: 'sum', terms: Array.from({ length: count }, () => x), interval, origin: '' })
  const keys = [scale(0, false), scale(1, false), scale(1, true), times(3n), times(5n), sum(2), sum(3)]
  assert.is(new Set(keys).size, keys.length)
  assert.is(scale(1, true), keys[2])
  assert.is(of({ kind: 'add', left: x, right: x, interval, origin: '' }), sum(2))
})
