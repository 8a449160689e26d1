import * as assert from 'uvu/assert'
import type { DataHeader } from '../../../lang/host.js'
import { suite } from '../../kit.js'
import { analyzeText, architecture, changed, JETS } from './pipelines.js'

const test = suite('what the elaborator refuses')

/** A change of the pipeline, and the code and text that the only message then points at. */
const VALUES: readonly (readonly [name: string, from: string, to: string, mark: string])[] = [
  [
    'a split that is not 100 %',
    'test = 20 %',
    'test = 25 %',
    'HGQ2202 { train = 70 %, validation = 10 %, test = 25 % }',
  ],
  ['a part of the split below 0', 'train = 70 %', 'train = -70 %', 'HGQ2201 -70 %'],
  ['no epochs', 'epochs = 300', 'epochs = 0', 'HGQ2201 0'],
  ['an empty batch', 'batch = 4096', 'batch = 0', 'HGQ2201 0'],
  ['a clock that stands still', '200 MHz', '0 MHz', 'HGQ2201 0 MHz'],
  ['a negative pressure', 'geometric(1e-7, 1e-4)', '-1e-7', 'HGQ2201 -1e-7'],
  ['a geometric schedule from 0', 'geometric(1e-7, 1e-4)', 'geometric(0.0, 1e-4)', 'HGQ2201 0.0'],
  ['a schedule over no time', 'over = 300 epochs', 'over = 0 epochs', 'HGQ2201 0 epochs'],
  ['a learning rate of 0', 'cosine(5e-3, to = 1e-4, over = 300 epochs)', '0.0', 'HGQ2201 0.0'],
  ['two classes of one name', '["g", "q", "w", "z", "t"]', '["g", "q", "w", "z", "g"]', 'HGQ2211 "g"'],
  ['a single class', '["g", "q", "w", "z", "t"]', '["g"]', 'HGQ2201 ["g"]'],
  ['a network of another number of classes', 'dense(5)', 'dense(6)', 'HGQ2207 x |> dense(6)'],
  ['a loss of the other task', 'loss = cross_entropy', 'loss = mse', 'HGQ2206 mse'],
  ['a bound on a metric of the other task', 'accuracy >= 74 %', 'mae <= 3.0', 'HGQ2206 mae'],
  ['a bound that nothing keeps', 'accuracy >= 74 %', 'accuracy >= 140 %', 'HGQ2218 accuracy >= 140 %'],
  ['an interval below a cycle', 'accuracy >= 74 %', 'interval <= 0', 'HGQ2218 interval <= 0'],
  ['a target twice', 'targets = [vu13p]', 'targets = [vu13p, vu13p]', 'HGQ2211 vu13p'],
  [
    'a seed of an import below 0',
    'build jet_tagger',
    'train other { checkpoint = keras("a.keras"), dataset = jets, seed = -1 }\nbuild jet_tagger',
    'HGQ2201 -1',
  ],
  [
    'a metric of an import for the other task',
    'build jet_tagger',
    'train other { checkpoint = keras("a.keras"), dataset = jets, metric = mse }\nbuild jet_tagger',
    'HGQ2206 mse',
  ],
  ['a training twice', 'from = scan', 'from = [scan, scan]', 'HGQ2211 scan'],
  ['a build of no training', 'from = scan', 'from = []', 'HGQ2201 []'],
  ['features for an input that is not there', 'features = "x"', 'features = { y = "x" }', 'HGQ2204 "x"'],
  ['a language of another vendor', 'language = verilog', 'language = oneapi', 'HGQ2214 oneapi'],
  ['a tool of another vendor', 'language = verilog', 'language = verilog, tool = quartus', 'HGQ2223 quartus'],
  [
    'a tool that does not read the language',
    'language = verilog',
    'language = verilog, tool = vitis_hls',
    'HGQ2224 vitis_hls',
  ],
  ['no tries', 'within = trigger', 'within = trigger, tries = 0', 'HGQ2201 0'],
  [
    'a checksum that is none',
    'npz("data/jets.npz")',
    'npz(url("https://example.org/x", sha256 = "abc"))',
    'HGQ2215 "abc"',
  ],
  ['an axis of length 0', 'input x[16]', 'input x[0]', 'HGQ2116 0'],
  ['a layer without units', '[64, 32, 32]', '[64, 0, 32]', 'HGQ2107 dense(units)'],
  [
    'three widths',
    'magnitude = 4, integer = 0,',
    'magnitude = 4, integer = 0, fraction = 4,',
    'HGQ2110 fixed(magnitude = 4, integer = 0, fraction = 4, granularity = parameter, overflow = saturate_symmetric)',
  ],
  [
    'one width',
    'fixed(integer = 3, fraction = 4,',
    'fixed(integer = 3,',
    'HGQ2110 fixed(integer = 3, granularity = element, overflow = wrap)',
  ],
  [
    'limits the wrong way round',
    'integer = 3, fraction = 4,',
    'integer = 3, fraction = 4, integer_limits = 5..1,',
    'HGQ2216 5..1',
  ],
  [
    'a start outside its limits',
    'integer = 3, fraction = 4,',
    'integer = 3, fraction = 4, fraction_limits = 5..9,',
    'HGQ2217 4',
  ],
  ['an axis that the tensor has not', 'granularity = element', 'granularity = [1]', 'HGQ2111 1'],
  ['a regularization below 0', 'granularity = element', 'regularize = -1.0', 'HGQ2201 -1.0'],
  ['a segment of no epoch', 'epochs = 300', 'epochs = 300, segment = 0 epochs', 'HGQ2201 0 epochs'],
  ['a segment of a part of an epoch', 'epochs = 300', 'epochs = 300, segment = 2.5 epochs', 'HGQ2201 2.5 epochs'],
  ['a peak that shrinks to nothing', 'to = 1e-4, over', 'to = 1e-4, shrink = 0.0, over', 'HGQ2201 0.0'],
  ['a clip at 0', 'over = 300 epochs)', 'over = 300 epochs), clip_norm = 0.0', 'HGQ2201 0.0'],
  ['no knot', 'geometric(1e-7, 1e-4)', 'piecewise([])', 'HGQ2201 []'],
  [
    'knots that go back',
    'geometric(1e-7, 1e-4)',
    'piecewise([{ at = 2 epochs, value = 1.0 }, { at = 2 epochs, value = 2.0 }])',
    'HGQ2220 2 epochs',
  ],
  [
    'knots of two units',
    'geometric(1e-7, 1e-4)',
    'piecewise([{ at = 2 epochs, value = 1.0 }, { at = 20 steps, value = 2.0 }])',
    'HGQ2221 20 steps',
  ],
  [
    'a knot at 0 at the end of a geometric piece',
    'geometric(1e-7, 1e-4)',
    'piecewise([{ at = 2 epochs, value = 1.0, between = geometric }, { at = 4 epochs, value = 0.0 }])',
    'HGQ2201 0.0',
  ],
  ['a target of no EBOPs', 'geometric(1e-7, 1e-4)', 'pid(0)', 'HGQ2201 0'],
  ['a warm-up of no epoch', 'geometric(1e-7, 1e-4)', 'pid(1 kEBOPs, warmup = 0 epochs)', 'HGQ2201 0 epochs'],
  ['limits of a controller that hold nothing', 'geometric(1e-7, 1e-4)', 'pid(900, lowest = 2.0)', 'HGQ2222 2.0'],
  ['a damping of all', 'geometric(1e-7, 1e-4)', 'pid(900, damping = 100 %)', 'HGQ2201 100 %'],
  ['a margin below 0', 'margin = 1 bit', 'margin = -1 bit', 'HGQ2201 -1 bit'],
]

