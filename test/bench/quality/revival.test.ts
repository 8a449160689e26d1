import * as assert from 'uvu/assert'
import { buildTensorGraph } from '../../../compiler/graph/build.js'
import type { Action } from '../../../compiler/plan/action.js'
import { initialState } from '../../../runtime/train/initial-state.js'
import { encodeState, startingWith } from '../../../runtime/train/state.js'
import { denseNetwork } from '../../fixtures/networks.js'
import { suite } from '../../kit.js'
import { DATASETS } from './datasets.js'
import { programOf } from './pipeline.js'
import { RECIPES } from './recipes.js'
import { revived, reviving } from './revival.js'

const test = suite('benchmark of quality: weights that come back')
const graph = denseNetwork({ inputs: 8, hidden: [8], outputs: 3 })
const before = startingWith(initialState(graph, 1))
const paths = [...before.network.keys()].filter((path) => path.endsWith('/b'))

/** Every second width has fallen to 0, and the optimiser remembers something of each. */
function pruned() {
  const network = new Map(before.network)
  const slots = new Map(before.slots)
  for (const path of paths) {
    const tensor = before.network.get(path)
    if (tensor === undefined) continue
    network.set(path, { ...tensor, values: tensor.values.map((value, at) => (at % 2 === 0 ? 0.2 : value)) })
    slots.set(`${path}/first`, { ...tensor, values: tensor.values.map(() => 7) })
  }
  return { ...before, network, slots, epoch: 30 }
}

test('some of those without bits have one again, and their optimiser starts anew; all else stays', () => {
  const state = pruned()
  const after = revived(state, graph, 0.5, 3)
  assert.ok(paths.length > 0)
  let count = 0
  for (const [path, { values }] of after.network) {
    const old = state.network.get(path)?.values
    for (const [at, value] of values.entries()) {
      if (value === old?.[at]) continue
      count++
      assert.ok(path.endsWith('/b') && (old?.[at] as number) <= 0.5 && value > 0.5 && value < 1)
      assert.is(after.slots.get(`${path}/first`)?.values[at], 0)
    }
  }
  assert.ok(count > 20 && count < 60, `${count} came back`)
  const forgotten = [...after.slots.values()].flatMap(({ values }) => [...values]).filter((value) => value === 0)
  assert.is(forgotten.length, count)
})

test('the seed and the epoch say which', () => {
  const state = pruned()
  assert.equal(revived(state, graph, 0.5, 3), revived(state, graph, 0.5, 3))
  assert.not.equal(revived(state, graph, 0.5, 3).network, revived(state, graph, 0.5, 4).network)
  assert.not.equal(revived(state, graph, 0.5, 3).network, revived({ ...state, epoch: 60 }, graph, 0.5, 3).network)
})

test('the recipe that revives does so in every state that its training hands on, and no other recipe does', () => {
  const [dataset] = DATASETS
  const recipe = RECIPES.find(({ name }) => name === 'revived')
  if (dataset === undefined || recipe === undefined) throw new Error('there are data sets, and a recipe that revives')
  const program = programOf({ dataset, recipe, epochs: 60, seed: 1, splitSeed: 42 })
  const [network] = program.networks
  if (network === undefined) throw new Error('a training has a network')
  const trained = initialState(buildTensorGraph(network), 1)
  const flat = new Map([...trained].map(([path, tensor]) => [path, { ...tensor, values: tensor.values.map(() => 0) }]))
  const outputs = new Map([['state', encodeState(startingWith(flat))]])
  const between = reviving(recipe, program, 1)
  const action = (address: string): Action => ({ kind: 'train', address, params: {}, inputs: {}, reads: [] })
  assert.not.equal(between?.(action('train/run/segment[0]'), outputs), outputs)
  assert.is(between?.(action('calibrate/run'), outputs), outputs)
  for (const other of RECIPES) if (other !== recipe) assert.is(reviving(other, program, 1), undefined)
})
