import * as assert from 'uvu/assert'
import { planTry } from '../../../compiler/plan/plan.js'
import { suite } from '../../kit.js'
import { keysOf, planOf, planOptions, programOf, sampleText } from './sample.js'

const test = suite('compiler/plan')

test('a plan goes through all steps, each behind what it reads', () => {
  const plan = planOf(sampleText)
  assert.equal(
    plan.actions.map((action) => action.address),
    [
      'dataset/beans',
      'train/scan',
      'calibrate/scan',
      'beans_tagger/front',
      ...['fast', 'slow'].flatMap((target) =>
        ['select', 'lower', 'optimize', 'schedule', 'emit', 'verify', 'synthesize', 'report'].map(
          (kind) => `beans_tagger/${target}/try[0]/${kind}`,
        ),
      ),
    ],
  )
  // Throws when an action reads one that is planned later.
  keysOf(plan)
})

test('a target may be planned alone', () => {
  const plan = planOf(sampleText, { targets: ['slow'] })
  assert.is(plan.actions.filter((action) => action.address.includes('/fast/')).length, 0)
  assert.is(plan.actions.length, 12)
})

test('targets share every step up to pipelining', () => {
  const keys = keysOf(planOf(sampleText))
  const of = (target: string, kind: string) => keys.get(`beans_tagger/${target}/try[0]/${kind}`)
  for (const kind of ['select', 'lower', 'optimize']) assert.is(of('fast', kind), of('slow', kind))
  for (const kind of ['schedule', 'emit']) assert.is.not(of('fast', kind), of('slow', kind))
})

test('a second target adds its own steps and changes no other', () => {
  const one = keysOf(planOf(sampleText.replace('targets = [fast, slow]', 'targets = [fast]')))
  const two = keysOf(planOf(sampleText))
  for (const [address, key] of one) assert.is(two.get(address), key)
  assert.is(two.size, one.size + 8)
})

test('the next try takes the next network and shares nothing else with the first', () => {
  const program = programOf(sampleText)
  const [build] = program.builds
  const [target] = program.targets
  assert.ok(build && target)
  const actions = planTry(program, planOptions, { build, target }, 1)
  assert.is(actions[0]?.address, 'beans_tagger/fast/try[1]/select')
  assert.is(actions[0]?.params.attempt, 1)
  assert.is(actions.length, 8)
})

test('a build without targets ends with its front', () => {
  const plan = planOf(sampleText.replace('targets = [fast, slow]', 'targets = []'))
  assert.is(plan.actions.at(-1)?.kind, 'front')
})

test('trainings on two data sets offer both to the selection', () => {
  const second = `
dataset other { source = csv("other.csv"), labels = "class", features = ["a", "b", "c", "d"], split = { train = 70 %, validation = 10 %, test = 20 % } }
train scan_2 { model = tagger(16) with per_parameter, dataset = other, loss = cross_entropy, metric = accuracy, epochs = 5 }`
  const text = `${sampleText.replace('from = scan\n', 'from = [scan, scan_2]\n')}${second}`
  const plan = planOf(text)
  const select = plan.actions.find((action) => action.kind === 'select')
  assert.equal(select?.params.datasets, [0, 1])
  assert.ok(select?.inputs['dataset[1]'])
  const verify = plan.actions.find((action) => action.kind === 'verify')
  assert.equal(verify?.inputs.dataset, { from: 'action', address: 'beans_tagger/fast/try[0]/select', role: 'dataset' })
})
