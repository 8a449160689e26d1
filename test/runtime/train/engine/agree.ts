import * as assert from 'uvu/assert'
import type { TensorGraph } from '../../../../compiler/graph/operation.js'
import { WasmEngine } from '../../../../runtime/train/engine/wasm-engine.js'
import { type LossSettings, stepLoss } from '../../../../runtime/train/loss.js'
import type { Backend } from '../../../../runtime/train/reference/backend.js'
import { TrainingModel } from '../../../../runtime/train/reference/model.js'
import { lossAndGradients } from '../../../../runtime/train/reference/step.js'
import { TrainingState } from '../../../../runtime/train/reference/training-state.js'
import { TestRandom } from '../../../fixtures/calibrated.js'
import { randomNetwork } from '../../../fixtures/random-network/random-network.js'
import { inputsOf, isFragile, randomPart, randomTaught, requestOf, unevenState } from './compare.js'

export const LOSSES: readonly LossSettings[] = [
  { kind: 'cross_entropy' },
  { kind: 'binary_cross_entropy' },
  { kind: 'mse' },
  { kind: 'mae' },
  { kind: 'huber', delta: 0.5 },
]
const ROWS = [1, 2, 7, 8, 9, 63, 64, 65, 100, 129, 300, 800]

/**
 * One step of both engines on a random network, with one of `losses`; false where the draw could round either way. Where
 * `isTaught` says so, the network learns something else than the targets of its data.
 */
export function agree(
  backend: Backend,
  seed: number,
  size: number,
  { losses = LOSSES, isTaught = false } = {},
): Promise<boolean> {
  const random = new TestRandom(seed)
  const loss = random.pick(losses)
  const graph = randomNetwork(random, size, loss.kind === 'binary_cross_entropy' ? 1 : random.integer(2, 5))
  const [rows, pressure, threads] = [random.pick(ROWS), random.pick([0, 1e-4]), random.integer(1, 2)]
  return agreeOn(backend, graph, loss, { rows, seed, pressure, threads, isTaught })
}

export interface Draw {
  readonly rows: number
  readonly seed: number
  readonly pressure: number
  readonly threads: number
  readonly isTaught?: boolean
}

/** One step of both engines from the same state; false where the draw could round either way. */
export async function agreeOn(backend: Backend, graph: TensorGraph, loss: LossSettings, draw: Draw): Promise<boolean> {
  const { rows, seed, pressure, threads, isTaught = false } = draw
  const part = randomPart(graph, loss.kind, rows, seed)
  const taught = isTaught ? randomTaught(graph, loss.kind, rows, seed) : null
  const network = unevenState(graph, seed)
  if (isFragile(backend, graph, network, part)) return false
  const state = new TrainingState(backend, graph, network)
  const model = new TrainingModel(backend, graph, state)
  const reference = lossAndGradients(backend, model, state, {
    rows,
    inputs: inputsOf(graph, part),
    targets: taught ?? part.targets,
    output: graph.outputs[0]?.operation ?? -1,
    loss: stepLoss(loss, taught),
    pressure,
    seed: 5,
    step: 0,
  })
  const engine = new WasmEngine(requestOf(graph, loss, part, { network, threads, taught }))
  try {
    const step = { first: 0, rows, step: 0, pressure, rate: 0, widthRate: 0 }
    near([engine.computeGradients(step)], [reference.task], 1e-5 * (1 + Math.abs(reference.task)), 'loss')
    const most = Math.max(...[...reference.gradients.values()].map(greatest))
    for (const [path, gradient] of engine.gradients()) {
      const expected = reference.gradients.get(path) ?? new Float32Array(gradient.length)
      near(gradient, expected, 1e-6 + 1e-4 * greatest(expected) + 2e-6 * most, `gradient of ${path}`)
    }
    for (const [path, { values }] of engine.network()) {
      const expected = state.array(path)
      near(values, expected, 1e-5 * (1 + greatest(expected)), path)
    }
    near([engine.ebops()], [model.penalty.ebops()], 1e-9 * model.penalty.ebops(), 'EBOPs')
  } finally {
    await engine.close()
    state.dispose()
  }
  return true
}

function greatest(values: Float32Array): number {
  let most = 0
  for (const value of values) if (Math.abs(value) > most) most = Math.abs(value)
  return most
}

export function near(found: ArrayLike<number>, expected: ArrayLike<number>, tolerance: number, what: string): void {
  assert.is(found.length, expected.length, what)
  for (let at = 0; at < found.length; at++) {
    const [got, want] = [found[at] as number, expected[at] as number]
    if (!(Math.abs(got - want) <= tolerance)) assert.unreachable(`${what}[${at}]: ${got} instead of ${want}`)
  }
}
