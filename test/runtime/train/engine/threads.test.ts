import * as assert from 'uvu/assert'
import type { TensorGraph } from '../../../../compiler/graph/operation.js'
import { largestPartition } from '../../../../runtime/kernels/partition.js'
import { layOutEngine } from '../../../../runtime/train/engine/engine-layout.js'
import { WasmEngine } from '../../../../runtime/train/engine/wasm-engine.js'
import type { EngineRequest } from '../../../../runtime/train/engine.js'
import { activationQuantizer, denseNetwork, NetworkBuilder, weightQuantizer } from '../../../fixtures/networks.js'
import { suite } from '../../../kit.js'
import { datasetOf, randomPart, randomTaught, requestOf } from './compare.js'

const test = suite('threads of the engine')
const ROWS = 1000

function normalized(): TensorGraph {
  const n = new NetworkBuilder()
  const x = n.quantize('x/q', n.input('x', [5]), 'activation', activationQuantizer)
  const weights = n.quantize('w/q', n.parameter('w', [5, 6]), 'weight', weightQuantizer)
  const product = n.apply('einsum', [x, weights], { equation: '...i,io->...o' })
  const variance = n.apply('batch_variance', [product], { momentum: 0.9 }, 's', 's')
  const root = n.apply('square_root', [n.apply('add', [variance, n.constant(0.125)])])
  const scale = n.apply('divide', [n.parameter('g', [6], { kind: 'ones' }), root])
  const factor = n.quantize('scale', scale, 'weight', weightQuantizer)
  n.output('y', n.dense('last', n.apply('relu', [n.apply('multiply', [product, factor])]), 3))
  return n.graph()
}

/** Windows that overlap, so that gradients of their elements add up. */
function convolutional(): TensorGraph {
  const n = new NetworkBuilder()
  const x = n.quantize('x/q', n.input('x', [6, 2]), 'activation', activationQuantizer)
  const first = n.dense('first', x, 3)
  const data = n.quantize('p/q', n.apply('relu', [first]), 'activation', activationQuantizer)
  const seen = n.apply('patches', [data], { window: [3], padding: 'same' })
  const weights = n.quantize('w/q', n.parameter('w', [3, 3, 4]), 'weight', weightQuantizer)
  const y = n.apply('einsum', [seen, weights], { equation: 'pki,kio->po' })
  const pooled = n.apply('reduce_max', [n.apply('patches', [y], { window: [2], strides: [2] })], { axes: [1] })
  n.output('y', n.dense('last', n.apply('reshape', [pooled], { shape: [-1] }), 3))
  return n.graph()
}

const stochastic = { rounding: 'stochastic' } as const
const NETWORKS: readonly (readonly [string, TensorGraph])[] = [
  ['a dense network', denseNetwork({ inputs: 5, hidden: [9, 7], outputs: 3 })],
  // Work between passes in several stages: more in one layer than a thread's share of the whole.
  ['a layer that several threads share', denseNetwork({ inputs: 5, hidden: [90, 60], outputs: 3 })],
  ['batch statistics', normalized()],
  ['a convolution', convolutional()],
  [
    'stochastic rounding',
    denseNetwork({ inputs: 5, hidden: [9], outputs: 3, weight: stochastic, activation: stochastic }),
  ],
]

/** Networks of which a tile adds to a sum several times, or goes on with it in another pass. */
const ADD_IN_TURN = new Set(['batch statistics', 'a convolution'])

/** All state after steps on batches of several sizes, the largest `most`, screened in between. */
async function stateAfter(
  graph: TensorGraph,
  overrides: Partial<EngineRequest>,
  most = ROWS,
): Promise<Map<string, number[]>> {
  const part = randomPart(graph, 'cross_entropy', most, 1)
  const validation = randomPart(graph, 'cross_entropy', 90, 2)
  const dataset = datasetOf(graph, 'cross_entropy', part, validation)
  const engine = new WasmEngine(requestOf(graph, { kind: 'cross_entropy' }, part, { dataset, ...overrides }))
  const state = new Map<string, number[]>()
  try {
    for (const [step, rows] of [most, most, 130, most - 1, 70].entries()) {
      const settings = { first: most - rows, rows, step, pressure: 1e-5, rate: 1e-2, widthRate: 1e-2 }
      const outcome = engine.step(settings)
      assert.ok(outcome.ok)
      state.set(`screen ${step}`, [outcome.ok ? outcome.loss : 0, engine.screen().metric])
    }
    for (const [path, { values }] of [...engine.network(), ...engine.slots()]) state.set(path, [...values])
  } finally {
    await engine.close()
  }
  return state
}

for (const [name, graph] of NETWORKS) {
  test(`${name}: one, two and three threads give the same bits`, async () => {
    const alone = await stateAfter(graph, { threads: 1 })
    for (const threads of [2, 3]) assert.equal(await stateAfter(graph, { threads }), alone, `${threads} threads`)
  })
}

