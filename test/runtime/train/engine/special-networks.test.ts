import * as assert from 'uvu/assert'
import type { TensorGraph } from '../../../../compiler/graph/operation.js'
import { roundNearest } from '../../../../compiler/numeric/fixed-quantizer.js'
import { calibrate } from '../../../../runtime/calibrate/calibrate.js'
import type { DatasetPart } from '../../../../runtime/data/dataset.js'
import { inferNetwork } from '../../../../runtime/infer/infer.js'
import { WasmEngine } from '../../../../runtime/train/engine/wasm-engine.js'
import type { EngineRequest, StepSettings } from '../../../../runtime/train/engine.js'
import { initialState } from '../../../../runtime/train/initial-state.js'
import { loadBackend } from '../../../../runtime/train/reference/backend.js'
import { Screen } from '../../../../runtime/train/reference/screen.js'
import { activationQuantizer, denseNetwork, NetworkBuilder, weightQuantizer } from '../../../fixtures/networks.js'
import { suite } from '../../../kit.js'
import { agreeOn, near } from './agree.js'
import { datasetOf, randomPart, requestOf } from './compare.js'

const test = suite('the engine on special networks')
const EQUATION = { equation: '...i,io->...o' }
const UNIFORM = { kind: 'uniform', low: -1, high: 1 }

function stepOf(part: DatasetPart): StepSettings {
  return { first: 0, rows: part.rows, step: 0, pressure: 0, rate: 1e-3, widthRate: 1e-3 }
}

/** Compares one step with the reference; none of these draws may be skipped. */
async function agrees(graph: TensorGraph, rows = 70): Promise<void> {
  const loaded = await loadBackend('tfjs')
  if (!loaded.ok) throw new Error(loaded.error.message)
  assert.ok(await agreeOn(loaded.value, graph, { kind: 'mse' }, { rows, seed: 3, pressure: 1e-4, threads: 2 }))
}

function weights(n: NetworkBuilder, path: string, shape: number[]): number {
  return n.quantize(`${path}/q`, n.parameter(path, shape, UNIFORM), 'weight', weightQuantizer)
}

function data(n: NetworkBuilder, path: string, operand: number, overrides = {}): number {
  return n.quantize(path, operand, 'activation', activationQuantizer, overrides)
}

test('several products at once, with weights in any order', async () => {
  for (const [equation, x, w] of [
    ['bij,ibjc->bc', [2, 3, 2], [3, 2, 2, 4]],
    ['pki,kpio->po', [3, 2, 4], [2, 3, 4, 2]],
    ['bi,icbd->bcd', [2, 4], [4, 3, 2, 2]],
  ] as const) {
    const n = new NetworkBuilder()
    n.output('y', n.apply('einsum', [data(n, 'x/q', n.input('x', [...x])), weights(n, 'w', [...w])], { equation }))
    await agrees(n.graph())
  }
})

test('a batch of one row', async () => {
  await agrees(denseNetwork({ inputs: 3, hidden: [5], outputs: 2 }), 1)
})

test('a batch with several tiles in a part', async () => {
  await agrees(denseNetwork({ inputs: 3, hidden: [5], outputs: 2 }), 3300)
})

test('an output on the parameter side learns like one that data add nothing to', async () => {
  const gradients = async (build: (n: NetworkBuilder, constant: number, x: number) => number) => {
    const n = new NetworkBuilder()
    const x = n.input('x', [3])
    n.output('y', build(n, weights(n, 'w', [3]), x))
    const graph = n.graph()
    const part = randomPart(graph, 'mse', 70, 3)
    const engine = new WasmEngine(requestOf(graph, { kind: 'mse' }, part))
    const loss = engine.computeGradients(stepOf(part))
    const found = [loss, ...[...engine.gradients().values()].flatMap((values) => [...values])]
    await engine.close()
    return found
  }
  const found = await gradients((_, constant) => constant)
  const zeros = (n: NetworkBuilder, x: number) => n.apply('relu', [n.apply('negate', [n.apply('abs', [x])])])
  assert.equal(found, await gradients((n, constant, x) => n.apply('add', [constant, zeros(n, x)])))
  assert.ok(found.slice(1, 4).every((slope) => slope !== 0))
})

test('a product for a ReLU and for something else', async () => {
  const n = new NetworkBuilder()
  const product = n.apply('einsum', [data(n, 'x/q', n.input('x', [3])), weights(n, 'w', [3, 4])], EQUATION)
  n.output('y', n.apply('add', [data(n, 'a', n.apply('relu', [product])), data(n, 'b', product)]))
  await agrees(n.graph())
})

test('operands of a product and of a table behind a stop_gradient', async () => {
  const n = new NetworkBuilder()
  const x = data(n, 'x/q', n.apply('stop_gradient', [n.input('x', [3])]))
  const fixed = n.apply('stop_gradient', [weights(n, 'w', [3, 4])])
  const first = n.apply('einsum', [x, fixed], EQUATION)
  const second = n.apply('einsum', [n.apply('stop_gradient', [x]), weights(n, 'v', [3, 4])], EQUATION)
  const sum = data(n, 'sum', n.apply('add', [first, second]))
  const curve = n.apply('table', [n.apply('stop_gradient', [sum])], { function: 'tanh' })
  const looked = n.quantize('table/q', curve, 'table', weightQuantizer)
  n.output('y', n.apply('einsum', [n.apply('add', [sum, looked]), weights(n, 'u', [4, 2])], EQUATION))
  await agrees(n.graph())
})

