import * as assert from 'uvu/assert'
import type { TensorGraph } from '../../../../compiler/graph/operation.js'
import type { DatasetPart } from '../../../../runtime/data/dataset.js'
import { WasmEngine } from '../../../../runtime/train/engine/wasm-engine.js'
import { activationQuantizer, NetworkBuilder } from '../../../fixtures/networks.js'
import { suite } from '../../../kit.js'
import { requestOf } from './compare.js'

const test = suite('stochastic rounding in the engine')
const ELEMENTS = 3

/**
 * y = quantize(x, whole numbers, stochastic): the gradient of f is the rounding error, so draws can be read from it.
 */
function network(paths: readonly string[] = ['q']): TensorGraph {
  const n = new NetworkBuilder()
  const x = n.input('x', [ELEMENTS])
  const spec = { ...activationQuantizer, fraction: 0, rounding: 'stochastic', regularize: 0 } as const
  const values = paths.map((path) => n.quantize(path, x, 'activation', spec))
  n.output('y', values.length === 1 ? (values[0] as number) : n.apply('concatenate', values, { axis: 0 }))
  return n.graph()
}

/**
 * What the rows round to, by element. With mean absolute error and targets far below, every slope is 1 / (rows ·
 * elements), so one row with another slope cannot hide: `probe` alone differs from a whole number.
 */
async function drawOf(
  rows: number,
  probe: number,
  value: number,
  step = 0,
  paths: readonly string[] = ['q'],
): Promise<number[]> {
  const graph = network(paths)
  const inputs = new Float32Array(rows * ELEMENTS)
  inputs.fill(value, probe * ELEMENTS, (probe + 1) * ELEMENTS)
  const outputs = ELEMENTS * paths.length
  const part: DatasetPart = {
    rows,
    inputs: new Map([['x', inputs]]),
    targets: new Float32Array(rows * outputs).fill(-1000),
  }
  const engine = new WasmEngine(requestOf(graph, { kind: 'mae' }, part))
  engine.computeGradients({ first: 0, rows, step, pressure: 0, rate: 0, widthRate: 0 })
  const errors = paths.flatMap((path) => [...(engine.gradients().get(`${path}/f`) ?? [])])
  await engine.close()
  return errors.map((error) => Math.round(value - (error * rows * outputs) / Math.LN2))
}

test('the draw of a sample is the same in every batch that holds it', async () => {
  for (const value of [0.3, 0.5, 0.8, -1.4]) {
    const found = await drawOf(200, 70, value)
    for (const rows of [71, 72, 100, 130, 300]) assert.equal(await drawOf(rows, 70, value), found, `${rows} rows`)
  }
})

/** Whether any of sixteen draws differs between two ways of drawing. */
async function differs(one: (value: number) => Promise<number[]>, other: (value: number) => Promise<number[]>) {
  for (let at = 1; at < 16; at++) if (`${await one(at / 16)}` !== `${await other(at / 16)}`) return true
  return false
}

test('noise differs by step, path, sample and element', async () => {
  const plain = (value: number): Promise<number[]> => drawOf(80, 20, value)
  assert.not(await differs(plain, plain))
  assert.ok(await differs(plain, (value) => drawOf(80, 20, value, 1)))
  assert.ok(await differs(plain, (value) => drawOf(80, 21, value)))
  assert.ok(await differs(plain, (value) => drawOf(80, 20, value, 0, ['other'])))
  assert.ok(
    await differs(
      async (value) => (await plain(value)).slice(0, 1),
      async (value) => (await plain(value)).slice(1, 2),
    ),
  )
})

test('the mean over many draws is the value, and whole numbers never move', async () => {
  for (const value of [0.25, -0.7, 2, -3]) {
    const draws: number[] = []
    for (let step = 0; step < 120; step++) draws.push(...(await drawOf(9, 4, value, step, ['a', 'b'])))
    if (Number.isInteger(value)) assert.ok(draws.every((draw) => draw === value))
    const mean = draws.reduce((sum, draw) => sum + draw, 0) / draws.length
    assert.ok(Math.abs(mean - value) < 4 * Math.sqrt(0.25 / draws.length), `${mean} for ${value}`)
  }
})