// Four tiles: no more than two threads may add up two of them at once, more have a sum for each.
for (const [name, graph] of NETWORKS) {
  test(`${name}: batches of four tiles give the same bits on one to four threads`, async () => {
    const rows = 256
    assert.is(largestPartition(rows).tiles, 4)
    const part = randomPart(graph, 'cross_entropy', rows, 1)
    for (const threads of [1, 2, 3]) {
      const { tiles } = layOutEngine(requestOf(graph, { kind: 'cross_entropy' }, part, { threads }))
      assert.is(tiles.sharesParts, threads < 3 && !ADD_IN_TURN.has(name), `${threads} threads`)
    }
    const alone = await stateAfter(graph, { threads: 1 }, rows)
    for (const threads of [2, 3, 4])
      assert.equal(await stateAfter(graph, { threads }, rows), alone, `${threads} threads`)
  })
}

test('several tiles in a part: one, two and three threads give the same bits', async () => {
  const rows = 6500
  const { tiles, parts } = largestPartition(rows)
  assert.ok(tiles > 2 * parts)
  const graph = convolutional()
  const alone = await stateAfter(graph, { threads: 1 }, rows)
  for (const threads of [2, 3]) assert.equal(await stateAfter(graph, { threads }, rows), alone, `${threads} threads`)
})

test('a probability for each class to learn: one, two and three threads give the same bits', async () => {
  // So many rows that a part has several tiles, and a last tile that is not full.
  const rows = 6500
  const graph = denseNetwork({ inputs: 5, hidden: [9, 7], outputs: 3 })
  const taught = randomTaught(graph, 'cross_entropy', rows, 1)
  const alone = await stateAfter(graph, { threads: 1, taught }, rows)
  assert.not.equal(alone, await stateAfter(graph, { threads: 1 }, rows))
  for (const threads of [2, 3])
    assert.equal(await stateAfter(graph, { threads, taught }, rows), alone, `${threads} threads`)
})

test('a layer of more weights than the others is shared out', () => {
  const graph = denseNetwork({ inputs: 5, hidden: [90, 60], outputs: 3 })
  const part = randomPart(graph, 'cross_entropy', 64, 1)
  const { sequences, tiles } = layOutEngine(requestOf(graph, { kind: 'cross_entropy' }, part, { threads: 3 }))
  const stages = sequences.update.map((index) => (typeof index === 'number' ? tiles.stages[index] : undefined))
  assert.ok(stages.length > 1)
  assert.ok(stages.every((stage) => stage !== undefined))
  assert.ok(stages.filter((stage) => stage?.length === 3).length > 1)
})

/** Integer bits of constants follow them before the types are made, so these cannot be made ahead. */
function trackedWeights(): TensorGraph {
  const tracked = { overflow: 'wrap', decay: 0.01 } as const
  return denseNetwork({ inputs: 5, hidden: [9], outputs: 3, weight: tracked, bias: { ...tracked, decay: null } })
}

for (const [name, graph] of [...NETWORKS, ['tracked weights', trackedWeights()] as const])
  test(`${name}: looking at the network between steps, or starting anew from it, changes no bit`, async () => {
    const part = randomPart(graph, 'cross_entropy', 300, 1)
    const trained = async (visit: (engine: WasmEngine, step: number) => Promise<WasmEngine>): Promise<unknown> => {
      let engine = new WasmEngine(requestOf(graph, { kind: 'cross_entropy' }, part, { threads: 2 }))
      const losses: number[] = []
      for (let step = 0; step < 6; step++) {
        const outcome = engine.step({ first: 0, rows: 300, step, pressure: 1e-5, rate: 1e-2, widthRate: 1e-2 })
        losses.push(outcome.ok ? outcome.loss : Number.NaN)
        engine = await visit(engine, step + 1)
      }
      const state = [...engine.network(), ...engine.slots()].map(([path, { values }]) => [path, [...values]])
      const ebops = engine.ebops()
      await engine.close()
      return { losses, state, ebops }
    }
    const alone = await trained(async (engine) => engine)
    const watched = trained(async (engine) => {
      engine.screen()
      engine.ebops()
      return engine
    })
    assert.equal(await watched, alone)
    const resumed = trained(async (engine, steps) => {
      const state = { network: engine.network(), slots: engine.slots(), steps }
      await engine.close()
      return new WasmEngine(requestOf(graph, { kind: 'cross_entropy' }, part, state))
    })
    assert.equal(await resumed, alone)
  })

test('passes of changing size find every part done once, whoever is late', async () => {
  // Few rows and many passes: followers are still looking for work of the last pass when the next begins.
  const graph = denseNetwork({ inputs: 2, hidden: [], outputs: 2 })
  const part = randomPart(graph, 'mse', 700, 1)
  const losses = async (threads: number): Promise<number[]> => {
    const engine = new WasmEngine(requestOf(graph, { kind: 'mse' }, part, { threads }))
    const found = Array.from({ length: 3000 }, (_, step) => {
      const rows = [64, 700, 130, 500, 65][step % 5] ?? 1
      return engine.computeGradients({ first: 0, rows, step: 0, pressure: 0, rate: 0, widthRate: 0 })
    })
    await engine.close()
    return found
  }
  assert.equal(await losses(3), await losses(1))
})