test('a ReLU for two quantizers', async () => {
  const n = new NetworkBuilder()
  const product = n.apply('einsum', [data(n, 'x/q', n.input('x', [3])), weights(n, 'w', [3, 4])], EQUATION)
  const relu = n.apply('relu', [product])
  n.output('y', n.apply('subtract', [data(n, 'a', relu), data(n, 'b', relu, { fraction: 1 })]))
  await agrees(n.graph())
})

test('convolutions with padding, strides and dilation, pooled', async () => {
  const n = new NetworkBuilder()
  const x = data(n, 'x/q', n.input('x', [9, 7, 2]))
  const seen = n.apply('patches', [x], { window: [3, 2], strides: [2, 1], dilation: [1, 2], padding: 'same' })
  const first = n.apply('einsum', [seen, weights(n, 'w', [3, 2, 2, 4])], { equation: 'pqkli,klio->pqo' })
  const biased = n.apply('relu', [n.apply('add', [first, weights(n, 'b', [4])])])
  const windows = { window: [2, 3], strides: [2, 3], padding: 'same', border: 'nearest' }
  const pooled = n.apply('reduce_max', [n.apply('patches', [data(n, 'p/q', biased)], windows)], { axes: [2, 3] })
  const rows = n.apply('patches', [data(n, 'r/q', pooled)], { window: [2], padding: 'causal' })
  const second = n.apply('einsum', [rows, weights(n, 'v', [2, 4, 3])], { equation: 'pkqi,kio->pqo' })
  n.output('y', n.apply('shift', [n.apply('reduce_sum', [second], { axes: [0, 1] })], { by: -2 }))
  await agrees(n.graph())
})

test('a convolution of each channel', async () => {
  const n = new NetworkBuilder()
  const seen = n.apply('patches', [data(n, 'x/q', n.input('x', [6, 3]))], { window: [3] })
  const y = n.apply('einsum', [seen, weights(n, 'w', [3, 3, 2])], { equation: 'pkc,kcm->pcm' })
  n.output('y', n.apply('reduce_sum', [y], { axes: [0, 2] }))
  await agrees(n.graph())
})

test('one quantizer of tracked kbi type for two values', async () => {
  const n = new NetworkBuilder()
  const x = n.input('x', [3])
  const shared = { parametrization: 'kbi', magnitude: 4, decay: null } as const
  const small = data(n, 'q', n.apply('shift', [x], { by: -3 }), shared)
  const large = data(n, 'q', x, shared)
  n.output('y', n.apply('einsum', [n.apply('add', [small, large]), weights(n, 'w', [3, 2])], EQUATION))
  await agrees(n.graph())
})

test('widths around 0', async () => {
  const size = { inputs: 3, hidden: [5], outputs: 2 }
  await agrees(denseNetwork({ ...size, weight: { magnitude: 0 }, activation: { fraction: -3 } }))
  await agrees(denseNetwork({ ...size, weight: { magnitude: 1, overflow: 'saturate' }, activation: { fraction: -2 } }))
})

test('pressure goes on where a magnitude rounds to 0, and ends where the relu of i + f does', async () => {
  const n = new NetworkBuilder()
  const x = data(n, 'x/q', n.input('x', [4]), { decay: 0 })
  n.output('y', n.apply('einsum', [x, weights(n, 'w', [4, 2])], EQUATION))
  const graph = n.graph()
  const network = initialState(graph, 5)
  const set = (path: string, values: number[]): void => network.get(path)?.values.set(values)
  // Bits of data: 0, 0, 4, 1. Integer bits stay at 9, which holds any draw.
  set('x/q/i', [9, 9, 9, 9])
  set('x/q/f', [-10, -9.4, -5, -8])
  set('w/q/b', [3, 3, 2, 0, 0, 0.3, 0.49, 0.51])
  const part = randomPart(graph, 'mse', 70, 3)
  const slopes = async (pressure: number): Promise<(path: string) => number[]> => {
    const engine = new WasmEngine(requestOf(graph, { kind: 'mse' }, part, { network }))
    engine.computeGradients({ ...stepOf(part), pressure })
    const gradients = engine.gradients()
    await engine.close()
    return (path) => Array.from(gradients.get(path) ?? [])
  }
  const [with_, without] = [await slopes(1024), await slopes(0)]
  const pressed = (path: string): number[] =>
    with_(path).map((slope, at) => Math.round((slope - (without(path)[at] ?? 0)) / 1024))
  assert.equal(pressed('w/q/b'), [0, 0, 0, 0, 4, 4, 1, 1])
  assert.equal(pressed('x/q/f'), [0, 0, 0, 1])
})

