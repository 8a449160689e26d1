import fc from 'fast-check'
import * as assert from 'uvu/assert'
import { nearest } from '../../lang/suggest.js'
import { suite } from '../kit.js'

const test = suite('did you mean')

test('one edit per three characters is allowed', () => {
  assert.is(nearest('relo', ['relu', 'dense']), 'relu')
  assert.is(nearest('rexo', ['relu']), undefined)
  assert.is(nearest('latancy', ['latency']), 'latency')
  assert.is(nearest('lotoncy', ['latency']), 'latency')
  assert.is(nearest('lotoncx', ['latency']), undefined)
})

test('inserted, deleted and swapped letters count as one edit', () => {
  assert.is(nearest('quntizer', ['quantizer']), 'quantizer')
  assert.is(nearest('quanttizer', ['quantizer']), 'quantizer')
  assert.is(nearest('den', ['end']), undefined)
  assert.is(nearest('ednse', ['dense']), 'dense')
})

test('a name that differs only in case wins, however short', () => {
  assert.is(nearest('Mhz', ['kHz', 'MHz']), 'MHz')
  assert.is(nearest('NS', ['s', 'ns']), 'ns')
})

test('names under three characters are not guessed from', () => {
  assert.is(nearest('ms', ['us', 'ns']), undefined)
})

test('lengths differ by two at most', () => {
  assert.is(nearest('resolution', ['resolutions_by']), undefined)
})

test('the nearest wins, the first among equals, and never the name itself', () => {
  assert.is(nearest('dense', ['tense', 'sense']), 'tense')
  assert.is(nearest('accuracie', ['accurate', 'accuracy', 'accuracies']), 'accuracies')
  assert.is(nearest('dense', ['dense']), undefined)
})

/** Optimal string alignment, by its definition. */
function distance(a: string, b: string): number {
  if (a === '' || b === '') return a.length + b.length
  const swapped = a.length > 1 && b.length > 1 && a.at(-1) === b.at(-2) && a.at(-2) === b.at(-1)
  return Math.min(
    distance(a.slice(0, -1), b) + 1,
    distance(a, b.slice(0, -1)) + 1,
    distance(a.slice(0, -1), b.slice(0, -1)) + (a.at(-1) === b.at(-1) ? 0 : 1),
    swapped ? distance(a.slice(0, -2), b.slice(0, -2)) + 1 : Number.POSITIVE_INFINITY,
  )
}

test('what is passed over without a comparison is no match', () => {
  const words = fc.string({ unit: fc.constantFrom(...'abcAB_1'), minLength: 1, maxLength: 6 })
  fc.assert(
    fc.property(words, fc.array(words, { maxLength: 6 }), (name, candidates) => {
      const lower = name.toLowerCase()
      const others = candidates.filter((candidate) => candidate !== name)
      const equal = others.find((candidate) => candidate.toLowerCase() === lower)
      const near = others
        .filter((candidate) => name.length >= 3 && Math.abs(candidate.length - name.length) <= 2)
        .map((candidate) => ({ candidate, edits: distance(lower, candidate.toLowerCase()) }))
        .filter(({ edits }) => edits <= Math.max(1, Math.floor(name.length / 3)))
        .sort((a, b) => a.edits - b.edits)
      assert.is(nearest(name, candidates), equal ?? near[0]?.candidate)
    }),
    { numRuns: 300 },
  )
})
