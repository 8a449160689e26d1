import * as assert from 'uvu/assert'
import { suite } from '../../kit.js'
import { check, fixed, messages } from './checked.js'

const test = suite('check: entries of declarations')

const SPLIT = 'split = { train = 80 %, validation = 10 %, test = 10 % }'

function dataset(entries: string): string {
  return `export dataset d {\nsource = csv("a.csv")\n${entries}\n}\n`
}

test('missing entries are listed with an example, on the name of the declaration', () => {
  const text = 'export train t { epochs = 3 }'
  assert.equal(messages(text), ["HGQ2063 this train lacks 'model', 'dataset', 'loss' @ t"])
  assert.equal(check(text).diagnostics[0]?.notes, [
    'for example `model = tagger() with fine, dataset = my_dataset, loss = cross_entropy`',
  ])
})

test('an unknown entry names the nearest one, or says what is still missing', () => {
  assert.equal(messages(dataset(`labels = "y"\n${SPLIT}\nstandardise = true`)), [
    "HGQ2060 a dataset has no entry 'standardise' @ standardise",
  ])
  const { diagnostics } = check(dataset(`labels = "y"\nparts = { train = 80 %, validation = 10 %, test = 10 % }`))
  assert.equal(
    diagnostics.map(({ message }) => message),
    ["a dataset has no entry 'parts'"],
  )
  assert.equal(diagnostics[0]?.notes.at(-1), "'split' is still missing")
})

test('a data set has labels or a target with its unit, one of the two', () => {
  assert.equal(messages(dataset(`labels = "y"\n${SPLIT}`)), [])
  assert.equal(messages(dataset(`target = ["a", "b"]\nunit = none\n${SPLIT}`)), [])
  assert.equal(messages(dataset(SPLIT)), [
    "HGQ2075 the dataset 'd' has nothing to learn: neither 'labels' nor 'target' @ d",
  ])
  assert.equal(messages(dataset(`labels = "y"\ntarget = "a"\n${SPLIT}`)), [
    "HGQ2074 'd' has both labels and a target @ target",
  ])
  assert.equal(messages(dataset(`target = "a"\n${SPLIT}`)), ["HGQ2076 a target needs its 'unit' @ target"])
  assert.equal(messages(dataset(`labels = "y"\nunit = mrad\n${SPLIT}`)), ['HGQ2077 labels have no unit @ unit'])
})

test('features are a selection, or a record of selections by input', () => {
  for (const features of ['"x"', '["x", "y"]', '0', '[0, -1]', '{ hits = "h", angle = ["a", 1] }']) {
    assert.equal(messages(dataset(`labels = "y"\n${SPLIT}\nfeatures = ${features}`)), [], features)
  }
  assert.equal(messages(dataset(`labels = "y"\n${SPLIT}\nfeatures = x`)), ["HGQ2017 nothing is named 'x' @ x"])
  assert.match(fixed(dataset(`labels = "y"\n${SPLIT}\nfeatures = x`)), 'features = "x"')
})

test('records say which entries are missing, unknown or given twice', () => {
  const split = (text: string): readonly string[] => messages(dataset(`labels = "y"\nsplit = { ${text} }`))
  assert.equal(split('train = 80 %, validation = 20 %'), [
    "HGQ2073 'split' of a dataset lacks 'test' @ { train = 80 %, validation = 20 % }",
  ])
  assert.equal(split('train = 80 %, validation = 10 %, tests = 10 %'), [
    "HGQ2072 'split' of a dataset has no entry 'tests' @ tests",
  ])
  assert.equal(split('train = 80 %, validation = 10 %, test = 5 %, test = 5 %'), [
    "HGQ2061 'test' is given twice @ test",
  ])
  assert.equal(split('train = 0.8, validation = 10 %, test = 10 %'), [
    'HGQ2031 this number needs a unit: expected a fraction @ 0.8',
  ])
})

test('words of the language name entries and may not be confused with declarations', () => {
  assert.equal(
    messages(
      'export train train { model = net(), dataset = dataset, loss = mse, epochs = 1, calibrate = { data = train } }\n' +
        'architecture net() {\ninput x[3]\noutput x\n}\n' +
        dataset(`labels = "y"\n${SPLIT}`).replace('export dataset d', 'dataset dataset'),
    ),
    [],
  )
})