for (const [name, from, to, mark] of VALUES) {
  test(name, () => {
    const { marks, program } = analyzeText(changed(JETS, from, to))
    // A layer called in a loop is reported once, however often it is expanded.
    assert.equal([...new Set(marks)], [mark])
    assert.is(program, null)
  })
}

/** A body of an architecture, and what the only message points at. */
const BODIES: readonly (readonly [name: string, body: string, mark: string, before?: string])[] = [
  ['a sum of unequal shapes', '  output dense(x, 5) + x', 'HGQ2107 x'],
  [
    'an operand that no quantizer passed',
    '  output einsum("i,io->o", x, quantize(parameter([16, 2]), at = weight))',
    'HGQ2101 x',
  ],
  [
    'weights that no quantizer passed',
    '  output einsum("i,io->o", quantize(x, at = activation), parameter([16, 2]))',
    'HGQ2101 parameter([16, 2])',
  ],
  [
    'a product of data that no quantizer passed',
    '  let y = dense(x, 4)\n  output dense(y * quantize(y, at = activation), 1)',
    'HGQ2101 y',
  ],
  ['a trained value that meets data', '  output dense(x, 2) + parameter([2])', 'HGQ2104 parameter([2])'],
  ['a root of data', '  output dense(square_root(x), 1)', 'HGQ2105 x'],
  ['a quotient of data', '  output dense(divide(parameter([16]), x), 1)', 'HGQ2105 x'],
  ['an input that no quantizer sees', '  output relu(x)', 'HGQ2103 input x[16]'],
  [
    'an input that one use quantizes and another does not',
    '  output (dense(x, 16) + x) |> dense(1)',
    'HGQ2117 input x[16]',
  ],
  ['an input that nothing uses', '  input z[4]\n  output dense(x, 1)', 'HGQ2103 input z[4]'],
  ['a shared layer of two shapes', '  share cell = dense(3)\n  output cell(cell(x))', 'HGQ2106 cell(cell(x))'],
  [
    'a quantizer for one call of a shared layer',
    '  share cell = dense(1)\n  output cell(x) with per_channel',
    'HGQ2109 cell(x)',
  ],
  ['a constant that is not short', '  output dense(x, 1) + 0.1', 'HGQ2108 0.1'],
  ['an index that the shape has not', '  output dense(x, x.shape[1])', 'HGQ2112 1'],
  ['a division by zero', '  output dense(x, 4 / (2 - 2))', 'HGQ2113 (2 - 2)'],
  ['a quotient that is no whole number', '  output dense(x, 5 / 2)', 'HGQ2203 5 / 2'],
  [
    'a list without end',
    '  for i in 1..1_000_000_000 {\n    x = relu(x)\n  }\n  output dense(x, 1)',
    'HGQ2115 1..1_000_000_000',
  ],
  [
    'a list that doubles',
    '  let list = [1]\n  for i in 1..40 {\n    list = list + list\n  }\n  output dense(x, list[0])',
    'HGQ2115 list + list',
  ],
  [
    'loops in loops',
    '  let n = 1\n  for i in 1..10_000 {\n    for j in 1..10_000 {\n      n = j\n    }\n  }\n  output dense(x, n)',
    'HGQ2115 j',
  ],
  ['a tensor that nothing holds', '  output x |> dense(1_000_000_000)', 'HGQ2115 dense(1_000_000_000)'],
  [
    'an equation that does not fit',
    '  output einsum("ij,jo->io", quantize(x, at = activation), quantize(parameter([16, 2]), at = weight))',
    'HGQ2107 quantize(x, at = activation)',
  ],
  [
    'an equation that is none',
    '  output einsum("i,io", quantize(x, at = activation), quantize(parameter([16, 2]), at = weight))',
    'HGQ2107 "i,io"',
  ],
  ['a reshape of other elements', '  output x |> reshape([3, 5]) |> dense(1)', 'HGQ2107 [3, 5]'],
  [
    'tensors that cannot be joined',
    '  output concat([dense(x, 1), reshape(x, [4, 4])])',
    'HGQ2107 concat([dense(x, 1), reshape(x, [4, 4])])',
  ],
  ['several outputs of a trained network', '  output a = dense(x, 1)\n  output b = dense(x, 1)', 'HGQ2209 network()'],
  [
    'an output that depends on no input',
    '  let y = [dense(x, 1)]\n  output quantize(parameter([1]), at = bias)',
    'HGQ2114 quantize(parameter([1]), at = bias)',
  ],
  ['an output of two axes', '  output x |> reshape([4, 4]) |> dense(1)', 'HGQ2207 x |> reshape([4, 4]) |> dense(1)'],
  [
    'a mistake inside a layer of the file',
    '  output dense(wrong(x), 1)',
    'HGQ2107 x',
    'layer wrong(x: tensor) {\n  return dense(x, 3) + x\n}',
  ],
]

