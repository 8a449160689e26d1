import * as assert from 'uvu/assert'
import { declareState } from '../../../../compiler/graph/state.js'
import { initialState } from '../../../../runtime/train/initial-state.js'
import type { OptimizerSettings } from '../../../../runtime/train/optimizer.js'
import { powerAfter, readOptimizer } from '../../../../runtime/train/optimizer.js'
import { loadBackend } from '../../../../runtime/train/reference/backend.js'
import { ReferenceOptimizer } from '../../../../runtime/train/reference/optimizer.js'
import { TrainingState } from '../../../../runtime/train/reference/training-state.js'
import { denseNetwork } from '../../../fixtures/networks.js'
import { suite } from '../../../kit.js'

const test = suite('optimisers of the reference')
const graph = denseNetwork({ inputs: 2, hidden: [], outputs: 2 })
const WEIGHTS = 'dense[0]/parameter[0]'
const BIASES = 'dense[0]/parameter[1]'
const WIDTHS = 'dense[0]/weight[0]/b'
const RATE = { weight: 0.125, width: 0.5 }

/** The values of a tensor after steps with one gradient of `g` for every element, starting from 1. */
async function after(settings: OptimizerSettings, gradients: readonly number[]) {
  const loaded = await loadBackend('tfjs')
  if (!loaded.ok) throw new Error(loaded.error.message)
  const initial = initialState(graph, 1)
  for (const path of [WEIGHTS, BIASES, WIDTHS]) initial.get(path)?.values.fill(1)
  const state = new TrainingState(loaded.value, graph, initial)
  const optimizer = new ReferenceOptimizer(settings, new Map(), 0)
  for (const gradient of gradients) {
    const all = new Map(
      [WEIGHTS, BIASES, WIDTHS].map((path) => [path, new Float32Array(state.array(path).length).fill(gradient)]),
    )
    optimizer.step(state, all, (group) => RATE[group])
  }
  const first = (path: string): number => state.array(path)[0] ?? Number.NaN
  const result = { weight: first(WEIGHTS), bias: first(BIASES), width: first(WIDTHS) }
  state.dispose()
  return result
}

const near = (found: number, expected: number): void =>
  assert.ok(Math.abs(found - expected) <= 1e-6 * Math.max(1, Math.abs(expected)), `${found} instead of ${expected}`)

const sgd = { kind: 'sgd', momentum: 0.5, nesterov: false, clipNorm: null } as const
const adam = { kind: 'adam', beta1: 0.9, beta2: 0.999, epsilon: 1e-7, weightDecay: 0, clipNorm: null } as const

test('momentum: v = momentum · v + g, and the step is rate · v', async () => {
  const { weight, bias, width } = await after(sgd, [2, 4])
  // v is 2, then 5.
  near(weight, 1 - 0.125 * 7)
  near(bias, weight)
  near(width, 1 - 0.5 * 7)
})

test("Nesterov's step looks ahead: rate · (g + momentum · v)", async () => {
  near((await after({ ...sgd, nesterov: true }, [2, 4])).weight, 1 - 0.125 * (2 + 1 + 4 + 2.5))
})

test('without momentum it is plain descent', async () => {
  near((await after({ ...sgd, momentum: 0 }, [2, 4])).weight, 1 - 0.125 * 6)
})

test('decoupled decay shrinks weights and biases by rate · decay, and widths not', async () => {
  const [plain, decayed] = [await after(adam, [3]), await after({ ...adam, weightDecay: 0.5 }, [3])]
  // The first step of Adam is one rate whatever the gradient.
  near(plain.weight, 1 - 0.125)
  near(decayed.weight, 1 - 0.125 * 0.5 - 0.125)
  near(decayed.bias, decayed.weight)
  assert.is(decayed.width, plain.width)
})

test('a gradient of weights that is too long is scaled to the norm, those of widths are not', async () => {
  // Six elements of 2: a norm of 2·√6, clipped to 1.
  const { weight, width } = await after({ ...sgd, clipNorm: 1 }, [2])
  near(weight, 1 - 0.125 / Math.sqrt(6))
  near(width, 1 - 0.5 * 2)
  assert.equal(await after({ ...sgd, clipNorm: 5 }, [2]), await after(sgd, [2]))
})

test('an optimiser goes on where another has stopped, to the bit', async () => {
  const loaded = await loadBackend('tfjs')
  if (!loaded.ok) throw new Error(loaded.error.message)
  const paths = declareState(graph).flatMap(({ path, update }) => (update === 'trained' ? [path] : []))
  for (const settings of [sgd, adam]) {
    const state = new TrainingState(loaded.value, graph, initialState(graph, 1))
    const gradientsOf = (step: number) =>
      new Map(paths.map((path) => [path, state.array(path).map((value) => value * 0.3 + step)]))
    const whole = new ReferenceOptimizer(settings, new Map(), 0)
    for (let step = 0; step < 3; step++) whole.step(state, gradientsOf(step), () => 0.01)
    const copy = new TrainingState(loaded.value, graph, state.snapshot())
    const part = new ReferenceOptimizer(settings, whole.slots.snapshot(), 3)
    const gradients = gradientsOf(3)
    whole.step(state, gradients, () => 0.01)
    part.step(copy, gradients, () => 0.01)
    assert.equal(copy.snapshot(), state.snapshot())
    assert.equal(part.slots.snapshot(), whole.slots.snapshot())
    state.dispose()
    copy.dispose()
  }
})

test('powers are the products that a running optimiser makes', () => {
  let product = 1
  for (let step = 0; step < 500; step++) {
    assert.is(powerAfter(0.999, step), product)
    product *= 0.999
  }
  assert.is(powerAfter(0.5, 1_000_000_000), 0)
})

test('what the prelude builds is read', () => {
  assert.equal(
    readOptimizer({ kind: 'adamw', rate: 1, beta_1: 0.8, beta_2: 0.9, epsilon: 1e-6, weight_decay: 0.1, clip_norm: 2 }),
    {
      kind: 'adam',
      beta1: 0.8,
      beta2: 0.9,
      epsilon: 1e-6,
      weightDecay: 0.1,
      clipNorm: 2,
    },
  )
  assert.is((readOptimizer({ kind: 'adam', weight_decay: 3 }) as { weightDecay: number }).weightDecay, 0)
  assert.equal(readOptimizer({ kind: 'sgd', momentum: 0.5, nesterov: true }), { ...sgd, nesterov: true })
})
