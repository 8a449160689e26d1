import fc from 'fast-check'
import * as assert from 'uvu/assert'
import type { StateDeclaration } from '../../../../compiler/graph/operation.js'
import { declareState } from '../../../../compiler/graph/state.js'
import { elementCount } from '../../../../lang/shape.js'
import type { CheckpointTensor } from '../../../../runtime/train/checkpoint.js'
import { WasmEngine } from '../../../../runtime/train/engine/wasm-engine.js'
import { type OptimizerSettings, powerAfter } from '../../../../runtime/train/optimizer.js'
import { type Backend, loadBackend } from '../../../../runtime/train/reference/backend.js'
import { TrainingModel } from '../../../../runtime/train/reference/model.js'
import { ReferenceOptimizer } from '../../../../runtime/train/reference/optimizer.js'
import { applyLimits } from '../../../../runtime/train/reference/step.js'
import { TrainingState } from '../../../../runtime/train/reference/training-state.js'
import { TestRandom } from '../../../fixtures/calibrated.js'
import { randomNetwork } from '../../../fixtures/random-network.js'
import { suite } from '../../../kit.js'
import { LOSSES } from './agree.js'
import { randomPart, requestOf, unevenState } from './compare.js'

const test = suite('optimiser steps on random networks: the engine of kernels and the reference')
const SEED = 43
const RUNS = 10
/** What one rounding to float32 adds at most, relatively. */
const UNIT = 2 ** -24

type Optimizer =
  | {
      readonly kind: 'adam'
      readonly beta1: number
      readonly beta2: number
      readonly epsilon: number
      readonly weightDecay: number
    }
  | { readonly kind: 'sgd'; readonly momentum: number; readonly nesterov: boolean }

const ADAM = { kind: 'adam', beta1: 0.9, beta2: 0.999, epsilon: 1e-7, weightDecay: 0 } as const
const OPTIMIZERS: Readonly<Record<string, Optimizer>> = {
  Adam: ADAM,
  AdamW: { ...ADAM, weightDecay: 0.05 },
  'SGD with momentum': { kind: 'sgd', momentum: 0.9, nesterov: false },
  "SGD with Nesterov's momentum": { kind: 'sgd', momentum: 0.9, nesterov: true },
}
/** Greatest norm, as a multiple of the one that there is. */
const CLIPPINGS = {
  'no clipping': null,
  'clipping that shortens': 0.25,
  'clipping that leaves all as it is': 4,
} as const

for (const [name, optimizer] of Object.entries(OPTIMIZERS))
  for (const [clipping, share] of Object.entries(CLIPPINGS))
    test(`${name}, ${clipping} (seed ${SEED})`, async () => {
      const loaded = await loadBackend('tfjs')
      if (!loaded.ok) throw new Error(loaded.error.message)
      await fc.assert(
        fc.asyncProperty(fc.integer(), fc.integer({ min: 1, max: 8 }), (seed, size) =>
          stepAgrees(loaded.value, optimizer, share, seed, size),
        ),
        { numRuns: RUNS, seed: SEED },
      )
    })

