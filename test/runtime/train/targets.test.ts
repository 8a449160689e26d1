import * as assert from 'uvu/assert'
import { learnedTargets, networkTargets } from '../../../runtime/train/targets.js'
import { blobs, numbers } from '../../fixtures/datasets.js'
import { suite } from '../../kit.js'

const test = suite('what a network learns')

const classes = blobs(4, 3)
/** One target in units of 2. */
const targets = numbers(4, 3)

test('the targets of the data, in units of the network, where nothing else is taught', () => {
  assert.equal([...learnedTargets({ dataset: classes, loss: { kind: 'cross_entropy' }, taught: null })], [0, 1, 2])
  const { train, validation } = targets.parts
  assert.equal(
    learnedTargets({ dataset: targets, loss: { kind: 'mse' }, taught: null }),
    train.targets.map((target) => target / 2),
  )
  assert.equal(
    networkTargets(targets, validation.targets),
    validation.targets.map((target) => target / 2),
  )
})

test('what is taught: numbers in the physical unit, probabilities as they are', () => {
  const probabilities = Float32Array.of(0.5, 0.25, 0.25, 0, 1, 0, 0.1, 0.2, 0.7)
  const loss = { kind: 'cross_entropy' } as const
  assert.equal(learnedTargets({ dataset: classes, loss, taught: probabilities }), probabilities)
  const binary = { ...classes, classes: ['a', 'b'] }
  const ofSecond = Float32Array.of(0.5, 0.25, 1)
  assert.equal(learnedTargets({ dataset: binary, loss: { kind: 'binary_cross_entropy' }, taught: ofSecond }), ofSecond)
  const two = { ...targets, targetSize: 2, targetScale: Float64Array.of(2, 0.5) }
  const taught = Float32Array.of(1, 2, 3, 4, 5, 6)
  const learned = learnedTargets({ dataset: two, loss: { kind: 'huber', delta: 1 }, taught })
  assert.equal([...learned], [0.5, 4, 1.5, 8, 2.5, 12])
})

test('of another length it is a mistake of the program', () => {
  for (const [dataset, kind, length] of [
    [classes, 'cross_entropy', 3],
    [{ ...classes, classes: ['a', 'b'] }, 'binary_cross_entropy', 6],
    [targets, 'mse', 4],
  ] as const)
    assert.throws(
      () => learnedTargets({ dataset, loss: { kind }, taught: new Float32Array(length) }),
      new RegExp(`^${length} numbers are to teach 3 rows, each of which learns `),
    )
})