test('bounds: the value has the dimension of what is bounded', () => {
  const budget = (bounds: string): readonly string[] => messages(`export budget b {\n${bounds}\n}`)
  assert.equal(
    budget(
      'ebops <= 5_000\nlut <= 4_000\nlatency <= 2 * 25 ns\ninterval <= 1\nclock >= 200 MHz\naccuracy >= 74 %\nmse <= 0.1\nresolution <= 5 mrad',
    ),
    [],
  )
  assert.equal(budget('ebops <= 8 kEBOPs'), [])
  assert.equal(budget('lut <= 40 %\nff <= 5 %\ndsp <= 0 %\nbram <= 100 %'), [])
  assert.equal(budget('lut <= true ? 40 % : 5 %'), [])
  assert.equal(budget('lut <= true ? 40 % : 15_000').length, 1)
  assert.equal(budget('ebops <= 40 %').length, 1)
  assert.equal(budget('lut <= 0.4').length, 1)
  assert.equal(budget('lut <= 8 kEBOPs').length, 1)
  assert.equal(budget('resolution <= 5'), ['HGQ2031 this number needs a unit: expected an angle @ 5'])
  assert.equal(budget('accuracy >= 5 mrad'), ['HGQ2032 expected a fraction, found an angle @ 5 mrad'])
  assert.equal(budget('luts <= 5'), ["HGQ2078 nothing measures 'luts' @ luts"])
  assert.equal(budget('lut = 5'), ['HGQ2045 a bound is written `lut <= …` or `lut >= …` @ lut = 5'])
  assert.equal(budget('lut <= 5\nlut <= 6'), ["HGQ2049 'lut <=' is given twice @ lut"])
  assert.equal(budget('lut <= 6\nlut >= 5'), [])
  assert.equal(budget(''), ["HGQ2079 the budget 'b' bounds nothing @ b"])
})

test('a bound outside of a budget is an error', () => {
  assert.equal(messages(dataset(`labels = "y"\n${SPLIT}\nseed <= 3`)), [
    'HGQ2044 an entry is written `seed = …` @ seed <= 3',
  ])
})

test('declarations with parameters are called, those without are named', () => {
  const net = 'architecture net(width: int = 3) {\ninput x[3]\noutput x * width\n}\n'
  const train = (head: string): string =>
    `train ${head} { model = net(width = 4), dataset = d, loss = mse, epochs = 1 }\n${net}${dataset(`labels = "y"\n${SPLIT}`)}`
  const build = (from: string): string => `build b { from = ${from}, targets = [] }\n`
  assert.equal(messages(train('scan') + build('scan')), [])
  assert.equal(messages(train('scan(n: int)') + build('[scan(3), scan(4)]')), [])
  assert.equal(messages(train('scan(n: int = 3)') + build('scan')), [])
  assert.equal(messages(train('scan(n: int)') + build('scan')), ["HGQ2063 'scan' needs 'n' @ scan"])
  assert.equal(messages(train('scan') + build('scan(3)')), ["HGQ2062 'scan' takes no arguments @ 3"])
  assert.equal(messages(train('scan') + build('net()')), [
    'HGQ2030 expected a train or a list[train], found a network @ net()',
  ])
  assert.equal(messages((train('scan') + build('scan')).replace('net(width = 4)', 'net')), [
    "HGQ2069 'net' is an architecture and must be called @ net",
  ])
})

test('defaults are checked, and may use the parameters before them', () => {
  assert.equal(messages('layer f(x: tensor, n: int, m: int = n * 2) { return x * m }'), [])
  assert.equal(messages('layer f(x: tensor, m: int = n, n: int) { return x * m }').length, 1)
  assert.equal(messages('layer f(x: tensor, m: int = "a") { return x * m }'), [
    'HGQ2030 expected an int, found a string @ "a"',
  ])
})

test('an entry given twice is one mistake: neither its value nor a missing name is complained about', () => {
  const text = 'export device d { part = "p", vendor = amd, family = "f", lut = 1, lut = "x", dsp = 1 }'
  assert.equal(messages(text), ["HGQ2061 'lut' is given twice @ lut"])
  assert.equal(check(text).diagnostics[0]?.notes, ["'ff' is still missing"])
})
