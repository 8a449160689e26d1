import fc from 'fast-check'
import * as assert from 'uvu/assert'
import type { Action, ActionKind } from '../../../compiler/plan/action.js'
import { keyText } from '../../../compiler/plan/key.js'
import type { Plain } from '../../../lang/program.js'
import { suite } from '../../kit.js'
import { changedParams, keysOf, planOf, sampleText } from './sample.js'

const test = suite('keys of actions')
const base = planOf(sampleText)

/** An edit, and the kinds of action that read what it changes: those alone get other parameters. */
const EDITS: readonly (readonly [name: string, from: string, to: string, kinds: readonly ActionKind[]])[] = [
  ['data file', '"beans.csv"', '"others.csv"', ['dataset']],
  ['split', 'train = 70 %, validation = 10 %', 'train = 60 %, validation = 20 %', ['dataset']],
  ['seed of the split', 'seed = 42', 'seed = 43', ['dataset']],
  ['standardization', 'standardize = true', 'standardize = power_of_two', ['dataset']],
  ['classes', '["x", "y", "z"]', '["y", "x", "z"]', ['dataset']],
  ['width of a layer', 'hidden: int = 8', 'hidden: int = 9', ['train', 'calibrate']],
  ['rate', 'rate = 5e-3', 'rate = 6e-3', ['train']],
  ['epochs', 'epochs = 5', 'epochs = 6', ['train']],
  ['batch', 'batch = 64', 'batch = 65', ['train']],
  ['pressure', 'geometric(1e-6, 1e-4)', 'geometric(1e-6, 1e-5)', ['train']],
  ['seed of the training', 'seed = 7', 'seed = 8', ['train', 'verify']],
  ['segment', 'epochs = 5', 'epochs = 5\n  segment = 5 epochs', []],
  ['size of the front', 'size = 9', 'size = 10', ['train', 'front']],
  ['margin', 'margin = 0 bit', 'margin = 1 bit', ['calibrate']],
  ['calibration data', 'data = train', 'data = all', ['calibrate']],
  ['bound before synthesis', 'ebops <= 3_000', 'ebops <= 2_999', ['select', 'report']],
  ['bound on a metric', 'accuracy >= 50 %', 'accuracy >= 51 %', ['select', 'report']],
  ['bound on a design', 'lut <= 2_000', 'lut <= 2_001', ['report']],
  ['clock', 'clock = 200 MHz', 'clock = 250 MHz', ['schedule', 'report']],
  ['share of the device', 'lut <= 2_000', 'lut <= 1 %', ['report']],
  ['device', 'device = xcvu13p', 'device = xcvu9p', ['emit', 'report']],
  ['stages', 'clock = 200 MHz', 'clock = 200 MHz, stages = 3', ['schedule']],
  ['language', 'language = verilog', 'language = vhdl', ['emit', 'verify', 'report']],
  ['name of the build', 'build beans_tagger', 'build bean_tagger', ['emit']],
]

for (const [name, from, to, kinds] of EDITS) {
  test(`a change of the ${name} reaches ${kinds.join(', ')} alone`, () => {
    const text = sampleText.replace(from, to)
    assert.is.not(text, sampleText)
    // A renamed build has other addresses; compare them under the old name.
    const after = planOf(text)
    const renamed = {
      actions: after.actions.map((action) => ({
        ...action,
        address: action.address.replace('bean_tagger', 'beans_tagger'),
      })),
    }
    assert.equal(changedParams(base, renamed), kinds)
  })
}

/** Edits that change no value. */
const HARMLESS: readonly (readonly [name: string, edit: (text: string) => string])[] = [
  ['comment above', (text) => text.replace('dataset beans', '// a remark\ndataset beans')],
  ['comment within', (text) => text.replace('  epochs = 5', '  // short\n  epochs = 5 // a remark')],
  ['blank lines', (text) => text.replaceAll('\n\n', '\n\n\n\n')],
  ['indentation', (text) => text.replaceAll('\n  ', '\n      ')],
  ['documentation', (text) => text.replace('/// Beans of seven kinds.', '/// Seven kinds.\n/// Of beans.')],
  ['name of a local', (text) => text.replaceAll('inner', 'hidden_layer')],
  [
    'name of a parameter',
    (text) => text.replaceAll('hidden: int', 'units: int').replaceAll('dense(hidden)', 'dense(units)'),
  ],
  ['order of entries', (text) => text.replace('  epochs = 5\n  batch = 64\n', '  batch = 64\n  epochs = 5\n')],
  [
    'order of declarations',
    (text) => {
      const at = text.indexOf('target fast')
      const end = text.indexOf('build beans_tagger')
      return `${text.slice(0, at)}${text.slice(end)}\n${text.slice(at, end)}`
    },
  ],
  ['spelling of a number', (text) => text.replace('3_000', '3000').replace('10 ns', '0.01 us')],
  ['spelling of a clock', (text) => text.replace('200 MHz', '5 ns')],
  ['a default written out', (text) => text.replace('csv("beans.csv")', 'csv("beans.csv", header = true)')],
  ['tries', (text) => text.replace('tries = 3', 'tries = 5')],
  [
    'an unrelated declaration',
    (text) => `${text}\ntarget unused { device = xcvu13p, clock = 1 ns, language = vhdl }\n`,
  ],
  ['an unused budget', (text) => `${text}\nbudget unused_budget { lut <= 1 }\n`],
]

