import * as assert from 'uvu/assert'
import { suite } from '../../kit.js'
import { check, fixed, inLayer, messages } from './checked.js'

const test = suite('check: names')

test('an unknown name is reported with the nearest one, once', () => {
  assert.equal(messages(inLayer('let wide = x + x\nreturn wid')), ["HGQ2001 nothing is named 'wid' @ wid"])
  const { diagnostics } = check(inLayer('let wide = x + x\nreturn wid'))
  assert.equal(diagnostics[0]?.notes, ["did you mean 'wide'?"])
  assert.equal(diagnostics[0]?.related.length, 1)
})

test('what depends on an unknown name is silent', () => {
  assert.equal(messages(inLayer('let a = nowhere\nlet b = a * 5 ns\nreturn abs(b.shape[0])')), [
    "HGQ2001 nothing is named 'nowhere' @ nowhere",
  ])
})

test('a name that the standard library exports suggests the import, and fixes it', () => {
  const text = `import "std/layers" { dense }\n${inLayer('return x |> dense(3) |> flatten')}`
  assert.equal(messages(text), ["HGQ2013 'flatten' is not imported @ flatten"])
  assert.match(fixed(text), 'import "std/layers" { dense, flatten }')
  assert.match(fixed(inLayer('return x |> dense(3)')), 'import "std/layers" { dense }')
})

test('the fix of a missing import makes the file check', () => {
  assert.equal(messages(fixed(inLayer('return x |> dense(3)'))), [])
})

test('unknown modules and names that are not exported are reported with the nearest', () => {
  assert.equal(messages('import "std/layer" { dense }'), [
    `HGQ2002 the standard library has no module 'std/layer' @ "std/layer"`,
  ])
  assert.equal(fixed('import "std/layer" { dense }'), 'import "std/layers" { dense }')
  assert.equal(fixed('import "std/layers" { dens }'), 'import "std/layers" { dense }')
})

test('a file imports what another exports, under another name too', () => {
  const files = {
    'lib/own.hgq':
      'hgq 1\nexport layer twice(x: tensor) { return hidden(x) }\nlayer hidden(x: tensor) { return x + x }\n',
  }
  assert.equal(messages(`import "./lib/own.hgq" { twice as double }\n${inLayer('return x |> double')}`, files), [])
  assert.equal(messages('import "./lib/own.hgq" { hidden }', files), [
    "HGQ2004 'hidden' of 'lib/own.hgq' is not exported @ hidden",
  ])
})

test('imports that go round in a circle are reported once, where they close', () => {
  const files = {
    'a.hgq': 'hgq 1\nimport "./b.hgq" { y }\nexport let x = 1\n',
    'b.hgq': 'hgq 1\nimport "./a.hgq" { x }\nexport let y = x\n',
  }
  const { diagnostics } = check('import "./a.hgq" { x }', files)
  assert.equal(
    diagnostics.map(({ code, span }) => `${code} ${span?.file}`),
    ['HGQ2005 b.hgq'],
  )
  assert.equal(diagnostics[0]?.notes[0], 'a.hgq → b.hgq → a.hgq')
})

test('a file that imports itself says so', () => {
  assert.equal(messages('import "./pipeline.hgq" { z }\nexport let z = 1'), [
    'HGQ2005 a file cannot import itself @ "./pipeline.hgq"',
    "HGQ2006 'z' is taken @ z",
  ])
})

test('names are unique in a file, whatever they name', () => {
  const { diagnostics } = check('export let fine = 3\nimport "std/quantizers" { per_parameter as fine }')
  assert.equal(diagnostics.map(({ code }) => code).includes('HGQ2006'), true)
  assert.equal(
    messages(
      'layer a(x: tensor) { return x }\ndevice a { part = "p", vendor = amd, family = "f", lut = 1, ff = 1, dsp = 1 }',
    ),
    ["HGQ2006 'a' is taken @ a"],
  )
})

test('order does not matter, also among constants', () => {
  assert.equal(
    messages(`${inLayer('return x * third')}let third = second + 1\nlet second = first * 2\nlet first = 1`),
    [],
  )
})

test('a constant that depends on itself is reported once', () => {
  assert.equal(messages('export let a = b + 1\nexport let b = a * 2'), [
    "HGQ2011 the value of 'a' depends on itself @ a",
  ])
})

