import * as assert from 'uvu/assert'
import { suite } from '../../kit.js'
import { check, fixed, inLayer, messages } from './checked.js'

const test = suite('check: types and units')

/** Messages about one exported constant. */
function constant(value: string): readonly string[] {
  return messages(`export let value = ${value}`)
}

/** Messages about an entry of a device, or of a target whose other entries are right. */
function target(entry: string): readonly string[] {
  return messages(targetText(entry))
}

function targetText(entry: string): string {
  return `import "std/devices" { xcvu13p }\nexport target t {\ndevice = xcvu13p\nlanguage = verilog\n${entry}\n}\n`
}

test('quantities: what may be added, scaled, divided and compared', () => {
  for (const value of [
    '8 * 25 ns',
    '25 ns * 8',
    '5 ns + 3 us',
    '5 ns - 1 ps',
    '5 ns / 2 ns',
    '5 ns / 2',
    '-5 ns',
    '5 ns < 1 us',
    '50 % * 2',
    '1 - 10 %',
    '2 * 50 % * 5 ns',
  ]) {
    assert.equal(constant(value), [], value)
  }
})

test('dimensions that mix are an error that names both', () => {
  assert.equal(constant('5 ns + 200 MHz'), ['HGQ2043 a time and a frequency do not mix @ +'])
  assert.equal(constant('5 ns + 2'), ['HGQ2043 a time and an int do not mix @ +'])
  assert.equal(constant('5 ns < 30 mrad'), ['HGQ2043 a time and an angle do not mix @ <'])
  assert.equal(constant('5 ns * 200 MHz'), ['HGQ2042 `*` does not apply to a time and a frequency @ *'])
  assert.equal(
    check('export let value = 5 ns + 2').diagnostics[0]?.related.map(({ text }) => text),
    ['this is a time', 'this is an int'],
  )
})

test('a clock is a frequency or a period, and nothing else', () => {
  assert.equal(target('clock = 200 MHz'), [])
  assert.equal(target('clock = 5 ns'), [])
  assert.equal(target('clock = 200'), ['HGQ2031 this number needs a unit: expected a frequency or a time @ 200'])
  assert.equal(target('clock = 5 epochs'), [
    'HGQ2032 expected a frequency or a time, found a number of epochs @ 5 epochs',
  ])
})

test('frequency and period convert into each other by a fix', () => {
  assert.equal(fixed('export budget b { latency <= 200 MHz }'), 'export budget b { latency <= 5 ns }')
  assert.equal(fixed('export budget b { clock >= 2.5 ns }'), 'export budget b { clock >= 400 MHz }')
})

test('a bare number gets its unit by a fix where one is obvious', () => {
  assert.equal(fixed('export budget b { accuracy >= 0.74 }'), 'export budget b { accuracy >= 74 % }')
  assert.equal(fixed('export budget b { accuracy >= 74 }'), 'export budget b { accuracy >= 74 % }')
  assert.equal(check('export let s = linear(0.1, 0.2, over = 300)').diagnostics[0]?.notes, [
    'write `300 epochs` or `300 steps`',
  ])
})

test('a quantity where a plain number is expected loses its unit by a fix', () => {
  assert.equal(fixed('export budget b { lut <= 5_000 ns }'), 'export budget b { lut <= 5_000 }')
})

test('whole numbers: a float that is whole is fixed, one that is not is an error', () => {
  assert.equal(
    fixed('export let s = cosine(0.1, over = 3 epochs, cycles = 2e0)'),
    'export let s = cosine(0.1, over = 3 epochs, cycles = 2)',
  )
  assert.equal(messages('export let s = cosine(0.1, over = 3 epochs, cycles = 2.5)'), [
    'HGQ2033 expected an int, found a float @ 2.5',
  ])
})

test('an int stands for a float, a fraction too, and a float never for an int', () => {
  assert.equal(constant('constant(1)'), [])
  assert.equal(constant('constant(50 %)'), [])
  assert.equal(messages(inLayer('return shift(x, by = 0.5)')), ['HGQ2033 expected an int, found a float @ 0.5'])
})

test('a quotient of ints is an int where one is expected', () => {
  assert.equal(messages(inLayer('return shift(x, by = x.shape[0] / 2)')), [])
  assert.equal(messages(inLayer('let half = x.shape[0] / 2\nreturn shift(x, by = half)')).length, 1)
})

test('tensors add, subtract, multiply and negate, with numbers too, but do not divide', () => {
  for (const value of ['x + x', 'x - 1', '2 * x', '-x', 'x * 0.5', 'x * 50 %'])
    assert.equal(messages(inLayer(`return ${value}`)), [], value)
  assert.equal(messages(inLayer('return x / 2')), ['HGQ2042 `/` does not apply to a tensor and an int @ /'])
  assert.equal(messages(inLayer('return x + 5 ns')), ['HGQ2042 `+` does not apply to a tensor and a time @ +'])
  assert.equal(messages(inLayer('return x < x ? x : -x')), ['HGQ2042 `<` does not apply to a tensor and a tensor @ <'])
})

test('shapes are lists of ints; only tensors have one', () => {
  assert.equal(messages(inLayer('return reduce_sum(x, [x.shape[-1]] + x.shape[0..2])')), [])
  assert.equal(messages(inLayer('let n = 3\nreturn x * n.shape[0]')), [
    'HGQ2039 only a tensor has a shape, and this is an int @ n',
  ])
  assert.equal(messages(inLayer('return x * x.shap[0]')), ["HGQ2039 a tensor has no 'shap' @ shap"])
  assert.equal(messages(inLayer('return x[0]')), ['HGQ2040 a tensor has no items to pick by index @ x'])
  assert.equal(messages(inLayer('return x * x.shape["a"]')), [
    'HGQ2030 expected an int or a range, found a string @ "a"',
  ])
})

test('both branches of a conditional are checked', () => {
  assert.equal(messages(inLayer('return true ? x : 3 ns')), ['HGQ2030 expected a tensor, found a time @ 3 ns'])
  assert.equal(messages(inLayer('let y = true ? x : "a"\nreturn y')), [
    'HGQ2037 the branches differ: a tensor and a string @ "a"',
  ])
  assert.equal(messages(inLayer('return 3 ? x : x')), ['HGQ2030 expected a bool, found an int @ 3'])
})

test('items of a list are checked one by one', () => {
  assert.equal(messages(inLayer('return reduce_sum(x, [1, "a", 2.5])')), [
    'HGQ2030 expected an int, found a string @ "a"',
    'HGQ2033 expected an int, found a float @ 2.5',
  ])
  assert.equal(constant('[1, 2, "a"]'), ['HGQ2038 the items of this list differ: an int and a string @ "a"'])
})

test('a single value where a list is expected gets brackets by a fix', () => {
  assert.equal(fixed(inLayer('return reduce_sum(x, 3)')), inLayer('return reduce_sum(x, [3])'))
})

test('unknown types are reported once', () => {
  assert.equal(messages('layer f(x: tensr, n: int) { return x }'), ["HGQ2047 there is no type 'tensr' @ tensr"])
  assert.equal(messages('layer f(x: f) { return x }'), ["HGQ2048 'f' is not a type @ f"])
})

test('a value of the wrong kind shows where it comes from', () => {
  const text =
    'export quantizer fine { weight = fixed(1, 2), activation = fixed(1, 2) }\nexport let s = pareto(accuracy, size = fine)'
  assert.equal(messages(text), ['HGQ2030 expected an int, found a quantizer @ fine'])
  assert.equal(
    check(text).diagnostics[0]?.related.map((related) => related.text),
    ["'fine' is declared here"],
  )
})
