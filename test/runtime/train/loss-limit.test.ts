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
    const limit = new LossLimit(dataset, loss)
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
  assert.is(new LossLimit(flat, { kind: 'mse' }).problem(1e30, 0), null)
})
