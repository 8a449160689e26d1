import * as assert from 'uvu/assert'
import { ownerOf } from '../../../compiler/plan/addresses.js'
import { suite } from '../../kit.js'
import { changedParams, keysOf, planOf, sampleText } from './sample.js'

const test = suite('compiler/plan/lineage')

/** The sample with a training that starts from the one it has, taught by a third, and a build of that alone. */
const text = `${sampleText.replace('from = scan', 'from = tuned')}
budget modest { ebops <= 2_500, accuracy >= 40 % }
train wide { model = tagger(16) with per_parameter, dataset = beans, loss = cross_entropy, epochs = 3 }
train tuned {
  model = tagger() with per_parameter
  dataset = beans
  loss = cross_entropy
  metric = accuracy
  epochs = 4
  segment = 2 epochs
  from = scan
  within = modest
  teacher = wide
  distill = 30 %
}
`
const plan = planOf(text)
const actionAt = (address: string) => plan.actions.find((action) => action.address === address)

test('what a training has of others is planned before it, once, and other builds are not asked', () => {
  const addresses = plan.actions.map((action) => action.address).filter((address) => !address.includes('/try['))
  assert.equal(addresses, [
    'dataset/beans',
    'train/scan/segment[0]',
    'calibrate/scan',
    'train/wide/segment[0]',
    'calibrate/wide',
    'start/tuned/front',
    'start/tuned',
    'teach/tuned/front',
    'teach/tuned',
    'train/tuned/segment[0]',
    'train/tuned/segment[1]',
    'calibrate/tuned',
    'front/beans_tagger',
  ])
  // Throws when an action reads one that is planned later.
  keysOf(plan)
})

test('the first segment starts from the network that is chosen, each later one from the segment before; all are taught', () => {
  const taught = { from: 'action', address: 'teach/tuned', role: 'taught' }
  assert.equal(actionAt('train/tuned/segment[0]')?.inputs, {
    dataset: { from: 'action', address: 'dataset/beans', role: 'dataset' },
    taught,
    state: { from: 'action', address: 'start/tuned', role: 'state' },
  })
  const second = actionAt('train/tuned/segment[1]')?.inputs
  assert.equal(second?.state, { from: 'action', address: 'train/tuned/segment[0]', role: 'state' })
  assert.equal(second?.taught, taught)
  assert.equal(actionAt('train/scan/segment[0]')?.inputs, {
    dataset: { from: 'action', address: 'dataset/beans', role: 'dataset' },
  })
})

test('bounds reach the choice without their places in the text, and the metric of the training that is chosen from', () => {
  const { graph: _graph, ...read } = actionAt('start/tuned')?.params ?? {}
  assert.equal(read, {
    bounds: [
      { quantity: 'ebops', relation: '<=', value: 2500, phase: 'selection', isMetric: false },
      { quantity: 'accuracy', relation: '>=', value: 0.4, phase: 'selection', isMetric: true },
    ],
    metric: { kind: 'accuracy', better: 'higher', arguments: {} },
    segments: 1,
  })
})

const EDITS = [
  ['bound on the network to start from', 'ebops <= 2_500', 'ebops <= 2_400', ['start']],
  ['share of the teacher', 'distill = 30 %', 'distill = 40 %', ['teach']],
  ['length of the training to start from', 'epochs = 5', 'epochs = 6', ['train']],
  ['size of the teacher', 'tagger(16)', 'tagger(17)', ['train', 'calibrate']],
] as const

for (const [name, from, to, kinds] of EDITS) {
  test(`a change of the ${name} reaches ${kinds.join(', ')} alone, and what follows`, () => {
    const edited = text.replace(from, to)
    assert.is.not(edited, text)
    const after = planOf(edited)
    assert.equal(changedParams(plan, after), kinds)
    const [before, now] = [keysOf(plan), keysOf(after)]
    for (const segment of [0, 1]) {
      const address = `train/tuned/segment[${segment}]`
      assert.is.not(now.get(address), before.get(address))
    }
  })
}

test('a training that nobody starts from any more has the key of one that never did', () => {
  const alone = planOf(text.replace('  from = scan\n  within = modest\n  teacher = wide\n  distill = 30 %\n', ''))
  assert.is(
    alone.actions.some(({ kind }) => kind === 'start' || kind === 'teach'),
    false,
  )
  assert.equal(Object.keys(alone.actions.find(({ kind }) => kind === 'train')?.inputs ?? {}), ['dataset'])
})

test('no two steps have one address, whatever the names', () => {
  const names = ['front', 'start', 'teach', 'calibrate', 'try', 'segment']
  for (const build of names)
    for (const training of names.filter((name) => name !== build)) {
      const renamed = text.replaceAll('beans_tagger', build).replaceAll('tuned', training)
      const { actions } = planOf(renamed)
      assert.is(actions.length, plan.actions.length, `build ${build}, training ${training}`)
      for (const { address, kind } of actions) {
        const owner = ownerOf(address)
        if (kind === 'dataset') assert.is(owner, null)
        else if (owner?.kind === 'training') assert.ok([training, 'scan', 'wide'].includes(owner.training), address)
        else assert.is(owner?.build, build, address)
      }
    }
})
