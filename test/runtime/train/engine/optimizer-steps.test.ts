import fc from 'fast-check'
import * as assert from 'uvu/assert'
import type { StateDeclaration, TensorGraph } from '../../../../compiler/graph/operation.js'
import { declareState } from '../../../../compiler/graph/state.js'
import { elementCount } from '../../../../lang/shape.js'
import type { DatasetPart } from '../../../../runtime/data/dataset.js'
import type { CheckpointTensor } from '../../../../runtime/train/checkpoint.js'
import { WasmEngine } from '../../../../runtime/train/engine/wasm-engine.js'
import type { StepSettings } from '../../../../runtime/train/engine.js'
import type { LossSettings } from '../../../../runtime/train/loss.js'
import { type OptimizerSettings, powerAfter } from '../../../../runtime/train/optimizer.js'
import { type Backend, loadBackend } from '../../../../runtime/train/reference/backend.js'
import { TrainingModel } from '../../../../runtime/train/reference/model.js'
import { ReferenceOptimizer } from '../../../../runtime/train/reference/optimizer.js'
import { applyLimits } from '../../../../runtime/train/reference/step.js'
import { TrainingState } from '../../../../runtime/train/reference/training-state.js'
import { TestRandom } from '../../../fixtures/calibrated.js'
import { randomNetwork } from '../../../fixtures/random-network/random-network.js'
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
  'clipping that shortens': 0.9,
  'clipping that leaves all as it is': 1.1,
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

type Gradients = ReadonlyMap<string, Float32Array>
type Tensors = ReadonlyMap<string, CheckpointTensor>
/** What a step starts from, or leaves. */
interface Memory {
  readonly network: Tensors
  readonly slots: Tensors
}

/** A step to be made, on any engine. */
interface Draw {
  readonly graph: TensorGraph
  readonly loss: LossSettings
  readonly part: DatasetPart
  readonly before: Memory
  readonly step: StepSettings
  readonly threads: number
}

/** Both optimisers make one step with the gradients of the engine: `agree.ts` compares those. */
async function stepAgrees(
  backend: Backend,
  optimizer: Optimizer,
  share: number | null,
  seed: number,
  size: number,
): Promise<void> {
  const draw = drawn(optimizer, seed, size)
  const gradients = await gradientsOf(draw)
  const clipNorm = share === null ? null : share * Math.max(normOf(draw.graph, gradients), 1e-3)
  const settings: OptimizerSettings = { ...optimizer, clipNorm }
  compare(draw, optimizer, gradients, {
    found: await engineStep(draw, settings),
    wanted: referenceStep(backend, draw, settings, gradients),
  })
}

/** From a state and slots that are not those of the start. */
function drawn(optimizer: Optimizer, seed: number, size: number): Draw {
  const random = new TestRandom(seed)
  const loss = random.pick(LOSSES)
  const graph = randomNetwork(random, size, loss.kind === 'binary_cross_entropy' ? 1 : random.integer(2, 5))
  const rows = random.pick([1, 8, 65, 130])
  return {
    graph,
    loss,
    part: randomPart(graph, loss.kind, rows, seed),
    before: { network: unevenState(graph, seed), slots: randomSlots(optimizer, trainedIn(graph), random) },
    step: { first: 0, rows, step: random.pick([0, 3, 63, 400]), pressure: 1e-4, rate: 0.01, widthRate: 0.07 },
    threads: random.integer(1, 2),
  }
}

async function gradientsOf({ graph, loss, part, before, step, threads }: Draw): Promise<Gradients> {
  const engine = new WasmEngine(requestOf(graph, loss, part, { network: before.network, threads }))
  engine.computeGradients(step)
  const gradients = engine.gradients()
  await engine.close()
  return gradients
}

async function engineStep(
  { graph, loss, part, before, step, threads }: Draw,
  optimizer: OptimizerSettings,
): Promise<Memory> {
  const engine = new WasmEngine(requestOf(graph, loss, part, { ...before, optimizer, threads, steps: step.step }))
  const outcome = engine.step(step)
  const after = { network: engine.network(), slots: engine.slots() }
  await engine.close()
  assert.equal(outcome.ok, true)
  return after
}

function referenceStep(
  backend: Backend,
  { graph, before, step }: Draw,
  settings: OptimizerSettings,
  gradients: Gradients,
): Memory {
  const state = new TrainingState(backend, graph, before.network)
  const optimizer = new ReferenceOptimizer(settings, before.slots, step.step)
  optimizer.step(state, gradients, (group) => rateOf(group, step))
  applyLimits(new TrainingModel(backend, graph, state), state)
  const after = { network: state.snapshot(), slots: optimizer.slots.snapshot() }
  state.dispose()
  return after
}

/** Every trained number and every slot, each within what float32 may differ by. */
function compare(
  { graph, before, step }: Draw,
  optimizer: Optimizer,
  gradients: Gradients,
  { found, wanted }: { readonly found: Memory; readonly wanted: Memory },
): void {
  for (const { path, group } of trainedIn(graph)) {
    const slot = (memory: Memory, name: string, at: number): number => valueAt(memory.slots, `${path}/${name}`, at)
    for (const [at, g] of (gradients.get(path) ?? new Float32Array()).entries()) {
      const room = roomOf(optimizer, {
        g,
        value: valueAt(before.network, path, at),
        rate: rateOf(group, step),
        steps: step.step,
        slot: (name) => ({ before: slot(before, name, at), after: slot(wanted, name, at) }),
      })
      near(valueAt(found.network, path, at), valueAt(wanted.network, path, at), room.value, `${path}[${at}]`)
      for (const [name, tolerance] of Object.entries(room.slots))
        near(slot(found, name, at), slot(wanted, name, at), tolerance, `${path}/${name}[${at}]`)
    }
  }
}

function trainedIn(graph: TensorGraph): readonly StateDeclaration[] {
  return declareState(graph).filter(({ update }) => update === 'trained')
}

/** Of what is clipped. */
function normOf(graph: TensorGraph, gradients: Gradients): number {
  const weights = trainedIn(graph).filter(({ group }) => group === 'weight')
  const squares = weights.flatMap(({ path }) => Array.from(gradients.get(path) ?? [], (g) => g * g))
  return Math.sqrt(squares.reduce((sum, square) => sum + square, 0))
}

function rateOf(group: StateDeclaration['group'], { rate, widthRate }: StepSettings): number {
  return group === 'width' ? widthRate : rate
}

function valueAt(tensors: Tensors, path: string, at: number): number {
  const value = tensors.get(path)?.values[at]
  if (value === undefined) throw new Error(`nothing of ${path}[${at}]`)
  return value
}

const SLOTS = { adam: ['first', 'second'], sgd: ['velocity'] } as const

/** Means of squares are positive, so that Adam's step is no jump where a gradient changes its sign. */
function randomSlots(
  { kind }: Optimizer,
  declarations: readonly StateDeclaration[],
  random: TestRandom,
): Map<string, CheckpointTensor> {
  const slots = new Map<string, CheckpointTensor>()
  for (const { path, shape } of declarations) {
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

function near(found: number, expected: number, tolerance: number, what: string): void {
  if (!(Math.abs(found - expected) <= tolerance))
    assert.unreachable(
      `${what}: ${found} instead of ${expected}, which is off by ${Math.abs(found - expected) / tolerance} times what float32 explains`,
    )
}