for (const [name, body, mark, before] of BODIES) {
  test(name, () => {
    const { marks } = analyzeText(architecture(body, before))
    assert.equal(marks, [mark])
  })
}

test('the message of the language page', () => {
  const text = changed(
    changed(JETS, '  input x[16]\n', '  input x[16]\n  input bypass[16]\n'),
    'output x |> dense(5)',
    'output x |> dense(5) + bypass',
  )
  const { errors } = analyzeText(text)
  const [error] = errors
  assert.is(error?.code, 'HGQ2107')
  assert.is(error?.message, "these shapes don't match")
  assert.is(error?.label, 'bypass is [16]; the left side is [5]')
  assert.equal(error?.notes, ['an elementwise sum needs equal shapes, or an axis of length 1'])
  assert.equal(
    error?.related.map(({ span, text: label }) => [text.slice(span.start, span.end), label]),
    [['input bypass[16]', 'declared here']],
  )
})

test('without a quantizer in force the message says which place, and the cure', () => {
  const { errors, marks } = analyzeText(changed(JETS, 'tagger() with fine', 'tagger()'))
  assert.is(marks[0], 'HGQ2102 dense(units)')
  assert.is(errors[0]?.message, "no quantizer says how 'activation' is quantized here")
  assert.match(errors[0]?.notes.join('\n') ?? '', /with per_parameter/)
  assert.is(errors[0]?.related[0]?.span.file, 'std/layers')
})