test('edits that change no value change no key, in any combination', () => {
  const keys = [...keysOf(base).values()]
  for (const [name, edit] of HARMLESS) {
    assert.is.not(edit(sampleText), sampleText, name)
    assert.equal([...keysOf(planOf(edit(sampleText))).values()], keys, name)
  }
  fc.assert(
    fc.property(fc.subarray([...HARMLESS], { minLength: 2 }), (edits) => {
      const text = edits.reduce((before, [, edit]) => edit(before), sampleText)
      assert.equal([...keysOf(planOf(text)).values()], keys)
    }),
    { numRuns: 25 },
  )
})

test('the language of a target is read where a design is made, where it is run, and where it is said why nothing is proven', () => {
  const other = planOf(sampleText.replace('clock = 10 ns, language = verilog', 'clock = 10 ns, language = vitis'))
  const before = new Map(base.actions.map((action) => [action.address, keyText(action, new Map(), '')]))
  const read = other.actions.filter((action) => keyText(action, new Map(), '') !== before.get(action.address))
  const kinds = new Set(read.map((action) => `${action.address.split('/')[1]} ${action.kind}`))
  assert.equal([...kinds].sort(), ['slow emit', 'slow report', 'slow verify'])
})

test('names of data sets, trainings and targets change addresses, not keys', () => {
  const text = sampleText
    .replaceAll('beans\n', 'legumes\n')
    .replace('dataset beans', 'dataset legumes')
    .replaceAll('scan', 'sweep')
    .replaceAll('fast', 'quick')
    .replaceAll('tagger(', 'classifier(')
    .replaceAll('small', 'tiny')
  const plan = planOf(text)
  assert.ok(plan.actions.some((action) => action.address === 'train/sweep/segment[0]'))
  assert.equal([...keysOf(plan).values()], [...keysOf(base).values()])
})

/** Every place in a value where a plain value stands. */
function leaves(value: Plain, path: readonly string[] = []): readonly (readonly string[])[] {
  if (typeof value !== 'object' || value === null) return [path]
  return Object.entries(value).flatMap(([key, each]) => leaves(each as Plain, [...path, key]))
}

function changed(value: Plain, [key, ...rest]: readonly string[]): Plain {
  if (key === undefined)
    return typeof value === 'number' ? value + 1 : typeof value === 'boolean' ? !value : `${String(value)}!`
  const copy = structuredClone(value) as Record<string, Plain>
  copy[key] = changed(copy[key] as Plain, rest)
  return copy
}

test('any change of what an action reads changes its key; address and origins do not', () => {
  const actions = base.actions.filter((action) => leaves(action.params).length > 0)
  fc.assert(
    fc.property(fc.constantFrom(...actions), fc.nat(), (action, choice) => {
      const places = leaves(action.params)
      const place = places[choice % places.length] ?? []
      const edited = { ...action, params: changed(action.params, place) as Action['params'] }
      assert.is.not(keyText(edited, new Map(), ''), keyText(action, new Map(), ''), place.join('/'))
      const moved = { ...action, address: `${action.address}!`, reads: [] }
      assert.is(keyText(moved, new Map(), ''), keyText(action, new Map(), ''))
      assert.is.not(keyText(action, new Map(), 'other code'), keyText(action, new Map(), ''))
    }),
    { numRuns: 300 },
  )
})

test('no key holds a place in the text, a name or a path of this machine', () => {
  for (const action of base.actions) {
    const text = keyText(action, new Map(), '')
    assert.not.ok(text.includes('pipeline.hgq'), action.address)
    assert.not.ok(/"scan"|"beans"|"fast"|"slow"/.test(text), `${action.address}: ${text.slice(0, 200)}`)
  }
})
