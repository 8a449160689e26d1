import * as assert from 'uvu/assert'
import type { MetricSpec } from '../../../lang/program.js'
import type { Dataset } from '../../../runtime/data/dataset.js'
import { constantAnswer } from '../../../runtime/train/constant-answer.js'
import { warnIfNothingLearned } from '../../../runtime/train/nothing-learned.js'
import { blobs, numbers } from '../../fixtures/datasets.js'
import { suite } from '../../kit.js'

const test = suite('trainings that learn nothing')

const accuracy: MetricSpec = { kind: 'accuracy', better: 'higher', arguments: {} }
const lower = (kind: string, args: MetricSpec['arguments'] = {}): MetricSpec => ({
  kind,
  better: 'lower',
  arguments: args,
})

/** Data with these targets in their training and validation parts. */
function withTargets(dataset: Dataset, train: readonly number[], validation: readonly number[]): Dataset {
  const part = (targets: readonly number[], name: 'train' | 'validation') => ({
    ...dataset.parts[name],
    rows: targets.length,
    targets: Float32Array.from(targets),
  })
  return {
    ...dataset,
    parts: { ...dataset.parts, train: part(train, 'train'), validation: part(validation, 'validation') },
  }
}

test('the most frequent class is that of the training part, and its share that of the validation part', () => {
  const dataset = withTargets(blobs(2, 9), [0, 1, 1, 2, 1], [0, 0, 0, 1])
  assert.equal(constantAnswer(dataset, accuracy), { metric: 0.25, text: "'b', the most frequent class" })
})

test('of targets it is the mean, or the median where distances count', () => {
  const dataset = withTargets(numbers(2, 9), [0, 0, 9], [0, 3, 6])
  assert.equal(constantAnswer(dataset, lower('mse')), { metric: 6, text: 'the mean of the target' })
  assert.equal(constantAnswer(dataset, lower('mae')), { metric: 3, text: 'the median of the target' })
  assert.is(constantAnswer(dataset, lower('resolution', { outlier: 1 })).metric, 0)
})

test('each of several targets has its own', () => {
  const dataset = { ...numbers(2, 9), targetSize: 2, targetScale: Float64Array.of(2, 4) }
  const two = withTargets(dataset, [0, 10, 2, 30], [1, 20, 1, 22])
  const rows = { train: { ...two.parts.train, rows: 2 }, validation: { ...two.parts.validation, rows: 2 } }
  const answer = constantAnswer({ ...two, parts: { ...two.parts, ...rows } }, lower('mse'))
  assert.equal(answer, { metric: 1, text: 'the mean of the targets' })
})

test('a warning says so when not one network is better, at the metric', () => {
  const dataset = withTargets(blobs(2, 9), [0, 1, 1, 2, 1], [0, 0, 1, 1])
  const kept = (...metrics: readonly number[]) =>
    metrics.map((metric, epoch) => ({ epoch, screened: { metric, ebops: 10 * epoch } }))
  assert.is(warnIfNothingLearned(kept(0.1, 0.51), dataset, accuracy), undefined)
  assert.is(warnIfNothingLearned([], dataset, accuracy), undefined)
  const warning = warnIfNothingLearned(kept(0.1, 0.5, 0.2), dataset, accuracy)
  assert.equal(
    [warning?.code, warning?.severity, warning?.span?.file, warning?.message, warning?.label],
    [
      'HGQ4008',
      'warning',
      '#entry/metric',
      "no network of this training is better than always answering 'b', the most frequent class",
      'accuracy on the validation part: 0.5 at best, 0.5 for the constant',
    ],
  )
  const first = (notes: readonly string[] = []) =>
    notes.map((note) => /`?rate`|`pressure`|labels|epochs/.exec(note)?.[0])
  assert.equal(first(warning?.notes), ['`rate`', '`pressure`', 'labels', 'epochs'])
  const targets = withTargets(numbers(2, 9), [0, 0, 9], [0, 3, 6])
  assert.is(warnIfNothingLearned(kept(7, 5), targets, lower('mse')), undefined)
  assert.is(warnIfNothingLearned(kept(7, 8), targets, lower('mse'))?.code, 'HGQ4008')
})
