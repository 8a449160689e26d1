import * as assert from 'uvu/assert'
import type { StepLoss } from '../../../../runtime/train/loss.js'
import { loadBackend } from '../../../../runtime/train/reference/backend.js'
import { arrayOf } from '../../../../runtime/train/reference/custom.js'
import { applyLoss } from '../../../../runtime/train/reference/losses.js'
import { suite } from '../../../kit.js'

const loaded = await loadBackend('tfjs')
if (!loaded.ok) throw new Error(loaded.error.message)
const backend = loaded.value
// After the await: a suite runs what is registered before the next turn.
const test = suite('losses of the reference')

/** Loss and gradient of outputs, `width` to a row. */
function at(loss: StepLoss, outputs: readonly number[], targets: readonly number[], width: number) {
  const { tf } = backend
  return tf.tidy(() => {
    const rows = outputs.length / width
    const values = tf.variable(tf.tensor(Float32Array.from(outputs), [rows, width], 'float32'))
    let value = Number.NaN
    const { grads } = tf.variableGrads(() => {
      const result = applyLoss(
        backend,
        loss,
        { tensor: values, needsGradient: true },
        Float32Array.from(targets),
        rows,
        width,
      )
      value = arrayOf(result.tensor)[0] ?? Number.NaN
      return result.tensor as ReturnType<typeof tf.scalar>
    }, [values])
    const gradient = grads[values.name]
    const slopes = gradient === undefined ? [] : Array.from(arrayOf(gradient))
    values.dispose()
    return { value, slopes }
  })
}

/** A loss, outputs, targets, values of one row, and the loss. */
const TABLE: readonly (readonly [StepLoss, readonly number[], readonly number[], number, number])[] = [
  [{ kind: 'cross_entropy' }, [0, 0, 0, 2, 0, 0], [1, 0], 3, (Math.log(3) + Math.log(1 + 2 * Math.exp(-2))) / 2],
  [
    { kind: 'soft_cross_entropy' },
    [0, 0, 0, 2, 0, 0],
    [0, 1, 0, 1, 0, 0],
    3,
    (Math.log(3) + Math.log(1 + 2 * Math.exp(-2))) / 2,
  ],
  [{ kind: 'soft_cross_entropy' }, [1, -1], [0.25, 0.75], 2, Math.log(Math.exp(1) + Math.exp(-1)) + 0.5],
  // Probabilities that don't sum to 1: the loss is still the one whose slope is softmax - p.
  [{ kind: 'soft_cross_entropy' }, [0, Math.log(3)], [0.5, 0.25], 2, Math.log(4) - Math.log(3) / 4],
  [{ kind: 'binary_cross_entropy' }, [0, 3], [1, 0], 1, (Math.log(2) + 3 + Math.log(1 + Math.exp(-3))) / 2],
  [
    { kind: 'binary_cross_entropy' },
    [2],
    [0.25],
    1,
    0.25 * Math.log(1 + Math.exp(-2)) + 0.75 * Math.log(1 + Math.exp(2)),
  ],
  [{ kind: 'mse' }, [1, 4], [0, 2], 1, 2.5],
  [{ kind: 'mae' }, [1, 4], [0, 2], 1, 1.5],
  [{ kind: 'huber', delta: 1 }, [0.5, 4], [0, 1], 1, (0.125 + 2.5) / 2],
  [{ kind: 'huber', delta: 2 }, [-3, 1], [0, 0], 2, (2 * (3 - 1) + 0.5) / 2],
]

for (const [loss, outputs, targets, width, expected] of TABLE) {
  test(`${JSON.stringify(loss)} of ${outputs.join(', ')}`, () => {
    const { value, slopes } = at(loss, outputs, targets, width)
    assert.ok(Math.abs(value - expected) < 1e-6, `${value} instead of ${expected}`)
    for (const [index, slope] of slopes.entries()) {
      const moved = (by: number): number =>
        at(
          loss,
          outputs.map((each, other) => (other === index ? each + by : each)),
          targets,
          width,
        ).value
      const difference = (moved(1 / 256) - moved(-1 / 256)) / (2 / 256)
      assert.ok(Math.abs(slope - difference) < 1e-3, `slope ${index}: ${slope} instead of ${difference}`)
    }
    assert.is(slopes.length, outputs.length)
  })
}

test('one probability of 1 gives the bits that a class number gives', () => {
  const outputs = Array.from({ length: 40 }, (_, index) => Math.fround(9 * Math.sin(index * index)))
  const labels = Array.from({ length: 10 }, (_, row) => (row * row) % 4)
  const certain = labels.flatMap((label) => [0, 1, 2, 3].map((c) => (c === label ? 1 : 0)))
  const hard = at({ kind: 'cross_entropy' }, outputs, labels, 4)
  assert.equal(at({ kind: 'soft_cross_entropy' }, outputs, certain, 4), hard)
})
