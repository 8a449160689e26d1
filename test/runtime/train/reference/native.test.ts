import * as assert from 'uvu/assert'
import type { TensorGraph } from '../../../../compiler/graph/operation.js'
import { encodeCandidates } from '../../../../runtime/train/candidates.js'
import { initialState } from '../../../../runtime/train/initial-state.js'
import { loadBackend } from '../../../../runtime/train/reference/backend.js'
import { TrainingModel } from '../../../../runtime/train/reference/model.js'
import { ReferenceOptimizer } from '../../../../runtime/train/reference/optimizer.js'
import { applyLimits, lossAndGradients } from '../../../../runtime/train/reference/step.js'
import { TrainingState } from '../../../../runtime/train/reference/training-state.js'
import { blobs, trainingOf } from '../../../fixtures/datasets.js'
import { denseNetwork, NetworkBuilder } from '../../../fixtures/networks.js'
import { trainWhole } from '../../../fixtures/training.js'
import { suite } from '../../../kit.js'

// Before the suite: it starts when the module first waits.
const native = await loadBackend('tfjs_node')

// The reference engine, `tfjs`, is what the golden files of the paper's implementation are compared with (`step.test.ts`,
// `quantizer.test.ts`); here the native one is compared with it, over steps in which each error would grow.
const test = suite('the native engine')

type Engine = 'tfjs' | 'tfjs_node'
type Numbers = ReadonlyMap<string, ArrayLike<number>>

const ROWS = 32
const FEATURES = 4
const x = Float32Array.from({ length: ROWS * FEATURES }, (_, index) => Math.fround(4 * Math.sin(3 * index + 1)))
const classes = Float32Array.from({ length: ROWS }, (_, row) => row % 3)

/** Every parametrization, and overflow in all its ways. */
function network(activation: 'wrap' | 'saturate' | 'wrap_reflect'): TensorGraph {
  const builder = new NetworkBuilder()
  const overrides = { activation: { overflow: activation } }
  const hidden = builder.apply('relu', [builder.dense('d0', builder.input('x', [FEATURES]), 6, overrides)])
  builder.output('logits', builder.dense('d1', hidden, 3, overrides))
  return builder.graph()
}

/** Losses, outputs and gradients of three steps, and the state after each of them. */
async function steps(engine: Engine, graph: TensorGraph): Promise<Numbers> {
  const loaded = await loadBackend(engine)
  if (!loaded.ok) throw new Error(loaded.error.message)
  const backend = loaded.value
  const state = new TrainingState(backend, graph, initialState(graph, 5))
  const model = new TrainingModel(backend, graph, state)
  const settings = { kind: 'adam', beta1: 0.9, beta2: 0.999, epsilon: 1e-7, weightDecay: 0, clipNorm: null } as const
  const adam = new ReferenceOptimizer(settings, new Map(), 0)
  const found = new Map<string, ArrayLike<number>>()
  for (let step = 0; step < 3; step++) {
    const { loss, task, outputs, gradients } = lossAndGradients(backend, model, state, {
      rows: ROWS,
      inputs: new Map([[graph.inputs[0]?.operation ?? -1, x]]),
      targets: classes,
      output: graph.outputs[0]?.operation ?? -1,
      loss: { kind: 'cross_entropy' },
      pressure: 1e-5,
      seed: 0,
      step,
    })
    found.set(`step ${step}: losses and EBOPs`, [loss, task, model.penalty.ebops()])
    found.set(`step ${step}: outputs`, outputs)
    for (const [path, gradient] of gradients) found.set(`step ${step}: gradient of ${path}`, gradient)
    adam.step(state, gradients, () => 1e-3)
    applyLimits(model, state)
    for (const { path } of state.declarations) found.set(`step ${step}: ${path}`, Float32Array.from(state.array(path)))
  }
  state.dispose()
  return found
}

function near(found: Numbers, expected: Numbers): void {
  assert.equal([...found.keys()], [...expected.keys()])
  for (const [what, want] of expected) {
    const got = Array.from(found.get(what) ?? [])
    assert.is(got.length, want.length, what)
    for (const [index, value] of Array.from(want).entries())
      assert.ok(
        Math.abs((got[index] ?? Number.NaN) - value) <= 1e-4 * Math.max(1e-2, Math.abs(value)),
        `${what}[${index}]: ${got[index]} instead of ${value}`,
      )
  }
}

if (!native.ok) {
  test.skip('steps and a training', `@tensorflow/tfjs-node cannot be loaded here; docs/tfjs-node.md`)
  test('its absence is said, with the reason and the page that helps', () => {
    assert.is(native.error.code, 'HGQ4001')
    assert.match(native.error.notes.join('\n'), /docs\/tfjs-node\.md/)
  })
} else {
  for (const overflow of ['wrap', 'saturate', 'wrap_reflect'] as const)
    test(`steps as on the reference engine: ${overflow}`, async () => {
      const graph = network(overflow)
      const expected = await steps('tfjs', graph)
      near(await steps('tfjs_node', graph), expected)
    })

  test('a training learns, and gives the same bits again on this machine', async () => {
    const train = async () => {
      const result = await trainWhole({
        graph: denseNetwork({ inputs: 4, hidden: [8], outputs: 3 }),
        dataset: blobs(4, 600),
        training: trainingOf({ engine: 'tfjs_node' }),
      })
      if (!result.ok) throw new Error(result.error.message)
      return result.value.candidates
    }
    const candidates = await train()
    assert.ok(Math.max(...candidates.map(({ screened }) => screened.metric)) > 0.85)
    assert.equal(encodeCandidates(candidates), encodeCandidates(await train()))
  })
}
