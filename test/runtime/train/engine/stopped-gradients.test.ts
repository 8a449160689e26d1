import * as assert from 'uvu/assert'
import type { TensorGraph } from '../../../../compiler/graph/operation.js'
import { declareState } from '../../../../compiler/graph/state.js'
import type { CheckpointTensor } from '../../../../runtime/train/checkpoint.js'
import { createEngine } from '../../../../runtime/train/create-engine.js'
import { initialState } from '../../../../runtime/train/initial-state.js'
import { activationQuantizer, NetworkBuilder, weightQuantizer } from '../../../fixtures/networks.js'
import { suite } from '../../../kit.js'
import { randomPart, requestOf } from './compare.js'

const test = suite('parameters behind stop_gradient')
const EQUATION = { equation: '...i,io->...o' }
const ONES = { kind: 'ones' }
const ADAMW = { kind: 'adam', beta1: 0.9, beta2: 0.999, epsilon: 1e-7, weightDecay: 0.5, clipNorm: 1 } as const
/** Wide enough that the limits of widths are far. */
const KBI = { ...weightQuantizer, magnitude: 6, integer: 1, regularize: 1e-3 }

function quantized(n: NetworkBuilder, path: string, operand: number): number {
  return n.quantize(`${path}/q`, operand, 'weight', KBI)
}

function data(n: NetworkBuilder, path: string, operand: number): number {
  return n.quantize(path, operand, 'activation', activationQuantizer)
}

/** Parameters: `w` is free, `gain` and `offset` stopped, `both` on one of its two ways, `early` by a stop in the data behind it. */
function network(): TensorGraph {
  const n = new NetworkBuilder()
  const x = data(n, 'x/q', n.input('x', [3]))
  const early = data(n, 'early/data', n.apply('multiply', [x, quantized(n, 'early', n.parameter('early', [3], ONES))]))
  const stopped = data(n, 'stopped/q', n.apply('stop_gradient', [early]))
  const [gain, offset] = [n.parameter('gain', [3], ONES), n.parameter('offset', [3], ONES)]
  const factor = quantized(n, 'factor', n.apply('stop_gradient', [n.apply('multiply', [gain, offset])]))
  const both = n.parameter('both', [3], ONES)
  const first = data(n, 'first', n.apply('multiply', [stopped, factor]))
  const second = data(n, 'second', n.apply('multiply', [x, quantized(n, 'learned', both)]))
  const third = data(n, 'third', n.apply('multiply', [x, quantized(n, 'held', n.apply('stop_gradient', [both]))]))
  const sum = data(n, 'sum', n.apply('add', [n.apply('add', [first, second]), third]))
  const w = n.parameter('w', [3, 2], { kind: 'uniform', low: -1, high: 1 })
  n.output('y', n.apply('einsum', [sum, quantized(n, 'w', w)], EQUATION))
  return n.graph()
}

test('those that no gradient comes to are frozen; one way is enough to learn, and widths learn by their cost', () => {
  const updates = new Map(declareState(network()).map(({ path, update }) => [path, update]))
  const names = ['w', 'both', 'gain', 'offset', 'early', 'factor/q/b', 'factor/q/i', 'held/q/b', 'early/q/b']
  assert.equal(Object.fromEntries(names.map((name) => [name, updates.get(name)])), {
    w: 'trained',
    both: 'trained',
    gain: 'frozen',
    offset: 'frozen',
    early: 'frozen',
    'factor/q/b': 'trained',
    'factor/q/i': 'trained',
    'held/q/b': 'trained',
    'early/q/b': 'trained',
  })
})

for (const name of ['hgq', 'tfjs'] as const)
  test(`the engine ${name} leaves them as they start, whatever decays`, async () => {
    const graph = network()
    const part = randomPart(graph, 'mse', 64, 9)
    const before = initialState(graph, 5)
    const made = await createEngine(name, requestOf(graph, { kind: 'mse' }, part, { optimizer: ADAMW }))
    if (!made.ok) throw new Error(made.error.message)
    const engine = made.value
    engine.beginEpoch(Uint32Array.from({ length: 64 }, (_, row) => row))
    for (let step = 0; step < 6; step++) {
      const settings = { first: 0, rows: 64, step, pressure: 1e-3, rate: 0.02, widthRate: 0.02 }
      assert.ok(engine.step(settings).ok)
    }
    const after = engine.network()
    const slots = [...engine.slots().keys()]
    await engine.close()
    const values = (state: ReadonlyMap<string, CheckpointTensor>, path: string): readonly number[] => [
      ...(state.get(path)?.values ?? []),
    ]
    for (const path of ['gain', 'offset', 'early']) {
      assert.equal(values(after, path), values(before, path), path)
      assert.not.ok(slots.includes(`${path}/first`), path)
    }
    for (const path of ['w', 'both']) {
      assert.not.equal(values(after, path), values(before, path), path)
      assert.ok(slots.includes(`${path}/first`), path)
    }
    for (const path of ['factor/q/b', 'held/q/b', 'early/q/b'])
      values(after, path).forEach((width, at) => {
        assert.ok(width < (values(before, path)[at] ?? 0), path)
      })
  })

for (const name of ['hgq', 'tfjs'] as const)
  test(`the engine ${name} stands a network with nothing to learn`, async () => {
    const n = new NetworkBuilder()
    const fixed = { learned: false }
    const x = n.quantize('x/q', n.input('x', [3]), 'activation', activationQuantizer, fixed)
    const w = n.quantize('w/q', n.apply('stop_gradient', [n.parameter('w', [3, 2])]), 'weight', KBI, fixed)
    n.output('y', n.apply('einsum', [x, w], EQUATION))
    const graph = n.graph()
    const request = requestOf(graph, { kind: 'mse' }, randomPart(graph, 'mse', 8, 9), { optimizer: ADAMW })
    const made = await createEngine(name, request)
    if (!made.ok) throw new Error(made.error.message)
    made.value.beginEpoch(Uint32Array.from({ length: 8 }, (_, row) => row))
    const outcome = made.value.step({ first: 0, rows: 8, step: 0, pressure: 1e-3, rate: 0.02, widthRate: 0.02 })
    assert.ok(outcome.ok)
    assert.equal(made.value.network().get('w'), request.network.get('w'))
    await made.value.close()
  })
