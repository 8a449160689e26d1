import * as assert from 'uvu/assert'
import { WasmEngine } from '../../../../runtime/train/engine/wasm-engine.js'
import { assertNear, goldenNetwork, goldenNumbers, goldenStart, readGoldenStep } from '../../../fixtures/golden-step.js'
import { suite } from '../../../kit.js'

const test = suite('one training step of the engine')
const golden = readGoldenStep()

if (golden === null) test.skip('everything', 'golden/hgq2_step.json is not here')
else {
  const graph = goldenNetwork()
  const part = {
    rows: golden.x.length,
    inputs: new Map([['x', Float32Array.from(golden.x.flat())]]),
    targets: Float32Array.from(golden.y, (row) => row.indexOf(1)),
  }
  const start = (): WasmEngine =>
    new WasmEngine({
      graph,
      dataset: {
        task: 'classification',
        classes: golden.y[0]?.map(String) ?? [],
        targetSize: 1,
        inputs: [],
        targetScale: Float64Array.of(1),
        unit: 'none',
        parts: { train: part, validation: part, test: part },
      },
      loss: { kind: 'cross_entropy' },
      taught: null,
      metric: { kind: 'accuracy', better: 'higher', arguments: {} },
      optimizer: { kind: 'adam', beta1: 0.9, beta2: 0.999, epsilon: 1e-7, weightDecay: 0, clipNorm: null },
      seed: 0,
      network: goldenStart(golden, graph),
      slots: new Map(),
      steps: 0,
      batch: part.rows,
      threads: 1,
    })
  const step = { first: 0, rows: part.rows, step: 0, pressure: golden.beta, rate: golden.lr, widthRate: golden.lr }

  test('loss, logits, gradients, EBOPs and tracked state match', async () => {
    const engine = start()
    assert.equal(Array.from(engine.screenOutputs()), golden.logits_train.flat())
    assertNear([engine.computeGradients(step)], [golden.cross_entropy], 'loss')
    const ebops = goldenNumbers(golden.state_after_call, 'd0/ebops').concat(
      goldenNumbers(golden.state_after_call, 'd1/ebops'),
    )
    assert.is(
      engine.ebops(),
      ebops.reduce((sum, value) => sum + value, 0),
    )
    const gradients = engine.gradients()
    assert.is(gradients.size, Object.keys(golden.gradients).length)
    for (const [path, gradient] of gradients)
      assertNear(gradient, goldenNumbers(golden.gradients, path), `gradient of ${path}`)
    const state = engine.network()
    for (const path of ['d0/x/i', 'd1/x/i', 'd1/out/i'])
      assertNear(state.get(path)?.values ?? [], goldenNumbers(golden.state_after_call, path), path)
    await engine.close()
  })

  test('variables after three Adam steps match', async () => {
    const engine = start()
    for (let index = 0; index < 3; index++) assert.ok(engine.step({ ...step, step: index }).ok)
    for (const [path, { values }] of engine.network())
      assertNear(values, goldenNumbers(golden.after_3_adam_steps, path), path)
    await engine.close()
  })
}
