import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { ACTION_KINDS } from '../../../compiler/plan/action.js'
import { suite } from '../../kit.js'
import { hgq, sample, stepsRun, tree, writeSample } from './rig.js'

const test = suite('builds that are killed')
const root = mkdtempSync(join(tmpdir(), 'hgq-kill-'))
process.on('exit', () => rmSync(root, { recursive: true, force: true }))

/** Contents by SHA-256 are the names of the blobs. */
const blobs = (folder: string): readonly string[] => Object.keys(tree(join(folder, '.hgq', 'cas')))

/** The sample with every kind of step, one after the other but for those of a design. */
const everyStep = `${sample.replace('from = scan', 'from = taught')}
train started { model = tagger() with per_parameter, dataset = points, loss = cross_entropy, epochs = 1, batch = 64, from = scan }
train taught { model = tagger() with per_parameter, dataset = points, loss = cross_entropy, epochs = 3, batch = 64, teacher = started }
`

test('killed once inside every kind of step, at every point of a commit and while results are written, a build ends the same', async () => {
  const undisturbed = join(root, 'undisturbed')
  writeSample(undisturbed, everyStep)
  const whole = await hgq(undisturbed, ['build'])
  assert.is(whole.code, 0, whole.stderr)

  const disturbed = join(root, 'disturbed')
  writeSample(disturbed, everyStep)
  const faults = [
    'commit:before-blob',
    'commit:before-record',
    'commit:after-record',
    // The sample trains what others import.
    ...ACTION_KINDS.filter((kind) => kind !== 'import').flatMap((kind) => [`run:${kind}`, `ran:${kind}`]),
    'outputs:before-rename',
    'outputs:between-renames',
  ]
  for (const fault of faults) {
    // Stored by the time their turn comes, as the commits are tried on the data set and some steps run side by side.
    if (/^run:dataset$|:(verify|prove|synthesize)$/.test(fault))
      rmSync(join(disturbed, '.hgq', 'actions'), { recursive: true, force: true })
    const killed = await hgq(disturbed, ['build'], fault)
    assert.is(killed.signal, 'SIGKILL', `${fault}: ${killed.code} ${killed.stdout} ${killed.stderr}`)
  }
  const done = await hgq(disturbed, ['build'])
  assert.is(done.code, 0, done.stderr)
  assert.equal(tree(join(disturbed, 'build')), tree(join(undisturbed, 'build')))
  assert.equal(blobs(disturbed), blobs(undisturbed))
})

test('killed in the middle of a training, a build loses one segment and ends the same', async () => {
  const segmented = sample
    .replace('epochs = 6', 'epochs = 8\n  segment = 2 epochs')
    .replace('targets = [fast]', 'targets = []')
  const undisturbed = join(root, 'segments-undisturbed')
  writeSample(undisturbed, segmented)
  assert.is((await hgq(undisturbed, ['build'])).code, 0)

  const disturbed = join(root, 'segments-disturbed')
  writeSample(disturbed, segmented)
  // In its fifth epoch: the third of four segments has begun, and two are stored.
  const killed = await hgq(disturbed, ['build'], 'progress:train@5')
  assert.is(killed.signal, 'SIGKILL', `${killed.code} ${killed.stdout} ${killed.stderr}`)
  const planned = await hgq(disturbed, ['plan'])
  assert.match(planned.stdout, /train\/scan\/segment\[0\.\.1\] +stored/)
  assert.match(planned.stdout, /train\/scan\/segment\[2\] +runs\n/)
  const done = await hgq(disturbed, ['build', '--reporter', 'ndjson'])
  assert.is(done.code, 0, done.stderr)
  assert.equal(stepsRun(done), [
    'train/scan/segment[2]',
    'train/scan/segment[3]',
    'calibrate/scan',
    'front/tagger_build',
  ])
  assert.match(done.stdout, /epoch 5\/8 /)
  assert.equal(blobs(disturbed), blobs(undisturbed))

  // More epochs go on from there, here under a pressure that does not last as long as the training.
  const steady = segmented.replace('geometric(1e-6, 1e-4)', '1e-5')
  writeSample(disturbed, steady)
  assert.is((await hgq(disturbed, ['build'])).code, 0)
  writeSample(disturbed, steady.replace('epochs = 8', 'epochs = 10'))
  const longer = await hgq(disturbed, ['build', '--reporter', 'ndjson'])
  assert.equal(
    stepsRun(longer).filter((address) => address.startsWith('train/')),
    ['train/scan/segment[4]'],
  )
})

test('killed five times, a training gives the bytes of one that was left alone', async () => {
  const segmented = sample
    .replace('epochs = 6', 'epochs = 12\n  segment = 2 epochs')
    .replace('targets = [fast]', 'targets = []')
  const undisturbed = join(root, 'five-undisturbed')
  writeSample(undisturbed, segmented)
  assert.is((await hgq(undisturbed, ['build'])).code, 0)

  const disturbed = join(root, 'five-disturbed')
  writeSample(disturbed, segmented)
  for (let kill = 0; kill < 5; kill++) {
    // In the third epoch that it trains: one segment is stored by then, and the next has begun.
    const killed = await hgq(disturbed, ['build'], 'progress:train@3')
    assert.is(killed.signal, 'SIGKILL', `${killed.code} ${killed.stdout} ${killed.stderr}`)
  }
  const done = await hgq(disturbed, ['build'])
  assert.is(done.code, 0, done.stderr)
  assert.equal(blobs(disturbed), blobs(undisturbed))
})
