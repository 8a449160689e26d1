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

test('the class is the most frequent one of the validation part, whatever the training part has', () => {
  const dataset = withTargets(blobs(2, 9), [0, 1, 1, 2, 1], [0, 0, 0, 1])
  assert.equal(constantAnswer(dataset, accuracy), { metric: 0.75, text: "'a', the most frequent class" })
})

test('of targets it is the mean, the median or 0 of the validation part, whichever is best', () => {
  const dataset = withTargets(numbers(2, 9), [0, 0, 9], [0, 2, 7])
  assert.equal(constantAnswer(dataset, lower('mse')), { metric: 26 / 3, text: 'the mean of the target' })
  assert.equal(constantAnswer(dataset, lower('mae')), { metric: 7 / 3, text: 'the median of the target' })
  const pressed = withTargets(numbers(2, 9), [0, 0, 9], [0, 0, 0, 40, 50])
  assert.equal(constantAnswer(pressed, lower('resolution', { outlier: 30 })), { metric: 0, text: '0' })
})

test('each of several targets has its own', () => {
  const dataset = { ...numbers(2, 9), targetSize: 2, targetScale: Float64Array.of(2, 4) }
  const two = withTargets(dataset, [0, 10, 2, 30], [1, 20, 1, 22])
  const rows = { train: { ...two.parts.train, rows: 2 }, validation: { ...two.parts.validation, rows: 2 } }
  const answer = constantAnswer({ ...two, parts: { ...two.parts, ...rows } }, lower('mse'))
  assert.equal(answer, { metric: 0.5, text: 'the mean of the targets' })
})

const kept = (...metrics: readonly number[]) =>
  metrics.map((metric, epoch) => ({ epoch, screened: { metric, ebops: 10 * epoch } }))

test('a warning says so when not one network is better, at the metric', () => {
  const dataset = withTargets(blobs(2, 9), [0, 1, 1, 2, 1], [0, 0, 1, 1])
  assert.is(warnIfNothingLearned([], dataset, accuracy), undefined)
  const warning = warnIfNothingLearned(kept(0.1, 0.5, 0.2), dataset, accuracy)
  assert.equal(
    [warning?.code, warning?.severity, warning?.span?.file, warning?.message, warning?.label],
    [
      'HGQ4008',
      'warning',
      '#entry/metric',
      "no network of this training is better than always answering 'a', the most frequent class",
      'accuracy on the validation part: 0.5 at best, 0.5 for the constant',
    ],
  )
  const first = (notes: readonly string[] = []) =>
    notes.map((note) => /`?rate`|`pressure`|labels|epochs/.exec(note)?.[0])
  assert.equal(first(warning?.notes), ['`rate`', '`pressure`', 'labels', 'epochs'])
})

/** Data whose validation part has these many rows of each class. */
function withCounts(...counts: readonly number[]): Dataset {
  const labels = counts.flatMap((count, label) => new Array<number>(count).fill(label))
  return withTargets(blobs(2, 9), [0, 1, 2], labels)
}

test('a network has to be better by more than chance explains: two standard errors of a share of so many rows', () => {
  // √(0.4 · 0.6 / 600) is 0.02.
  const many = withCounts(240, 180, 180)
  assert.is(warnIfNothingLearned(kept(0.441), many, accuracy), undefined)
  const warning = warnIfNothingLearned(kept(0.439), many, accuracy)
  assert.match(warning?.message ?? '', /^no network of this training is clearly better than always answering 'a'/)
  assert.is(
    warning?.label,
    'accuracy on the validation part: 0.439 at best, 0.4 for the constant; clear from 0.44 with 600 rows',
  )
  const few = withCounts(2, 1, 1)
  assert.is(warnIfNothingLearned(kept(0.76), few, accuracy), undefined, 'half of what can be gained is enough')
  assert.is(warnIfNothingLearned(kept(0.75), few, accuracy)?.code, 'HGQ4008')
})

test('of numbers it is four over the rows, and a hundredth at least', () => {
  const code = (rows: number, metric: number) => {
    const targets = Array.from({ length: rows }, (_, row) => (row % 2 === 0 ? 1 : -1))
    return warnIfNothingLearned(kept(metric), withTargets(numbers(2, 9), [1, 0], targets), lower('mse'))?.code
  }
  assert.equal([code(100, 0.959), code(100, 0.961), code(100, 1.1)], [undefined, 'HGQ4008', 'HGQ4008'])
  assert.equal([code(10_000, 0.989), code(10_000, 0.991)], [undefined, 'HGQ4008'])
})

test('a mark for a missing value among the targets is the first cause, whatever it did to their scale', () => {
  const usual = Array.from({ length: 60 }, (_, row) => ((row * 7) % 13) / 13)
  const marked = usual.map((value, row) => (row % 30 === 11 ? -9999 : value))
  const notesOf = (train: readonly number[], validation: readonly number[]) => {
    const dataset = { ...withTargets(numbers(2, 9), train, validation), targetScale: Float64Array.of(1024) }
    return warnIfNothingLearned(kept(1e9), dataset, lower('mse'))?.notes ?? []
  }
  const notes = notesOf(marked, usual)
  assert.match(notes[0] ?? '', /^target is -9999 in 2 of the 60 rows of the training part; half of .* of 0\.462$/)
  assert.match(notes[1] ?? '', /^a mark for a missing value/)
  assert.match(notes[2] ?? '', /^then a too high `rate`/)
  assert.match(notesOf(usual, marked)[0] ?? '', /^target is -9999 in 2 of the 60 rows of the validation part/)
  assert.match(notesOf(usual, usual)[0] ?? '', /^a too high `rate`/)
  const sparse = usual.map((value, row) => (row % 3 === 0 ? value : 0))
  assert.match(notesOf(sparse, usual)[0] ?? '', /^a too high `rate`/, 'most of them equal')
})

test('features as they were read are named before the rates, where nothing standardizes them', () => {
  const dataset = withCounts(2, 1, 1)
  const large = { ...dataset.parts.train, inputs: new Map([['x', Float32Array.of(1, 5e4, 0, 6e4, 2, 7e4)]]) }
  const raw = { ...dataset, parts: { ...dataset.parts, train: large } }
  const first = (of: Dataset) => warnIfNothingLearned(kept(0.5), of, accuracy)?.notes[0]
  assert.is(
    first(raw),
    'features far from order 1: x[1] is typically ±60000; `standardize = true` in the data set cures that',
  )
  assert.match(first(dataset) ?? '', /^a too high/)
  const [input] = raw.inputs
  if (input === undefined) throw new Error('no input')
  assert.match(first({ ...raw, inputs: [{ ...input, scale: Float64Array.of(1, 2) }] }) ?? '', /^a too high/)
  const small = { ...large, inputs: new Map([['x', Float32Array.of(1e-3, 1e-4, 0, 1e-4, 2e-3, 0)]]) }
  assert.match(first({ ...dataset, parts: { ...dataset.parts, train: small } }) ?? '', /^features far .* ±0\.002;/)
})

test('a resolution that is its own limit says so', () => {
  const dataset = withTargets(numbers(2, 9), [0, 1], [-600, -300, 300, 600])
  const notes = warnIfNothingLearned(kept(30), dataset, lower('resolution', { outlier: 30 }))?.notes ?? []
  assert.match(notes[0] ?? '', /^fewer than half of the rows are within `outlier` \(30 mrad\)/)
})
