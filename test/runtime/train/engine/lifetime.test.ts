import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import * as assert from 'uvu/assert'
import { WasmEngine } from '../../../../runtime/train/engine/wasm-engine.js'
import type { EngineRequest } from '../../../../runtime/train/engine.js'
import type { OptimizerSettings } from '../../../../runtime/train/optimizer.js'
import { denseNetwork } from '../../../fixtures/networks.js'
import { suite } from '../../../kit.js'
import { packageRoot } from '../../../paths.js'
import { randomPart, requestOf } from './compare.js'

const test = suite('lifetime of the engine')
const GRAPH = denseNetwork({ inputs: 4, hidden: [6], outputs: 3 })
const PART = randomPart(GRAPH, 'cross_entropy', 200, 1)
const ADAM = { kind: 'adam', beta1: 0.9, beta2: 0.999, epsilon: 1e-7, weightDecay: 0 } as const
const OPTIMIZERS: readonly (readonly [string, OptimizerSettings])[] = [
  ['adam', { ...ADAM, clipNorm: null }],
  ['adamw', { ...ADAM, weightDecay: 1e-2, clipNorm: null }],
  ['sgd with momentum', { kind: 'sgd', momentum: 0.9, nesterov: false, clipNorm: null }],
  ['sgd with Nesterov momentum', { kind: 'sgd', momentum: 0.9, nesterov: true, clipNorm: null }],
  ['adam with a clipped norm', { ...ADAM, clipNorm: 1e-2 }],
]

function engineOf(overrides: Partial<EngineRequest> = {}): WasmEngine {
  return new WasmEngine(requestOf(GRAPH, { kind: 'cross_entropy' }, PART, overrides))
}

function steps(engine: WasmEngine, from: number, to: number): void {
  for (let step = from; step < to; step++) {
    const settings = { first: 0, rows: 150 + step, step, pressure: 1e-5, rate: 1e-2, widthRate: 1e-2 }
    assert.ok(engine.step(settings).ok)
  }
}

function stateOf(engine: WasmEngine): [string, number[]][] {
  return [...engine.network(), ...engine.slots()].map(([path, { values }]) => [path, [...values]])
}

for (const [name, optimizer] of OPTIMIZERS) {
  test(`${name}: a new engine goes on bit for bit`, async () => {
    const whole = engineOf({ optimizer })
    steps(whole, 0, 6)
    const first = engineOf({ optimizer })
    steps(first, 0, 3)
    const second = engineOf({ optimizer, network: first.network(), slots: first.slots(), steps: 3 })
    await first.close()
    steps(second, 3, 6)
    assert.equal(stateOf(second), stateOf(whole))
    await Promise.all([whole.close(), second.close()])
  })
}

for (const [name, optimizer] of OPTIMIZERS) {
  test(`${name}: means of less than the least normal number are 0 every 64 steps`, async () => {
    const tiny = (): EngineRequest['slots'] => {
      const slots = new Map(fresh.slots())
      for (const { values } of slots.values()) values.fill(1e-40)
      return slots
    }
    const isTiny = (value: number): boolean => value !== 0 && Math.abs(value) < 2 ** -126
    const fresh = engineOf({ optimizer })
    for (const [step, settles] of [
      [63, false],
      [64, true],
      [65, false],
    ] as const) {
      const engine = engineOf({ optimizer, slots: tiny(), steps: step })
      assert.ok(engine.step({ first: 0, rows: 150, step, pressure: 0, rate: 1e-2, widthRate: 1e-2 }).ok)
      // Some of the numbers have no gradient.
      const left = [...engine.slots().values()].some(({ values }) => values.some(isTiny))
      assert.is(left, !settles, `step ${step}`)
      await engine.close()
    }
    await fresh.close()
  })
}

test('two engines in one process do not disturb each other', async () => {
  const alone = engineOf()
  steps(alone, 0, 4)
  const [one, other] = [engineOf({ threads: 2 }), engineOf({ threads: 2, seed: 6 })]
  for (let step = 0; step < 4; step++) {
    steps(one, step, step + 1)
    steps(other, 2 * step, 2 * step + 2)
  }
  assert.equal(stateOf(one), stateOf(alone))
  await other.close()
  steps(one, 4, 5)
  steps(alone, 4, 5)
  assert.equal(stateOf(one), stateOf(alone))
  await Promise.all([one.close(), alone.close()])
})

test('the learned widths stay within their limits, the weights do not', async () => {
  const graph = denseNetwork({
    inputs: 4,
    hidden: [],
    outputs: 3,
    weight: { magnitudeLimits: { low: 3, high: 4 }, integerLimits: { low: -1, high: 1 } },
  })
  const engine = new WasmEngine(requestOf(graph, { kind: 'cross_entropy' }, PART))
  for (let step = 0; step < 4; step++) engine.step({ first: 0, rows: 200, step, pressure: 1, rate: 5, widthRate: 5 })
  const of = (path: string): Float32Array => engine.network().get(path)?.values ?? new Float32Array()
  assert.ok(of('dense[0]/weight[0]/b').every((bits) => bits >= 3 && bits <= 4))
  assert.ok(of('dense[0]/weight[0]/i').every((bits) => bits >= -1 && bits <= 1))
  assert.ok(of('dense[0]/parameter[0]').some((weight) => Math.abs(weight) > 4))
  await engine.close()
})

test('a step that overflows says what is not finite', async () => {
  const engine = engineOf()
  const outcome = engine.step({
    first: 0,
    rows: 200,
    step: 0,
    pressure: 0,
    rate: Number.POSITIVE_INFINITY,
    widthRate: 0,
  })
  const path = 'dense[0]/parameter[0]'
  assert.equal(outcome, { ok: false, problem: { what: `'${path}' is not finite after the step`, path } })
  await engine.close()
})

/**
 * Runs a script with an engine of three threads in a process of its own; it must end by itself. No module of `-e`: its
 * `--input-type` would be handed to the threads, which run files and would refuse it.
 */
function runs(statements: string): void {
  const url = (path: string): string => JSON.stringify(pathToFileURL(join(packageRoot, 'dist', path)).href)
  const script = `(async () => {
    const { WasmEngine } = await import(${url('runtime/train/engine/wasm-engine.js')})
    const { denseNetwork } = await import(${url('test/fixtures/networks.js')})
    const { randomPart, requestOf } = await import(${url('test/runtime/train/engine/compare.js')})
    const graph = denseNetwork({ inputs: 4, hidden: [6], outputs: 3 })
    const part = randomPart(graph, 'mse', 500, 1)
    const engine = new WasmEngine(requestOf(graph, { kind: 'mse' }, part, { threads: 3 }))
    const step = (step) => engine.step({ first: 0, rows: 500, step, pressure: 0, rate: 0, widthRate: 0 })
    ${statements}
  })()`
  const ended = spawnSync(process.execPath, ['-e', script], {
    encoding: 'utf8',
    timeout: 20_000,
  })
  assert.is(ended.stderr, '')
  assert.is(ended.status, 0)
}

test('a process ends once its engine is closed, or when it has nothing else to do', () => {
  runs('step(0); await engine.close()')
  runs('await engine.close()')
  runs('step(0)')
})
