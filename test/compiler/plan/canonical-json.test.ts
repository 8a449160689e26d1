import fc from 'fast-check'
import * as assert from 'uvu/assert'
import { type CanonicalValue, canonicalJson } from '../../../compiler/plan/canonical-json.js'
import { suite } from '../../kit.js'

const test = suite('canonical JSON')

test('keys are sorted, nothing is blank, absent is absent', () => {
  assert.is(
    canonicalJson({ b: [1, 0.5, -0], a: { d: null, c: 'é"' }, e: undefined }),
    '{"a":{"c":"é\\"","d":null},"b":[1,0.5,0]}',
  )
})

test('numbers that JSON cannot say are bugs', () => {
  for (const value of [Number.NaN, Number.POSITIVE_INFINITY]) assert.throws(() => canonicalJson([value]))
})

function shuffled(value: CanonicalValue): CanonicalValue {
  if (Array.isArray(value)) return value.map(shuffled)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, each]) => [key, shuffled(each as CanonicalValue)]),
  )
}

test('it reads back as what was written, whatever the order of the keys', () => {
  fc.assert(
    fc.property(fc.jsonValue({ noUnicodeString: false } as object), (value) => {
      const text = canonicalJson(value as CanonicalValue)
      assert.equal(JSON.parse(text), JSON.parse(JSON.stringify(value)))
      assert.is(canonicalJson(shuffled(value as CanonicalValue)), text)
    }),
  )
})
