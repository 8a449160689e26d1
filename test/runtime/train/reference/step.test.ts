import * as assert from 'uvu/assert'
import { loadBackend } from '../../../../runtime/train/reference/backend.js'
import { TrainingModel } from '../../../../runtime/train/reference/model.js'
import { ReferenceOptimizer } from '../../../../runtime/train/reference/optimizer.js'
import { applyLimits, lossAndGradients } from '../../../../runtime/train/reference/step.js'
import { TrainingState } from '../../../../runtime/train/reference/training-state.js'
import { assertNear, goldenNetwork, goldenNumbers, goldenStart, readGoldenStep } from '../../../fixtures/golden-step.js'
import { suite } from '../../../kit.js'

const test = suite('one training step of the reference')
const golden = readGoldenStep()

if (golden === null) test.skip('everything', 'golden/hgq2_step.json is not here')
else {
  const start = async () => {
    const loaded = await loadBackend('tfjs')
    if (!loaded.ok) throw new Error(loaded.error.message)
    const backend = loaded.value
    const graph = goldenNetwork()
    const state = new TrainingState(backend, graph, goldenStart(golden, graph))
    const model = new TrainingModel(backend, graph, state)
    const input = graph.inputs[0]?.operation ?? -1
    const output = graph.outputs[0]?.operation ?? -1
    const step = (index: number) =>
      lossAndGradients(backend, model, state, {
        rows: golden.x.length,
        inputs: new Map([[input, Float32Array.from(golden.x.flat())]]),
        targets: Float32Array.from(golden.y, (row) => row.indexOf(1)),
        output,
        loss: { kind: 'cross_entropy' },
        pressure: golden.beta,
        seed: 0,
        step: index,
      })
    return { backend, state, model, step }
  }

  test('losses, logits, gradients, EBOPs and tracked state match', async () => {
    const { state, model, step } = await start()
    const { loss, task, outputs, gradients } = step(0)
    assert.equal(Array.from(outputs), golden.logits_train.flat())
    assertNear([task, loss], [golden.cross_entropy, golden.total_loss], 'losses')
    const ebops = goldenNumbers(golden.state_after_call, 'd0/ebops').concat(
      goldenNumbers(golden.state_after_call, 'd1/ebops'),
    )
    assert.is(
      model.penalty.ebops(),
      ebops.reduce((sum, value) => sum + value, 0),
    )
    for (const [path, gradient] of gradients)
      assertNear(gradient, goldenNumbers(golden.gradients, path), `gradient of ${path}`)
    assert.is(gradients.size, Object.keys(golden.gradients).length)
    for (const path of ['d0/x/i', 'd1/x/i', 'd1/out/i'])
      assertNear(state.array(path), goldenNumbers(golden.state_after_call, path), path)
  })

  test('variables after three Adam steps match', async () => {
    const { state, model, step } = await start()
    const settings = { kind: 'adam', beta1: 0.9, beta2: 0.999, epsilon: 1e-7, weightDecay: 0, clipNorm: null } as const
    const adam = new ReferenceOptimizer(settings, new Map(), 0)
    for (let index = 0; index < 3; index++) {
      adam.step(state, step(index).gradients, () => golden.lr)
      applyLimits(model, state)
    }
    for (const { path } of state.declarations)
      assertNear(state.array(path), goldenNumbers(golden.after_3_adam_steps, path), path)
  })

  test('a step leaves no tensor behind', async () => {
    const { backend, step } = await start()
    step(0)
    const before = backend.tf.memory().numTensors
    for (let index = 1; index < 4; index++) step(index)
    assert.is(backend.tf.memory().numTensors, before)
  })
}
