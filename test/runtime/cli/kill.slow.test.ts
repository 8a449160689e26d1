import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { ACTION_KINDS } from '../../../compiler/plan/action.js'
import { suite } from '../../kit.js'
import { hgq, tree, writeSample } from './rig.js'

const test = suite('builds that are killed')
const root = mkdtempSync(join(tmpdir(), 'hgq-kill-'))
process.on('exit', () => rmSync(root, { recursive: true, force: true }))

/** Contents by SHA-256 are the names of the blobs. */
const blobs = (folder: string): readonly string[] => Object.keys(tree(join(folder, '.hgq', 'cas')))

test('killed once inside every kind of step, at every point of a commit and while results are written, a build ends the same', async () => {
  const undisturbed = join(root, 'undisturbed')
  writeSample(undisturbed)
  const whole = await hgq(undisturbed, ['build'])
  assert.is(whole.code, 0, whole.stderr)

  const disturbed = join(root, 'disturbed')
  writeSample(disturbed)
  const faults = [
    'commit:before-blob',
    'commit:before-record',
    'commit:after-record',
    ...ACTION_KINDS.flatMap((kind) => [`run:${kind}`, `ran:${kind}`]),
    'outputs:before-rename',
    'outputs:between-renames',
  ]
  for (const fault of faults) {
    // `dataset` is stored by the time its turn comes, since the commits are tried on it; make it anew.
    if (fault === 'run:dataset') rmSync(join(disturbed, '.hgq', 'actions'), { recursive: true, force: true })
    const killed = await hgq(disturbed, ['build'], fault)
    assert.is(killed.signal, 'SIGKILL', `${fault}: ${killed.code} ${killed.stdout} ${killed.stderr}`)
  }
  const done = await hgq(disturbed, ['build'])
  assert.is(done.code, 0, done.stderr)
  assert.equal(tree(join(disturbed, 'build')), tree(join(undisturbed, 'build')))
  assert.equal(blobs(disturbed), blobs(undisturbed))
})
