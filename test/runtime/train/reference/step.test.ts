import { readFileSync } from 'node:fs'
import * as assert from 'uvu/assert'
import type { TensorGraph } from '../../../../compiler/graph/operation.js'
import type { CheckpointTensor } from '../../../../runtime/train/checkpoint.js'
import { loadBackend } from '../../../../runtime/train/reference/backend.js'
import { TrainingModel } from '../../../../runtime/train/reference/model.js'
import { ReferenceOptimizer } from '../../../../runtime/train/reference/optimizer.js'
import { applyLimits, lossAndGradients } from '../../../../runtime/train/reference/step.js'
import { TrainingState } from '../../../../runtime/train/reference/training-state.js'
import { activationQuantizer, NetworkBuilder, weightQuantizer } from '../../../fixtures/networks.js'
import { suite } from '../../../kit.js'
import { sharedFile } from '../../../paths.js'

const test = suite('one training step of the reference')
const file = sharedFile('golden/hgq2_step.json')

interface Variables {
  readonly [path: string]: number | readonly unknown[]
}
interface Golden {
  readonly beta: number
  readonly lr: number
  readonly x: readonly (readonly number[])[]
  readonly y: readonly (readonly number[])[]
  readonly initial: Variables
  readonly gradients: Variables
  readonly state_after_call: Variables
  readonly after_3_adam_steps: Variables
  readonly cross_entropy: number
  readonly total_loss: number
  readonly logits_train: readonly (readonly number[])[]
}

/** Our paths and the reference's variables. */
const NAMES: Readonly<Record<string, string>> = {
  'd0/w': 'd0/kernel',
  'd0/b': 'd0/bias',
  'd1/w': 'd1/kernel',
  'd1/b': 'd1/bias',
  'd0/x/f': 'd0/d0_iq/fixed_point_quantizer_kif/f',
  'd0/x/i': 'd0/d0_iq/fixed_point_quantizer_kif/i',
  'd0/x/k': 'd0/d0_iq/fixed_point_quantizer_kif/k',
  'd0/wq/b': 'd0/d0_kq/fixed_point_quantizer_kbi/b',
  'd0/wq/i': 'd0/d0_kq/fixed_point_quantizer_kbi/i',
  'd0/wq/k': 'd0/d0_kq/fixed_point_quantizer_kbi/k',
  'd0/bq/b': 'd0/d0_bq/fixed_point_quantizer_kbi_1/b',
  'd0/bq/i': 'd0/d0_bq/fixed_point_quantizer_kbi_1/i',
  'd0/bq/k': 'd0/d0_bq/fixed_point_quantizer_kbi_1/k',
  'd1/out/f': 'd1/d1_oq/fixed_point_quantizer_kif_1/f',
  'd1/out/i': 'd1/d1_oq/fixed_point_quantizer_kif_1/i',
  'd1/out/k': 'd1/d1_oq/fixed_point_quantizer_kif_1/k',
  'd1/x/f': 'd1/d1_iq/fixed_point_quantizer_kif_2/f',
  'd1/x/i': 'd1/d1_iq/fixed_point_quantizer_kif_2/i',
  'd1/x/k': 'd1/d1_iq/fixed_point_quantizer_kif_2/k',
  'd1/wq/b': 'd1/d1_kq/fixed_point_quantizer_kbi_2/b',
  'd1/wq/i': 'd1/d1_kq/fixed_point_quantizer_kbi_2/i',
  'd1/wq/k': 'd1/d1_kq/fixed_point_quantizer_kbi_2/k',
  'd1/bq/b': 'd1/d1_bq/fixed_point_quantizer_kbi_3/b',
  'd1/bq/i': 'd1/d1_bq/fixed_point_quantizer_kbi_3/i',
  'd1/bq/k': 'd1/d1_bq/fixed_point_quantizer_kbi_3/k',
}