test('layers cannot call themselves, directly or through others', () => {
  assert.equal(messages(inLayer('return sample(x)')), ["HGQ2012 'sample' calls itself @ sample(x)"])
  const two = 'layer one(x: tensor) { return x |> two }\nlayer two(x: tensor) { return one(x) }'
  const { diagnostics } = check(two)
  assert.equal(
    diagnostics.map(({ message }) => message),
    ["'one' calls itself through others"],
  )
  assert.equal(
    diagnostics[0]?.related.map(({ text }) => text),
    ["'two' calls 'one' here"],
  )
})

test('locals hide nothing but names of the prelude', () => {
  assert.equal(messages(`let size = 3\n${inLayer('let size = 4\nreturn x * size')}`), [
    "HGQ2007 'size' would hide what the file names so @ size",
  ])
  assert.equal(messages(inLayer('let y = x\nlet y = x\nreturn y')), ["HGQ2008 'y' is already defined @ y"])
  assert.equal(messages(inLayer('let last = 3\nreturn x * last')), [])
})

test('no local may have the name of a member of an enumeration', () => {
  const message = "HGQ2009 'channel' is a word of the language: one of the values of 'granularity' @ channel"
  assert.equal(messages(inLayer('let channel = 3\nreturn x * channel')), [message])
  assert.equal(messages(inLayer('return x * channel', 'channel: int')), [message])
  assert.equal(messages('architecture a() {\ninput channel[3]\noutput channel\n}'), [message])
})

test('a name that is used before its definition, or outside of its loop, says so', () => {
  assert.equal(messages(inLayer('let y = z\nlet z = x\nreturn y + z')), ["HGQ2014 'z' has no value yet @ z"])
  assert.equal(messages(inLayer('for i in 1..3 {\nlet inner = x\nx = inner\n}\nreturn inner')), [
    "HGQ2015 'inner' lives only inside its loop @ inner",
  ])
})

test('unused values are warned of always, imports and declarations only where there is a build', () => {
  const library = 'import "std/layers" { dense }\nlayer lonely(x: tensor) { return x }\n'
  assert.equal(messages(library), [])
  assert.equal(messages(inLayer('let y = x\nreturn x')), ["HGQ2019 the value of 'y' is never used @ y"])
  const build = 'build b { from = [], targets = [] }\n'
  assert.equal(messages(library + build), [
    "HGQ2018 'dense' is imported but never used @ dense",
    "HGQ2020 'lonely', a layer, is never used @ lonely",
  ])
  const { diagnostics } = check(library + build)
  assert.equal(
    diagnostics.map(({ severity }) => severity),
    ['warning', 'hint'],
  )
})

test('removing an unused import leaves a file that checks', () => {
  const rest = `${inLayer('return x |> dense(1)')}build b { from = [], targets = [] }\nexport let used = 1\n`
  const use = rest.replace('layer sample', 'export layer sample')
  for (const names of ['relu, dense', 'dense, relu', 'dense, relu,']) {
    assert.equal(messages(fixed(`import "std/layers" { ${names} }\n${use}`)), [], names)
  }
})

test('only the standard library declares extern', () => {
  assert.equal(messages('extern type mystery'), ['HGQ2010 only the standard library can declare `extern` @ mystery'])
})

test('a file that is no text is one mistake, not one for each byte', () => {
  const { diagnostics } = check('\u007fELF\0\u0001@@ \0')
  assert.equal(
    diagnostics.map(({ code, message }) => `${code} ${message}`),
    ['HGQ1037 pipeline.hgq is no text, so it is no pipeline'],
  )
})

test('a misspelt name is told once for each thing that was meant, and its fix mends all uses', () => {
  const bodies = (width: string) =>
    `${inLayer(`let wide = x\nlet a = ${width} + x\nreturn a + ${width}`)}${inLayer(`let wide = x\nreturn ${width}`).replace('sample', 'other')}`
  const { diagnostics } = check(bodies('wdie'))
  assert.equal(messages(bodies('wdie')), Array(2).fill("HGQ2001 nothing is named 'wdie' @ wdie"))
  assert.equal(
    diagnostics.map(({ fixes }) => fixes[0]?.edits.length),
    [2, 1],
  )
  const constant = (name: string) => `let inner = 3\n${inLayer(`return x * ${name}`)}let outer = ${name} + 1\n`
  assert.equal(fixed(constant('iner')), constant('inner'))
})

test('a declaration whose name is lost silences only names that are like no other', () => {
  const text = `layer my-sample(x: tensor) { return x }\nlet depth = 2\n${inLayer('return x * dpeth |> my_sampling')}`
  assert.equal(
    messages(text).filter((message) => message.startsWith('HGQ2001')),
    ["HGQ2001 nothing is named 'dpeth' @ dpeth"],
  )
})
