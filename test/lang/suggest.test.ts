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
