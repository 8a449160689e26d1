import * as assert from 'uvu/assert'
import { suite } from '../../kit.js'
import { fixed, inLayer, messages } from './checked.js'

const test = suite('check: bodies')

function architecture(body: string): string {
  return `architecture net() {\n${body}\n}\n`
}

test('a layer returns, an architecture has inputs and outputs', () => {
  assert.equal(messages(inLayer('x = x + x')), ["HGQ2080 the layer 'sample' returns nothing @ sample"])
  assert.equal(messages(architecture('input x[3]')), ["HGQ2082 the architecture 'net' has no output @ net"])
  assert.equal(messages('architecture net(x: tensor) {\noutput x\n}'), [
    "HGQ2081 the architecture 'net' has no input @ net",
  ])
  assert.equal(messages(architecture('input x[3]\nreturn x')).length, 1)
  assert.equal(fixed(architecture('input x[3]\nreturn x')), architecture('input x[3]\noutput x'))
  assert.equal(fixed(inLayer('output x')), inLayer('return x'))
})

test('what something else is wrong with is not said to be missing', () => {
  assert.equal(messages(inLayer('let y = nowhere')), ["HGQ2001 nothing is named 'nowhere' @ nowhere"])
})

test('values are rebound without let, and keep their type', () => {
  assert.equal(messages(inLayer('x = x + x\nlet y = x\ny = -y\nreturn y')), [])
  assert.equal(messages(inLayer('y = x\nreturn y')), [
    "HGQ2086 'y' is not defined here, so it cannot get a new value @ y",
  ])
  assert.equal(fixed(inLayer('y = x\nreturn y')), inLayer('let y = x\nreturn y'))
  assert.equal(messages(inLayer('let n = 3\nn = 2.5\nreturn x * n')), ['HGQ2033 expected an int, found a float @ 2.5'])
  assert.equal(messages(inLayer('x = 3\nreturn x')), ['HGQ2030 expected a tensor, found an int @ 3'])
})

test('loops go through lists and ranges; their variable keeps its value', () => {
  assert.equal(messages(inLayer('for n in [1, 2] {\nx = x * n\n}\nfor i in 1..3 {\nx = x + i\n}\nreturn x')), [])
  assert.equal(messages(inLayer('for n in 3 {\nx = x * n\n}\nreturn x')), [
    'HGQ2091 `for` goes through a list or a range, and this is an int @ 3',
  ])
  assert.match(fixed(inLayer('for n in 3 {\nx = x * n\n}\nreturn x')), 'for n in 1..3 {')
  assert.equal(messages(inLayer('for n in [1] {\nn = 2\n}\nreturn x')), [
    "HGQ2087 'n' cannot get a new value: it is the variable of a loop @ n",
  ])
})

test('a list grows in a loop from an empty one', () => {
  assert.equal(
    messages(inLayer('let parts = []\nfor i in 1..3 {\nparts = parts + [x * i]\n}\nreturn concatenate(parts)')),
    [],
  )
  assert.equal(
    messages(inLayer('let parts = []\nparts = parts + [x]\nparts = parts + [3 ns]\nreturn concatenate(parts)')).length,
    1,
  )
})

test('the names of a loop body are free again after it', () => {
  assert.equal(
    messages(inLayer('for i in 1..2 {\nlet y = x * i\nx = y\n}\nfor i in 1..2 {\nlet y = x + i\nx = y\n}\nreturn x')),
    [],
  )
})

test('inputs and outputs stand at the top of the body', () => {
  assert.equal(messages(architecture('input x[3]\nfor i in 1..2 {\noutput x\n}')), [
    'HGQ2084 `output` cannot stand in a loop @ output x',
  ])
  assert.equal(messages(inLayer('return x\nlet y = x')).slice(0, 1), [
    'HGQ2085 this comes after `return` and is never reached @ let y = x',
  ])
})

test('several outputs have names, and ports differ', () => {
  assert.equal(messages(architecture('input x[3]\noutput a = x\noutput b = -x')), [])
  assert.equal(messages(architecture('input x[3]\noutput a = x\noutput -x')), [
    'HGQ2088 with several outputs each needs a name @ output -x',
  ])
  assert.equal(messages(architecture('input x[3]\noutput a = x\noutput a = -x')), [
    "HGQ2088 there is a port 'a' already @ a",
  ])
  assert.equal(messages(architecture('input x[3]\noutput x = -x')), ["HGQ2088 there is a port 'x' already @ x"])
})

test('inputs have sizes that are ints and a type that is fixed-point', () => {
  assert.equal(messages(architecture('input x[3, 2 * 4] as fixed(1, 0)\noutput x')), [])
  assert.equal(messages(architecture('input x["a"]\noutput x')), ['HGQ2030 expected an int, found a string @ "a"'])
  assert.equal(messages(architecture('input x[3] as 5\noutput x')), [
    'HGQ2030 expected a fixed_point, found an int @ 5',
  ])
})
