import * as assert from 'uvu/assert'
import { normalAt, randomKey } from '../../../../compiler/numeric/random.js'
import { initialState } from '../../../../runtime/train/initial-state.js'
import { loadBackend } from '../../../../runtime/train/reference/backend.js'
import { TrainingModel } from '../../../../runtime/train/reference/model.js'
import { lossAndGradients } from '../../../../runtime/train/reference/step.js'
import { TrainingState } from '../../../../runtime/train/reference/training-state.js'
import { activationQuantizer, NetworkBuilder, weightQuantizer } from '../../../fixtures/networks.js'
import { suite } from '../../../kit.js'

const test = suite('gradients of the operations')
const ROWS = 5
/** Fine enough that rounding disappears in the finite differences. */
const FINE = { fraction: 20, magnitude: 22, integer: 3 }

/** Compares the gradient of every parameter with finite differences of the loss. */
async function check(build: (network: NetworkBuilder) => number): Promise<void> {
  const network = new NetworkBuilder()
  network.output('y', build(network))
  const graph = network.graph()
  const loaded = await loadBackend('tfjs')
  if (!loaded.ok) throw new Error(loaded.error.message)
  const state = new TrainingState(loaded.value, graph, initialState(graph, 5))
  const model = new TrainingModel(loaded.value, graph, state)
  const output = graph.outputs[0]?.operation ?? -1
  const random = (name: string, count: number): Float32Array =>
    Float32Array.from({ length: count }, (_, index) => normalAt(randomKey(2, name), index))
  const sizeOf = (id: number): number =>
    (graph.operations[id]?.shape ?? []).reduce((product, length) => product * length, 1)
  const run = () =>
    lossAndGradients(loaded.value, model, state, {
      rows: ROWS,
      inputs: new Map(graph.inputs.map(({ name, operation }) => [operation, random(name, ROWS * sizeOf(operation))])),
      targets: random('target', ROWS * sizeOf(output)),
      output,
      loss: { kind: 'mse' },
      pressure: 0,
      seed: 0,
      step: 0,
    })
  const { gradients } = run()
  for (const { declaration } of state.trained.filter(({ declaration: { group } }) => group === 'weight')) {
    const { path } = declaration
    const gradient = gradients.get(path)
    if (gradient === undefined) throw new Error(`no gradient of ${path}`)
    const start = Float32Array.from(state.array(path))
    for (let index = 0; index < start.length; index++) {
      const h = 1 / 1024
      const at = (move: number): number => {
        state.assign(
          path,
          start.map((value, other) => (other === index ? value + move : value)),
        )
        return run().task
      }
      const slope = (at(h) - at(-h)) / (2 * h)
      assert.ok(
        Math.abs(slope - (gradient[index] ?? Number.NaN)) <= 2e-3 * Math.max(1, Math.abs(slope)),
        `${path}[${index}]: ${gradient[index]} instead of ${slope}`,
      )
    }
    state.assign(path, start)
  }
}

const uniform = { kind: 'uniform', low: -1, high: 1 }
const data = (n: NetworkBuilder, shape: number[], path = 'x'): number =>
  n.quantize(`${path}/q`, n.input(path, shape), 'activation', activationQuantizer, FINE)
const constant = (n: NetworkBuilder, path: string, shape: number[]): number =>
  n.quantize(`${path}/q`, n.parameter(path, shape, uniform), 'weight', weightQuantizer, FINE)

test('einsum with a constant on either side, and over leading axes', async () => {
  await check((n) => n.apply('einsum', [data(n, [3, 4]), constant(n, 'w', [4, 2])], { equation: '...i,io->...o' }))
  await check((n) => n.apply('einsum', [constant(n, 'w', [2, 4]), data(n, [3, 4])], { equation: 'oi,pi->po' }))
  await check((n) => n.apply('einsum', [data(n, [3, 4]), constant(n, 'w', [3, 5])], { equation: '...pf,pq->...qf' }))
})

test('einsum of two data tensors', async () => {
  await check((n) => {
    const left = n.apply('einsum', [data(n, [2, 3]), constant(n, 'w', [3, 4])], { equation: '...i,io->...o' })
    const q = n.quantize('left/q', left, 'activation', activationQuantizer, FINE)
    return n.apply('einsum', [q, data(n, [3, 4], 'z')], { equation: 'ij,kj->ik' })
  })
})

test('elementwise operations with broadcasting', async () => {
  for (const kind of ['add', 'subtract', 'multiply', 'maximum', 'minimum']) {
    await check((n) => n.apply(kind, [data(n, [3, 4]), constant(n, 'w', [4])]))
    await check((n) => n.apply(kind, [constant(n, 'w', [3, 1]), data(n, [3, 4])]))
  }
})

test('relu, abs, negate, shift behind a constant', async () => {
  for (const [kind, attributes] of [
    ['relu', {}],
    ['abs', {}],
    ['negate', {}],
    ['shift', { by: -1 }],
  ] as const) {
    await check((n) => n.apply(kind, [n.apply('multiply', [data(n, [4]), constant(n, 'w', [4])])], attributes))
  }
})

test('layout operations and reductions', async () => {
  const product = (n: NetworkBuilder): number => n.apply('multiply', [data(n, [2, 3]), constant(n, 'w', [2, 3])])
  await check((n) => n.apply('transpose', [product(n)], { permutation: [1, 0] }))
  await check((n) => n.apply('reshape', [product(n)], { shape: [6] }))
  await check((n) => n.apply('slice', [product(n)], { axis: 1, start: 1, end: 3 }))
  for (const border of ['zero', 'nearest'])
    await check((n) => n.apply('patches', [product(n)], { window: [2, 2], strides: [1, 2], padding: 'same', border }))
  await check((n) => n.apply('concatenate', [product(n), n.input('z', [2, 1])], { axis: 1 }))
  for (const kind of ['reduce_sum', 'reduce_max', 'reduce_min'])
    await check((n) => n.apply(kind, [product(n)], { axes: [1], keep_axes: false }))
})

test('division, square root and batch statistics on the parameter side', async () => {
  await check((n) => {
    const x = data(n, [3])
    const product = n.apply('multiply', [x, constant(n, 'w', [3])])
    const variance = n.apply('batch_variance', [product], { momentum: 0.9 }, 's', 's')
    const mean = n.apply('batch_mean', [product], { momentum: 0.9 }, 's', 's')
    const scale = n.apply('divide', [
      n.parameter('g', [3], uniform),
      n.apply('square_root', [n.apply('add', [variance, n.constant(1)])]),
    ])
    const scaled = n.apply('multiply', [product, n.quantize('scale', scale, 'weight', weightQuantizer, FINE)])
    return n.apply('add', [
      scaled,
      n.quantize('offset', n.apply('negate', [n.apply('multiply', [mean, scale])]), 'bias', weightQuantizer, FINE),
    ])
  })
})
