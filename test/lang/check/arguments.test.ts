import * as assert from 'uvu/assert'
import { suite } from '../../kit.js'
import { check, fixed, inLayer, messages } from './checked.js'

const test = suite('check: arguments')
const IMPORT = 'import "std/layers" { dense }\n'

function layer(body: string): string {
  return IMPORT + inLayer(body)
}

test('arguments match by position, by name, and through a pipe', () => {
  for (const call of [
    'dense(x, 3)',
    'dense(x, units = 3)',
    'dense(units = 3, x = x)',
    'x |> dense(3)',
    'x |> dense(units = 3, use_bias = false)',
  ]) {
    assert.equal(messages(layer(`return ${call}`)), [], call)
  }
})

test('what is missing is listed with an example', () => {
  assert.equal(messages(layer('return x |> dense')), ["HGQ2063 'dense' needs 'units' @ dense"])
  assert.equal(check(layer('return x |> dense')).diagnostics[0]?.notes, ['for example `units = 32`'])
  assert.equal(messages(layer('return einsum(x, at = x)')), [
    'HGQ2030 expected a string, found a tensor @ x',
    "HGQ2060 'einsum' has no parameter 'at' @ at",
  ])
})

test('an unknown argument names the nearest one, which is then not missing as well', () => {
  assert.equal(messages(layer('return x |> dense(unit = 3)')), ["HGQ2060 'dense' has no parameter 'unit' @ unit"])
  assert.equal(messages(fixed(layer('return x |> dense(unit = 3)'))), [])
})

test('too many arguments, arguments given twice, and positions after names are errors', () => {
  assert.equal(messages(layer('return abs(x, 3, 4)')), ["HGQ2062 'abs' takes at most 1 argument @ 3"])
  assert.equal(messages(layer('return dense(x, 3, units = 4)')), ["HGQ2061 'units' is given twice @ units"])
  assert.equal(messages(layer('return dense(units = 3, x)')), [
    'HGQ2064 after an argument with a name, all need names @ x',
  ])
})

test('what is no function cannot be called', () => {
  assert.equal(messages(layer('return x(3)')), ["HGQ2065 'x' cannot be called: it is a tensor @ x"])
  assert.equal(messages(layer('return x |> x')), ["HGQ2065 'x' cannot be called: it is a tensor @ x"])
  assert.equal(messages(`let size = 3\n${layer('return size(x)')}`), [
    "HGQ2065 'size' cannot be called: it is a constant @ size",
  ])
})

test('layers are called, not passed around', () => {
  assert.equal(messages(layer('let f = dense\nreturn f(x, 3)')), [
    "HGQ2069 'dense' is a layer and must be called @ dense",
  ])
  assert.equal(messages(layer('return x |> 3')), [
    'HGQ2066 what follows `|>` must be a call: `x |> dense(5)` or `x |> relu` @ 3',
  ])
})

test('layers and operations live only inside of bodies', () => {
  assert.equal(messages('export let w = parameter([3])'), [
    "HGQ2068 'parameter' works on tensors, which exist only inside a layer or an architecture @ parameter([3])",
  ])
})

test('`with` takes a quantizer, a record of places, or a choice between them, after a layer', () => {
  const quantizer = 'quantizer fine { weight = fixed(3, 3), activation = fixed(3, 3) }\n'
  for (const operand of ['fine', '{ weight = fixed(1, 2) }', '(x.shape[0] == 3 ? fine : { bias = fixed(1, 2) })']) {
    assert.equal(messages(quantizer + layer(`return x |> dense(3) with ${operand}`)), [], operand)
  }
  assert.equal(messages(layer('return x |> dense(3) with { weigth = fixed(1, 2) }')), [
    "HGQ2046 no layer has a place 'weigth' @ weigth",
  ])
  assert.equal(messages(quantizer + layer('return reduce_sum(x, [0]) with fine')), [
    "HGQ2067 `with` has no effect on 'reduce_sum', which is neither a layer nor an architecture @ fine",
  ])
  assert.equal(messages(layer('return x |> dense(3) with 5')), [
    'HGQ2030 expected a quantizer or a record[fixed_point], found an int @ 5',
  ])
})

test('a shared layer is called with one tensor', () => {
  assert.equal(messages(layer('share cell = dense(3)\nreturn cell(x) + (x |> cell)')), [])
  assert.equal(messages(layer('share cell = dense\nreturn cell(x)')), ["HGQ2063 'dense' needs 'units' @ dense"])
  assert.equal(messages(layer('share cell = dense(3)\nreturn x + cell')), [
    "HGQ2071 'cell' is a shared layer and must be called @ cell",
  ])
  assert.equal(messages(layer('share cell = dense(3)\nreturn cell(x, 3)')), [
    "HGQ2062 'cell' takes at most 1 argument @ 3",
  ])
  assert.equal(messages(layer('share cell = 3\nreturn x')), [
    'HGQ2066 only a call of a layer can be shared: `share cell = dense(32)` @ 3',
  ])
})

test('arguments of an unknown function are not looked at', () => {
  assert.equal(messages(layer('let n = 3\nreturn x |> mystery(n, at = channel)')), [
    "HGQ2001 nothing is named 'mystery' @ mystery",
  ])
})