/** Two dense layers with an output quantizer, as in the golden file. */
function network(): TensorGraph {
  const builder = new NetworkBuilder()
  const dense = (scope: string, x: number, [inputs, units]: readonly [number, number]): number => {
    const weight = builder.quantize(
      `${scope}/wq`,
      builder.parameter(`${scope}/w`, [inputs, units]),
      'weight',
      weightQuantizer,
    )
    const bias = builder.quantize(`${scope}/bq`, builder.parameter(`${scope}/b`, [units]), 'bias', weightQuantizer)
    const data = builder.quantize(`${scope}/x`, x, 'activation', activationQuantizer)
    return builder.apply(
      'add',
      [builder.apply('einsum', [data, weight], { equation: '...i,io->...o' }, scope), bias],
      {},
      scope,
    )
  }
  const hidden = builder.apply('relu', [dense('d0', builder.input('x', [4]), [4, 6])])
  const out = dense('d1', hidden, [6, 3])
  builder.output('logits', builder.quantize('d1/out', out, 'activation', activationQuantizer, { regularize: 1e-3 }))
  return builder.graph()
}

function numbers(variables: Variables, path: string): number[] {
  const value = variables[`sequential/${NAMES[path] ?? path}`]
  if (value === undefined) throw new Error(`the golden file has no ${path}`)
  return [value].flat(4) as number[]
}

function near(found: ArrayLike<number>, expected: readonly number[], what: string): void {
  assert.is(found.length, expected.length, what)
  for (const [index, want] of expected.entries()) {
    const got = found[index] ?? Number.NaN
    assert.ok(
      Math.abs(got - want) <= 1e-4 * Math.max(1e-3, Math.abs(want)),
      `${what}[${index}]: ${got} instead of ${want}`,
    )
  }
}

if (file === null) test.skip('everything', 'golden/hgq2_step.json is not here')
else {
  const golden = JSON.parse(readFileSync(file, 'utf8')) as Golden
  const start = async () => {
    const loaded = await loadBackend('tfjs')
    if (!loaded.ok) throw new Error(loaded.error.message)
    const backend = loaded.value
    const graph = network()
    const initial = new Map<string, CheckpointTensor>()
    const { declareState } = await import('../../../../compiler/graph/state.js')
    for (const { path, shape } of declareState(graph))
      initial.set(path, { shape, values: Float32Array.from(numbers(golden.initial, path)) })
    const state = new TrainingState(backend, graph, initial)
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
    near([task, loss], [golden.cross_entropy, golden.total_loss], 'losses')
    const ebops = numbers(golden.state_after_call, 'd0/ebops').concat(numbers(golden.state_after_call, 'd1/ebops'))
    assert.is(
      model.penalty.ebops(),
      ebops.reduce((sum, value) => sum + value, 0),
    )
    for (const [path, gradient] of gradients) near(gradient, numbers(golden.gradients, path), `gradient of ${path}`)
    assert.is(gradients.size, Object.keys(golden.gradients).length)
    for (const path of ['d0/x/i', 'd1/x/i', 'd1/out/i'])
      near(state.array(path), numbers(golden.state_after_call, path), path)
  })

  test('variables after three Adam steps match', async () => {
    const { state, model, step } = await start()
    const settings = { kind: 'adam', beta1: 0.9, beta2: 0.999, epsilon: 1e-7, weightDecay: 0, clipNorm: null } as const
    const adam = new ReferenceOptimizer(settings, new Map(), 0)
    for (let index = 0; index < 3; index++) {
      adam.step(state, step(index).gradients, () => golden.lr)
      applyLimits(model, state)
    }
    for (const { path } of state.declarations) near(state.array(path), numbers(golden.after_3_adam_steps, path), path)
  })

  test('a step leaves no tensor behind', async () => {
    const { backend, step } = await start()
    step(0)
    const before = backend.tf.memory().numTensors
    for (let index = 1; index < 4; index++) step(index)
    assert.is(backend.tf.memory().numTensors, before)
  })
}
