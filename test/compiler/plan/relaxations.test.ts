import fc from 'fast-check'
import * as assert from 'uvu/assert'
import { type Capacity, capacityOf } from '../../../compiler/estimate/capacity.js'
import { type BoundCheck, checkBounds, type PlainBound, plainBounds } from '../../../compiler/plan/budget.js'
import { ProgramLookup } from '../../../compiler/plan/lookup.js'
import { relaxations } from '../../../compiler/plan/relaxations.js'
import { suite } from '../../kit.js'
import { programOf, sampleText } from './sample.js'

const test = suite('relaxed bounds')
const SEED = 84

function missed(
  quantity: string,
  relation: '<=' | '>=',
  measured: number,
  more: Partial<BoundCheck> = {},
): readonly BoundCheck[] {
  return [{ quantity, relation, limit: 0, measured, met: false, phase: 'design', excess: 1, ...more }]
}

const device: Capacity = { lut: 200, ff: 400, dsp: 0, bram: 10 }

test('cells and EBOPs are whole numbers, also where those of a network are not', () => {
  assert.equal(relaxations(missed('ebops', '<=', 811.0625), device), ['ebops <= 812'])
  assert.equal(relaxations(missed('ebops', '>=', 811.0625), null), ['ebops >= 811'])
  assert.equal(relaxations(missed('bram', '<=', 3.5), device), ['bram <= 4'])
  assert.equal(relaxations(missed('ebops', '<=', 1_234_567.5), null), ['ebops <= 1_234_568'])
})

test('small values keep their digits', () => {
  assert.equal(relaxations(missed('mse', '<=', 0.0000123456), null), ['mse <= 0.00001235'])
  assert.equal(relaxations(missed('mse', '<=', 3.2e-7), null), ['mse <= 3.2e-7'])
  assert.equal(relaxations(missed('resolution', '<=', 0.00123449), null), ['resolution <= 0.001235 mrad'])
})

test('a metric has the name that a budget knows it by', () => {
  assert.equal(relaxations(missed('resolution(outlier=20)', '<=', 5.014), null), ['resolution <= 5.014 mrad'])
})

test('no bound is as much as more than the device has, in cells as in percent', () => {
  assert.equal(relaxations(missed('lut', '<=', 201), device), [])
  assert.equal(relaxations(missed('lut', '<=', 201, { capacity: 200 }), device), [])
  assert.equal(relaxations(missed('lut', '<=', 200), device), ['lut <= 200'])
  assert.equal(relaxations(missed('lut', '<=', 200, { capacity: 200 }), device), ['lut <= 100 %'])
})

test('nothing is met by what is not a number', () => {
  assert.equal(relaxations(missed('mse', '<=', Number.NaN), null), [])
})

const regression = sampleText
  .replace('labels = "class"', 'target = "y"')
  .replace('classes = ["x", "y", "z"]', 'unit = mrad')
  .replace('loss = cross_entropy', 'loss = mse')
  .replace('accuracy >= 50 %', '')
  .replace('metric = accuracy', 'metric = mse')
  .replace('pareto(accuracy,', 'pareto(mse,')
  .replace('output inner |> dense(3)', 'output inner |> dense(1)')

/** The only bound of a budget that is so written, as the actions of the sample's build read it. */
function boundAsWritten(text: string): PlainBound {
  const source = text.startsWith('accuracy') ? sampleText : regression
  const program = programOf(source.replace(/budget small \{[^}]*\}/, `budget small { ${text} }`))
  const [build] = program.builds
  const [target] = program.targets
  if (build === undefined || target === undefined) throw new Error('the sample has a build and a target')
  const [bound, ...others] = plainBounds(build.within, new ProgramLookup(program).metrics(build), capacityOf(target))
  if (bound === undefined || others.length > 0) throw new Error(`${text} is not one bound`)
  return bound
}

const magnitude = fc.record({
  digits: fc.double({ min: 1, max: 10, noNaN: true }),
  power: fc.integer({ min: -9, max: 6 }),
})
const anyValue = magnitude.map(({ digits, power }) => digits * 10 ** power)
const fraction = fc.double({ min: 0, max: 1, noNaN: true })
const cells = { lut: 1_728_000, ff: 3_456_000, dsp: 12_288, bram: 2688 }

const misses = fc.oneof(
  anyValue.map((value) => missed('ebops', '<=', value)),
  fc
    .constantFrom(...Object.entries(cells))
    .chain(([name, most]) =>
      fc
        .record({ measured: fc.integer({ min: 0, max: most }), share: fc.boolean() })
        .map(({ measured, share }) => missed(name, '<=', measured, share ? { capacity: most } : {})),
    ),
  fraction.map((value) => missed('accuracy', '>=', value)),
  fc
    .record({ name: fc.constantFrom('resolution', 'mse', 'mae', 'latency'), value: anyValue })
    .map(({ name, value }) => missed(name, '<=', value)),
  anyValue.map((value) => missed('clock', '>=', value)),
)

test(`each can be written into a budget, and is met by what it was made from (seed ${SEED})`, () => {
  fc.assert(
    fc.property(misses, (checks) => {
      const [check] = checks
      const [text] = relaxations(checks, cells)
      if (check === undefined || text === undefined) throw new Error('there is a bound for a value')
      const [again] = checkBounds([boundAsWritten(text)], { [check.quantity]: check.measured })
      assert.ok(again?.met, `${text} is met by ${check.measured}`)
    }),
    { numRuns: 120, seed: SEED },
  )
})
