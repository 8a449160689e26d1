import * as assert from 'uvu/assert'
import { suite } from '../../kit.js'
import { check, fixed, inLayer, messages, pipelineOf } from './checked.js'

const test = suite('check: members, metrics and places')

test('a bare name is a member where an enumeration is expected', () => {
  assert.equal(messages('export let q = fixed(1, 2, granularity = channel, round = truncate, signed = auto)'), [])
  assert.equal(messages('export let q = fixed(1, 2, granularity = [0, 1], signed = false)'), [])
})

test('a member that does not exist lists those that do', () => {
  const { diagnostics } = check('export let q = fixed(1, 2, overflow = clip)')
  assert.equal(
    diagnostics.map(({ message }) => message),
    ["'clip' is no overflow"],
  )
  assert.equal(diagnostics[0]?.notes, ["one of 'saturate', 'saturate_symmetric', 'wrap', 'wrap_reflect'"])
  assert.equal(fixed('export let q = fixed(1, 2, overflow = wrapp)'), 'export let q = fixed(1, 2, overflow = wrap)')
})

test('a member in quotes loses them by a fix', () => {
  assert.equal(fixed('export let q = fixed(1, 2, round = "nearest")'), 'export let q = fixed(1, 2, round = nearest)')
})

test('the same word is a loss and a metric, by what is expected', () => {
  const text = 'export train t { model = net(), dataset = d, loss = mse, metric = mse, epochs = 1 }\n'
  const rest = 'export architecture net() {\ninput x[3]\noutput x\n}\n'
  const data =
    'export dataset d { source = csv("a.csv"), labels = "y", split = { train = 80 %, validation = 10 %, test = 10 % } }'
  const program = check(text + rest + data)
  assert.equal(
    program.diagnostics.map(({ message }) => message),
    [],
  )
  const kinds = [...pipelineOf(program).references]
    .filter(([node]) => 'name' in node && node.name === 'mse')
    .map(([, reference]) => reference.kind)
  assert.equal(kinds, ['declaration', 'metric'])
})

test('a metric where something else is expected says so', () => {
  assert.equal(messages('export let k = pareto(adam)'), ['HGQ2030 expected a metric, found an optimizer @ adam'])
  assert.equal(messages('export let k = pareto(accurcy)'), ["HGQ2001 nothing is named 'accurcy' @ accurcy"])
  assert.equal(check('export let k = pareto(accurcy)').diagnostics[0]?.notes, ["did you mean 'accuracy'?"])
})

test('functions whose parameters all have defaults need no parentheses where their result is expected', () => {
  assert.equal(messages(inLayer('return x * parameter([3], init = ones)')), [])
  assert.equal(messages(inLayer('return x * parameter([3], init = normal)')), [])
  assert.equal(messages(inLayer('return x * parameter([3], init = uniform)')), [
    "HGQ2063 'uniform' needs 'low', 'high' @ uniform",
  ])
  assert.equal(messages('export let o = adam'), ["HGQ2070 'adam' is a function and must be called @ adam"])
  assert.equal(fixed('export let o = adam'), 'export let o = adam()')
})

test('places: those of every layer, and those the layer declares', () => {
  assert.equal(messages(inLayer('return quantize(x, at = table)')), [])
  assert.equal(messages(inLayer('place scores = activation\nreturn quantize(x, at = scores)')), [])
  assert.equal(messages(inLayer('return quantize(x, at = scores)')), ["HGQ2016 'scores' is no place @ scores"])
  assert.equal(messages(inLayer('return quantize(x, at = where)', 'where: place')), [])
})

test('a place falls back to one that exists, and has a name of its own', () => {
  assert.equal(messages(inLayer('place scores = nowhere\nreturn x')), [
    "HGQ2046 no layer has a place 'nowhere' @ nowhere",
  ])
  assert.equal(messages(inLayer('place bias = weight\nreturn x')), ["HGQ2089 there is a place 'bias' already @ bias"])
  assert.equal(messages(inLayer('place a = activation\nplace b = a\nreturn quantize(x, at = b)')), [])
})

test('a quantizer may set the places that loaded layers declare', () => {
  const layer = inLayer('place scores = activation\nreturn quantize(x, at = scores)')
  const quantizer = (place: string): string =>
    `export quantizer q { weight = fixed(1, 2), activation = fixed(1, 2), ${place} = fixed(1, 2) }\n`
  assert.equal(messages(layer + quantizer('scores')), [])
  assert.equal(messages(layer + quantizer('skores')), ["HGQ2060 a quantizer has no entry 'skores' @ skores"])
})

test('dotted functions of the prelude', () => {
  assert.equal(messages('export let s = simulate.muon_tracker(events = 10)'), [])
  const text = 'export let s = simulate.muon_traker(events = 10)'
  assert.equal(messages(text), ["HGQ2001 nothing is named 'simulate.muon_traker' @ simulate.muon_traker"])
  assert.equal(fixed(text), 'export let s = simulate.muon_tracker(events = 10)')
})

test('a word of the language out of its place says where it belongs', () => {
  assert.equal(messages('export let r = nearest'), [
    "HGQ2021 'nearest' means something only where a rounding is expected @ nearest",
  ])
  assert.equal(messages(inLayer('let p = activation\nreturn quantize(x, at = p)')), [
    "HGQ2021 'activation' means something only where a place is expected @ activation",
  ])
})