test('shapes are checked although nothing is built', () => {
  const { marks } = analyzeText(
    'hgq 1\nimport "std/layers" { dense }\narchitecture a(n: int = 3) {\n  input x[4]\n  output dense(x, n) + dense(x, 2)\n}\n',
  )
  assert.equal(marks, ['HGQ2107 dense(x, 2)'])
})

test('a quantizer is checked although nothing uses it', () => {
  const { marks } = analyzeText(
    `${JETS}quantizer spare { weight = fixed(integer = 1), activation = fixed(integer = 99, fraction = 1) }\n`,
  )
  assert.equal(marks, ['HGQ2110 fixed(integer = 1)', 'HGQ2217 99'])
})

test('independent mistakes are all reported, in the order of the text', () => {
  let text = changed(JETS, 'test = 20 %', 'test = 21 %')
  text = changed(text, 'dense(5)', 'dense(5) + dense(x, 4)')
  text = changed(text, 'epochs = 300\n', 'epochs = 0\n')
  text = changed(text, '200 MHz', '-1 MHz')
  assert.equal(analyzeText(text).marks, [
    'HGQ2202 { train = 70 %, validation = 10 %, test = 21 % }',
    'HGQ2107 dense(x, 4)',
    'HGQ2201 0',
    'HGQ2201 -1 MHz',
  ])
})

const HEADER: DataHeader = {
  columns: [
    { name: 'x', shape: [15] },
    { name: 'y', shape: [] },
  ],
}

test('data of another shape than the input', () => {
  const { errors, marks } = analyzeText(JETS, HEADER)
  assert.equal(marks, ['HGQ2208 "x"'])
  assert.is(errors[0]?.label, "'x' is [15]; 'x' is [16]")
  assert.is(errors[0]?.related[0]?.text, "'x' is declared here")
})

test('data of the right shape', () => {
  assert.equal(analyzeText(changed(JETS, 'x[16]', 'x[15]'), HEADER).marks, [])
})

test('columns that the data have not', () => {
  const { marks, errors } = analyzeText(changed(JETS, 'features = "x"', 'features = "xs"'), HEADER)
  assert.equal(marks, ['HGQ2210 "xs"'])
  assert.match(errors[0]?.label ?? '', /there are x, y/)
  assert.equal(
    analyzeText(changed(JETS, 'labels = "y"', 'labels = "z"'), {
      columns: [
        { name: 'x', shape: [16] },
        { name: 'y', shape: [] },
      ],
    }).marks,
    ['HGQ2210 "z"'],
  )
})

test('a table: every column but the labels, or those listed', () => {
  const columns = [...Array(16).keys()].map((index) => ({ name: `f${index}`, shape: [] }))
  const header = { columns: [...columns, { name: 'y', shape: [] }] }
  const table = changed(JETS, '  features = "x"\n', '')
  assert.equal(analyzeText(table, header).marks, [])
  assert.equal(analyzeText(table, { columns: header.columns.slice(1) }).marks, ['HGQ2208 npz("data/jets.npz")'])
  assert.equal(analyzeText(changed(JETS, 'features = "x"', 'features = ["f1", "f2"]'), header).marks, [
    'HGQ2208 ["f1", "f2"]',
  ])
  assert.equal(analyzeText(changed(JETS, 'features = "x"', 'features = 0..15'), header).marks, [])
  // Labels that are not there leave one column too many, of which nothing is said.
  assert.equal(analyzeText(changed(table, 'labels = "y"', 'labels = "why"'), header).marks, ['HGQ2210 "why"'])
  const { errors } = analyzeText(table, { columns: [{ name: 'f0;f1;y', shape: [] }] })
  assert.match(errors[0]?.notes.join() ?? '', /separator = ";"/)
})