for (const overflow of ['wrap', 'wrap_reflect'] as const)
  test(`given types with ${overflow} act alike in training, screening, calibration and at inference`, async () => {
    const given = { overflow, learned: false } as const
    const n = new NetworkBuilder()
    const input = data(n, 'x/q', n.input('x', [6]))
    // Ranges that values leave by one turn and more, and one type without bits.
    const narrow = data(n, 'a', n.apply('shift', [input], { by: 1 }), { ...given, integer: 0, fraction: 2 })
    const none = data(n, 'b', input, { ...given, integer: -3, fraction: 2, signed: true })
    const kbi = { ...given, parametrization: 'kbi', integer: -1, magnitude: 2 } as const
    const constant = n.quantize('w/q', n.parameter('w', [6], UNIFORM), 'weight', weightQuantizer, kbi)
    n.output('y', n.apply('add', [n.apply('multiply', [narrow, constant]), none]))
    const graph = n.graph()
    await agrees(graph)

    const part = randomPart(graph, 'mse', 70, 4)
    const network = initialState(graph, 5)
    const dataset = datasetOf(graph, 'mse', part, part)
    const request = requestOf(graph, { kind: 'mse' }, part, { network, dataset })
    const engine = new WasmEngine(request)
    const screened = engine.screenOutputs()
    const { metric } = engine.screen()
    await engine.close()
    const result = calibrate(graph, { tensors: network, metadata: {} }, dataset, { data: 'train', margin: 0 })
    if (!result.ok) throw new Error(result.error.message)
    const { outputs, wraps } = inferNetwork(result.value, part.inputs, part.rows)
    assert.ok((wraps.get('a') ?? 0) > 0)
    assert.equal(
      Array.from(screened, (value) => value + 0),
      Array.from(outputs.get('y') ?? [], (value) => value + 0),
    )
    near([metric], [new Screen(graph, dataset, request.metric).measure(network).metric], 1e-6 * metric, 'metric')
  })

/** A dense network whose quantizers of weights and data lose everything where `dead` says so. */
function screenedNetwork(dead: { weight?: boolean; output?: boolean; bias?: boolean }): TensorGraph {
  const none = { magnitude: 0, fraction: -9, integer: 2, learned: false, overflow: 'saturate' } as const
  return denseNetwork({
    inputs: 3,
    hidden: [4],
    outputs: 2,
    ...(dead.weight === true && { weight: none }),
    ...(dead.output === true && { activation: none }),
    ...(dead.bias === true && { bias: none }),
  })
}

async function screening(graph: TensorGraph, overrides: Partial<EngineRequest> = {}): Promise<unknown> {
  const part = randomPart(graph, 'mse', 30, 4)
  const engine = new WasmEngine(requestOf(graph, { kind: 'mse' }, part, overrides))
  try {
    return engine.screen().dead
  } finally {
    await engine.close()
  }
}

test('quantizers that give nothing but zeros are named, biases of zero are not', async () => {
  assert.equal(await screening(screenedNetwork({})), [])
  assert.equal(await screening(screenedNetwork({ bias: true })), [])
  assert.equal(await screening(screenedNetwork({ weight: true })), [
    { path: 'dense[0]/weight[0]', what: 'weights' },
    { path: 'dense[1]/activation[0]', what: 'outputs' },
    { path: 'dense[1]/weight[0]', what: 'weights' },
  ])
  assert.equal(await screening(screenedNetwork({ output: true })), [
    { path: 'dense[0]/activation[0]', what: 'outputs' },
    { path: 'dense[1]/activation[0]', what: 'outputs' },
  ])
})

test('what tracks its integer bits is screened by rounding alone, whatever the last batch left', async () => {
  for (const overflow of ['wrap', 'wrap_reflect'] as const) {
    const n = new NetworkBuilder()
    // No bits at all at the start: at inference such a type would give 0.
    n.output('y', data(n, 'q', n.input('x', [3]), { overflow, integer: -2, fraction: 2, signed: false }))
    const graph = n.graph()
    const part = randomPart(graph, 'mse', 70, 4)
    const engine = new WasmEngine(requestOf(graph, { kind: 'mse' }, part))
    const rounded = Array.from(part.inputs.get('x') ?? [], (value) => roundNearest(value * 4) / 4)
    assert.equal(
      Array.from(engine.screenOutputs(), (value) => value + 0),
      rounded.map((value) => value + 0),
    )
    await engine.close()
  }
})

test('a validation part without rows has a metric of 0 and nothing dead', async () => {
  const graph = denseNetwork({ inputs: 3, hidden: [4], outputs: 2 })
  const part = randomPart(graph, 'mse', 30, 4)
  const empty: DatasetPart = { rows: 0, inputs: new Map([['x', new Float32Array()]]), targets: new Float32Array() }
  const engine = new WasmEngine(
    requestOf(graph, { kind: 'mse' }, part, { dataset: datasetOf(graph, 'mse', part, empty) }),
  )
  assert.equal(engine.screen(), { metric: 0, dead: [] })
  assert.ok(engine.step(stepOf(part)).ok)
  assert.equal(engine.screen(), { metric: 0, dead: [] })
  await engine.close()
})
