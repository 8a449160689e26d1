import * as assert from 'uvu/assert'
import type { Dataset } from '../../../runtime/data/dataset.js'
import type { LossSettings } from '../../../runtime/train/loss.js'
import { LossLimit } from '../../../runtime/train/loss-limit.js'
import { blobs, numbers } from '../../fixtures/datasets.js'
import { suite } from '../../kit.js'

const test = suite('losses beyond all measure')

const classes = blobs(4, 60)
/** Targets ±6 in units of 2: a network that answers 0 is off by 3. */
const targets = numbers(4, 60)
targets.parts.train.targets.forEach((_, row) => {
  targets.parts.train.targets[row] = row % 2 === 0 ? 6 : -6
})

const LOSSES: readonly (readonly [LossSettings, Dataset, zero: number, factor: number])[] = [
  [{ kind: 'cross_entropy' }, classes, 1.0986, 100],
  [{ kind: 'binary_cross_entropy' }, { ...classes, classes: ['a', 'b'] }, Math.LN2, 100],
  [{ kind: 'mae' }, targets, 3, 100],
  [{ kind: 'mse' }, targets, 9, 1e4],
  [{ kind: 'huber', delta: 1 }, targets, 2.5, 1e4],
  [{ kind: 'huber', delta: 4 }, targets, 4.5, 1e4],
]

for (const [loss, dataset, zero, factor] of LOSSES) {
  const name = loss.kind === 'huber' ? `huber(${loss.delta})` : loss.kind
  test(`${name}: ${factor} times that of answering 0, or of the first step`, () => {
    const limit = new LossLimit({ dataset, loss, taught: null })
    assert.is(limit.problem(0.99 * factor * zero, 0), null)
    assert.match(
      limit.problem(1.01 * factor * zero, 0.5)?.what ?? '',
      new RegExp(
        `^its mean loss is \\S+, where a network that always answers 0 has ${zero.toPrecision(3)}, .* had 0.500$`,
      ),
    )
    // Features of large numbers begin with a large loss, and may have one as large later.
    assert.is(limit.problem(99 * factor * zero, 100 * zero), null)
    assert.is.not(limit.problem(101 * factor * zero, 100 * zero), null)
  })
}

test('targets that are all 0 give no measure', () => {
  const flat = numbers(4, 60)
  flat.parts.train.targets.fill(0)
  assert.is(new LossLimit({ dataset: flat, loss: { kind: 'mse' }, taught: null }).problem(1e30, 0), null)
})

/** The loss that the message gives a network which answers 0. */
function zeroOf(...[lesson]: ConstructorParameters<typeof LossLimit>): string | undefined {
  return / always answers 0 has (\S+),/.exec(new LossLimit(lesson).problem(1e9, 0)?.what ?? '')?.[1]
}

test('what is taught is the measure, not the targets of the data', () => {
  const { rows } = targets.parts.train
  // In units of 2: off by 10 and by 30.
  const taught = Float32Array.from({ length: rows }, (_, row) => (row % 2 === 0 ? 20 : -60))
  assert.is(zeroOf({ dataset: targets, loss: { kind: 'mae' }, taught }), '20.0')
  assert.is(zeroOf({ dataset: targets, loss: { kind: 'mse' }, taught }), '500')
  assert.is(zeroOf({ dataset: targets, loss: { kind: 'huber', delta: 10 }, taught }), '150')
})

test('probabilities do not change the loss of answering 0', () => {
  const { rows } = classes.parts.train
  const probabilities = Float32Array.from({ length: rows * 3 }, (_, at) => [0.7, 0.2, 0.1][at % 3] ?? 0)
  assert.is(zeroOf({ dataset: classes, loss: { kind: 'cross_entropy' }, taught: probabilities }), '1.10')
  const two = { ...classes, classes: ['a', 'b'] }
  const loss = { kind: 'binary_cross_entropy' } as const
  assert.is(zeroOf({ dataset: two, loss, taught: probabilities.subarray(0, rows) }), '0.693')
})
