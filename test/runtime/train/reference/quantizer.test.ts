import type { Scalar } from '@tensorflow/tfjs-core'
import * as assert from 'uvu/assert'
import { declareState } from '../../../../compiler/graph/state.js'
import { loadBackend } from '../../../../runtime/train/reference/backend.js'
import { arrayOf, customOperation } from '../../../../runtime/train/reference/custom.js'
import { TrainingModel } from '../../../../runtime/train/reference/model.js'
import { TrainingState } from '../../../../runtime/train/reference/training-state.js'
import { type GoldenSet, goldenSets } from '../../../fixtures/golden-quantizer.js'
import { activationQuantizer, NetworkBuilder } from '../../../fixtures/networks.js'
import { suite } from '../../../kit.js'

const test = suite('the quantizer in training')

/** A quantizer with a type of its own for every case, over trained values, so that all gradients can be asked for. */
async function trained(set: GoldenSet) {
  const loaded = await loadBackend('tfjs')
  if (!loaded.ok) throw new Error(loaded.error.message)
  const network = new NetworkBuilder()
  const { rounding, overflow } = set
  const x = network.parameter('x', [set.x.length])
  network.output('y', network.quantize('q', x, 'activation', activationQuantizer, { rounding, overflow }))
  const graph = network.graph()
  const start: Readonly<Record<string, readonly number[]>> = { x: set.x, 'q/i': set.i, 'q/f': set.f, 'q/k': set.k }
  const initial = declareState(graph).map(
    ({ path, shape }) => [path, { shape, values: Float32Array.from(start[path] ?? []) }] as const,
  )
  const state = new TrainingState(loaded.value, graph, new Map(initial))
  const model = new TrainingModel(loaded.value, graph, state)
  const { tf } = loaded.value
  let output = new Float32Array()
  const { value, grads } = tf.variableGrads(
    () => {
      const y = model.forward(new Map(), 1, 0, 0).get(graph.outputs[0]?.operation ?? -1)
      if (y === undefined) throw new Error('the network has no output')
      output = Float32Array.from(arrayOf(y.tensor))
      // The value does not matter: what counts is that the upstream gradient is that of the case.
      const loss = customOperation(
        loaded.value,
        [y],
        [],
        () => Float32Array.of(0),
        () => [Float32Array.from(set.dy)],
      )
      // Made with shape []: a scalar.
      return loss.tensor as Scalar
    },
    state.trained.map(({ variable }) => variable),
  )
  value.dispose()
  const gradients = new Map(
    state.trained.map(({ declaration: { path }, variable }) => {
      const gradient = grads[variable.name]
      if (gradient === undefined) throw new Error(`no gradient of ${path}`)
      return [path, arrayOf(gradient)]
    }),
  )
  state.dispose()
  return { output, gradients }
}

const sets = goldenSets()
if (sets === null) test.skip('every golden case', 'golden/hgq2_quantizer.json is not here')
else {
  for (const set of sets) {
    test(`golden: ${set.rounding} ${set.overflow}`, async () => {
      const { output, gradients } = await trained(set)
      const wraps = set.overflow === 'wrap' || set.overflow === 'wrap_reflect'
      assert.equal([...gradients.keys()].sort(), wraps ? ['q/f', 'x'] : ['q/f', 'q/i', 'x'])
      const expected: Readonly<Record<string, readonly number[]>> = { x: set.dx, 'q/i': set.di, 'q/f': set.df }
      for (const [index, x] of set.x.entries()) {
        const where = `k ${set.k[index]}, i ${set.i[index]}, f ${set.f[index]} at ${x}`
        // + 0 makes -0 and 0 the same: hardware has one zero.
        assert.is((output[index] ?? Number.NaN) + 0, (set.y_train[index] ?? Number.NaN) + 0, where)
        for (const [path, gradient] of gradients) {
          const [found, want] = [gradient[index] ?? Number.NaN, expected[path]?.[index] ?? Number.NaN]
          assert.ok(
            Math.abs(found - want) <= 1e-5 * Math.abs(want) + 1e-12,
            `gradient of ${path}, ${where}: ${found} instead of ${want}`,
          )
        }
      }
    })
  }
}