/** Both optimisers make one step with the gradients of the engine, from one state and slots that are not those of the start. */
async function stepAgrees(
  backend: Backend,
  optimizer: Optimizer,
  share: number | null,
  seed: number,
  size: number,
): Promise<void> {
  const random = new TestRandom(seed)
  const loss = random.pick(LOSSES)
  const graph = randomNetwork(random, size, loss.kind === 'binary_cross_entropy' ? 1 : random.integer(2, 5))
  const rows = random.pick([1, 8, 65, 130])
  const step = { first: 0, rows, step: random.pick([0, 3, 63, 400]), pressure: 1e-4, rate: 0.01, widthRate: 0.07 }
  const network = unevenState(graph, seed)
  const slots = randomSlots(optimizer, declareState(graph), random)
  const part = randomPart(graph, loss.kind, rows, seed)
  const common = { network, threads: random.integer(1, 2) }

  const gradients = await during(new WasmEngine(requestOf(graph, loss, part, common)), (engine) => {
    engine.computeGradients(step)
    return engine.gradients()
  })
  const trained = declareState(graph).filter(({ update }) => update === 'trained')
  const squares = trained
    .filter(({ group }) => group === 'weight')
    .flatMap(({ path }) => Array.from(gradients.get(path) ?? [], (g) => g * g))
  const norm = Math.sqrt(squares.reduce((sum, square) => sum + square, 0))
  const clipNorm = share === null ? null : share * Math.max(norm, 1e-3)
  const settings: OptimizerSettings = { ...optimizer, clipNorm }

  const state = new TrainingState(backend, graph, network)
  const reference = new ReferenceOptimizer(settings, slots, step.step)
  reference.step(state, gradients, (group) => (group === 'width' ? step.widthRate : step.rate))
  applyLimits(new TrainingModel(backend, graph, state), state)
  const expected = state.snapshot()
  const expectedSlots = reference.slots.snapshot()
  state.dispose()

  const request = requestOf(graph, loss, part, { ...common, optimizer: settings, slots, steps: step.step })
  await during(new WasmEngine(request), (engine) => {
    assert.ok(engine.step(step).ok)
    const [found, foundSlots] = [engine.network(), engine.slots()]
    const valuesOf = (tensors: ReadonlyMap<string, CheckpointTensor>, path: string): Float32Array => {
      const tensor = tensors.get(path)
      if (tensor === undefined) throw new Error(`nothing of ${path}`)
      return tensor.values
    }
    for (const { path, group } of trained) {
      const rate = group === 'width' ? step.widthRate : step.rate
      const of = (slot: string) => ({
        before: valuesOf(slots, `${path}/${slot}`),
        wanted: valuesOf(expectedSlots, `${path}/${slot}`),
        got: valuesOf(foundSlots, `${path}/${slot}`),
      })
      const [values, wanted, start] = [valuesOf(found, path), valuesOf(expected, path), valuesOf(network, path)]
      const all = Object.fromEntries(SLOTS[optimizer.kind].map((slot) => [slot, of(slot)]))
      for (const [at, g] of (gradients.get(path) ?? new Float32Array(values.length)).entries()) {
        const room = roomOf(optimizer, {
          g,
          value: start[at] as number,
          rate,
          steps: step.step,
          slot: (slot) => ({ before: all[slot]?.before[at] as number, after: all[slot]?.wanted[at] as number }),
        })
        near(values[at] as number, wanted[at] as number, room.value, `${path}[${at}]`)
        for (const [slot, tolerance] of Object.entries(room.slots))
          near(all[slot]?.got[at] as number, all[slot]?.wanted[at] as number, tolerance, `${path}/${slot}[${at}]`)
      }
    }
  })
}

const SLOTS = { adam: ['first', 'second'], sgd: ['velocity'] } as const

/** Means of squares are positive, so that Adam's step is no jump where a gradient changes its sign. */
function randomSlots(
  { kind }: Optimizer,
  declarations: readonly StateDeclaration[],
  random: TestRandom,
): Map<string, CheckpointTensor> {
  const slots = new Map<string, CheckpointTensor>()
  for (const { path, shape, update } of declarations) {
    if (update !== 'trained') continue
    for (const slot of SLOTS[kind]) {
      const draw = slot === 'second' ? () => 1e-4 + 1e-2 * random.unit() : () => 0.2 * (random.unit() - 0.5)
      slots.set(`${path}/${slot}`, { shape, values: Float32Array.from({ length: elementCount(shape) }, draw) })
    }
  }
  return slots
}

interface Element {
  readonly g: number
  readonly value: number
  readonly rate: number
  readonly steps: number
  slot(name: string): { readonly before: number; readonly after: number }
}

/**
 * How far float32 may be from doubles. Every slot and every step is made by at most eight operations and constants that
 * are rounded once each, of terms that are no greater than these sums.
 */
function roomOf(
  optimizer: Optimizer,
  { g, value, rate, steps, slot }: Element,
): { readonly value: number; readonly slots: Readonly<Record<string, number>> } {
  const most = 8 * UNIT
  if (optimizer.kind === 'sgd') {
    const velocity = most * (Math.abs(g) + Math.abs(slot('velocity').before))
    return {
      value: most * Math.abs(value) + 2 * rate * velocity + most * rate * 2 * Math.abs(slot('velocity').after),
      slots: { velocity },
    }
  }
  const [m, v] = [slot('first'), slot('second')]
  const first = most * (Math.abs(g) + Math.abs(m.before))
  const second = most * (g * g + v.before)
  const corrected =
    (rate * Math.sqrt(1 - powerAfter(optimizer.beta2, steps + 1))) / (1 - powerAfter(optimizer.beta1, steps + 1))
  const root = Math.sqrt(v.after) + optimizer.epsilon
  // What is off in m, in the root of v, and in the product and the quotient.
  const off = first / root + (Math.abs(m.after) * second) / (2 * v.after * root) + (most * Math.abs(m.after)) / root
  return { value: most * Math.abs(value) + corrected * off, slots: { first, second } }
}

async function during<T>(engine: WasmEngine, body: (engine: WasmEngine) => T): Promise<T> {
  try {
    return body(engine)
  } finally {
    await engine.close()
  }
}

function near(found: number, expected: number, tolerance: number, what: string): void {
  if (!(Math.abs(found - expected) <= tolerance))
    assert.unreachable(
      `${what}: ${found} instead of ${expected}, which is off by ${Math.abs(found - expected) / tolerance} times what float32 explains`,
    )
}
