import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { suite } from '../../kit.js'
import { hgq, sample, stepsRun, writeSample } from './rig.js'

const test = suite('trainings that start from others, or are taught')
const root = mkdtempSync(join(tmpdir(), 'hgq-lineage-'))
process.on('exit', () => rmSync(root, { recursive: true, force: true }))

/** The sample with a training from the one it has, and one that a larger network teaches. */
const text = (within: string, rest = ''): string =>
  `${sample
    .replace('tagger()', 'tagger(hidden: int = 4)')
    .replace('dense(4)', 'dense(hidden)')
    .replace('from = scan\n  within = small', 'from = [tuned, taught]\n  within = small')
    .replace('targets = [fast]', 'targets = []')}
budget start_budget { ${within} }

train large { model = tagger(12) with per_parameter, dataset = points, loss = cross_entropy, epochs = 4, batch = 64 }

train tuned {
  model = tagger() with per_parameter
  dataset = points
  loss = cross_entropy
  from = scan
  within = start_budget
  optimizer = adam(rate = 1e-3)
  epochs = 3
  segment = 2 epochs
  batch = 64
  pressure = 1e-6
}

train taught {
  model = tagger() with per_parameter
  dataset = points
  loss = cross_entropy
  teacher = large
  distill = 60 %
  epochs = 3
  batch = 64
  pressure = 1e-6
}
${rest}`

const ALL = [
  'dataset/points',
  'train/scan/segment[0]',
  'calibrate/scan',
  'start/tuned/front',
  'start/tuned',
  'train/tuned/segment[0]',
  'train/tuned/segment[1]',
  'calibrate/tuned',
  'train/large/segment[0]',
  'calibrate/large',
  'teach/taught/front',
  'teach/taught',
  'train/taught/segment[0]',
  'calibrate/taught',
  'front/tagger_build',
]

test('both build, a second time nothing runs, and a change reruns what it reaches', async () => {
  const folder = join(root, 'both')
  writeSample(folder, text('ebops <= 100_000'))
  const built = await hgq(folder, ['build', '--reporter', 'ndjson'])
  assert.is(built.code, 0, built.stderr)
  assert.equal([...stepsRun(built)].sort(), [...ALL].sort())
  const again = await hgq(folder, ['build', '--reporter', 'ndjson'])
  assert.equal(stepsRun(again), [])

  writeSample(folder, text('ebops <= 100_000').replace('distill = 60 %', 'distill = 70 %'))
  const otherShare = await hgq(folder, ['build', '--reporter', 'ndjson'])
  assert.is(otherShare.code, 0, otherShare.stderr)
  // What follows runs only where a rounded network differs.
  assert.equal(stepsRun(otherShare).slice(0, 2), ['teach/taught', 'train/taught/segment[0]'])

  // Another bound that chooses the same network changes nothing behind the choice.
  writeSample(folder, text('ebops <= 99_999').replace('distill = 60 %', 'distill = 70 %'))
  const otherBound = await hgq(folder, ['build', '--reporter', 'ndjson'])
  assert.equal(stepsRun(otherBound), ['start/tuned'])
})

test('a bound that no network to start from meets is told at that bound, with what it would take', async () => {
  const folder = join(root, 'out-of-reach')
  writeSample(folder, text('ebops <= 1'))
  const { code, stderr } = await hgq(folder, ['build'])
  assert.is(code, 4)
  assert.match(stderr, /error HGQ7030: .*nearest: ebops .* > 1/)
  assert.match(stderr, / budget start_budget \{ ebops <= 1 \}\n.*\^+ this bound is missed/)
  assert.match(stderr, / {2}from = scan\n.*-+ 'tuned' starts from a network of 'scan'/)
  assert.match(stderr, /= it would take the budget ebops <= /)
})
