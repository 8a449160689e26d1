import * as assert from 'uvu/assert'
import type { TensorGraph } from '../../../../compiler/graph/operation.js'
import { declareState } from '../../../../compiler/graph/state.js'
import type { CheckpointTensor } from '../../../../runtime/train/checkpoint.js'
import { WasmEngine } from '../../../../runtime/train/engine/wasm-engine.js'
import { initialState } from '../../../../runtime/train/initial-state.js'
import type { LossSettings } from '../../../../runtime/train/loss.js'
import { activationQuantizer, NetworkBuilder, weightQuantizer } from '../../../fixtures/networks.js'
import { suite } from '../../../kit.js'
import { randomPart, randomTaught, requestOf } from './compare.js'

const test = suite('gradients of the engine and finite differences of its loss')
const ROWS = 70
/** Fine enough that rounding disappears in the differences. */
const FINE = { fraction: 20, magnitude: 22, integer: 3 }
const UNIFORM = { kind: 'uniform', low: -1, high: 1 }
const MOVE = 1 / 128

async function lossAt(
  graph: TensorGraph,
  loss: LossSettings,
  network: ReadonlyMap<string, CheckpointTensor>,
  isTaught: boolean,
): Promise<{ loss: number; gradients: Map<string, Float32Array> }> {
  const part = randomPart(graph, loss.kind, ROWS, 2)
  const taught = isTaught ? randomTaught(graph, loss.kind, ROWS, 2) : null
  const engine = new WasmEngine(requestOf(graph, loss, part, { network, taught }))
  const step = { first: 0, rows: ROWS, step: 0, pressure: 0, rate: 0, widthRate: 0 }
  const result = { loss: engine.computeGradients(step), gradients: engine.gradients() }
  await engine.close()
  return result
}

/** Compares the gradient of every parameter with central differences. */
async function check(loss: LossSettings, build: (network: NetworkBuilder) => number, isTaught = false): Promise<void> {
  const builder = new NetworkBuilder()
  builder.output('y', build(builder))
  const graph = builder.graph()
  const network = initialState(graph, 5)
  const { gradients } = await lossAt(graph, loss, network, isTaught)
  for (const { path, shape, update, group } of declareState(graph)) {
    if (update !== 'trained' || group !== 'weight') continue
    const values = network.get(path)?.values ?? new Float32Array()
    for (let at = 0; at < values.length; at++) {
      const moved = async (by: number): Promise<number> => {
        const other = values.map((value, index) => (index === at ? value + by : value))
        return (await lossAt(graph, loss, new Map(network).set(path, { shape, values: other }), isTaught)).loss
      }
      const slope = ((await moved(MOVE)) - (await moved(-MOVE))) / (2 * MOVE)
      const found = gradients.get(path)?.[at] ?? Number.NaN
      assert.ok(
        Math.abs(found - slope) <= 3e-3 * Math.max(0.3, Math.abs(slope)),
        `${path}[${at}]: ${found}, not ${slope}`,
      )
    }
  }
}

function constant(n: NetworkBuilder, path: string, shape: number[]): number {
  return n.quantize(`${path}/q`, n.parameter(path, shape, UNIFORM), 'weight', weightQuantizer, FINE)
}

function data(n: NetworkBuilder, path: string, operand: number): number {
  return n.quantize(path, operand, 'activation', activationQuantizer, FINE)
}

function product(n: NetworkBuilder, outputs: number): number {
  const equation = '...i,io->...o'
  return n.apply('einsum', [data(n, 'x/q', n.input('x', [3])), constant(n, 'w', [3, outputs])], { equation })
}

for (const loss of [
  { kind: 'cross_entropy' },
  { kind: 'binary_cross_entropy' },
  { kind: 'mse' },
  { kind: 'huber', delta: 0.5 },
  { kind: 'huber', delta: 1e6 },
] as const) {
  const name = `${loss.kind}${'delta' in loss ? ` with delta ${loss.delta}` : ''}`
  for (const isTaught of [false, true])
    test(`${name}: a product with a bias${isTaught ? ', taught' : ''}`, async () => {
      const outputs = loss.kind === 'binary_cross_entropy' ? 1 : 4
      await check(loss, (n) => n.apply('add', [product(n, outputs), constant(n, 'b', [outputs])]), isTaught)
    })
}

test('mse: two layers with a normalization between them, in three passes', async () => {
  await check({ kind: 'mse' }, (n) => {
    const first = product(n, 4)
    const mean = n.apply('batch_mean', [first], { momentum: 0.9 }, 's', 's')
    const variance = n.apply('batch_variance', [first], { momentum: 0.9 }, 's', 's')
    const root = n.apply('square_root', [n.apply('add', [variance, n.constant(1)])])
    const scale = n.apply('divide', [n.parameter('g', [4], UNIFORM), root])
    const factor = n.quantize('scale', scale, 'weight', weightQuantizer, FINE)
    const shift = n.apply('negate', [n.apply('multiply', [mean, scale])])
    const offset = n.quantize('offset', shift, 'bias', weightQuantizer, FINE)
    const normal = n.apply('add', [n.apply('multiply', [first, factor]), offset])
    const squares = n.apply('einsum', [data(n, 'a', normal), data(n, 'b', normal)], { equation: 'i,i->i' })
    const again = n.apply('batch_variance', [squares], { momentum: 0.9 }, 't', 't')
    const last = n.quantize(
      'last',
      n.apply('multiply', [again, n.parameter('h', [4], UNIFORM)]),
      'weight',
      weightQuantizer,
      FINE,
    )
    return n.apply('multiply', [squares, last])
  })
})
