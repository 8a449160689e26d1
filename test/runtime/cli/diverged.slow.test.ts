import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { suite } from '../../kit.js'
import { hgq, sample, stepsRun, writeSample } from './rig.js'

const test = suite('trainings that go wrong')
const root = mkdtempSync(join(tmpdir(), 'hgq-diverged-'))
process.on('exit', () => rmSync(root, { recursive: true, force: true }))

const withRate = (rate: string): string =>
  sample
    .replace('rate = 2e-2', `rate = ${rate}`)
    .replace('geometric(1e-6, 1e-4)', '1e-5')
    .replace('targets = [fast]', 'targets = []')

test('what went well before a training diverged is there for a shorter one', async () => {
  const folder = join(root, 'shorter')
  const text = withRate(
    'piecewise([{ at = 0 epochs, value = 2e-2, between = constant }, { at = 3 epochs, value = 1e30 }])',
  )
  writeSample(folder, text)
  const failed = await hgq(folder, ['build'])
  assert.is(failed.code, 1)
  assert.match(failed.stderr, /error HGQ4002: training diverged in epoch 4, step 16: /)
  assert.match(failed.stderr, /= epochs 1 to 3 are stored: `epochs = 3` builds what they gave/)
  writeSample(folder, text.replace('epochs = 6', 'epochs = 3'))
  const built = await hgq(folder, ['build', '--reporter', 'ndjson'])
  assert.is(built.code, 0, built.stderr)
  assert.equal(stepsRun(built), ['calibrate/scan', 'front/tagger_build'])

  // The same as where nothing ever went wrong.
  const other = join(root, 'undisturbed')
  writeSample(other, text.replace('epochs = 6', 'epochs = 3'))
  const undisturbed = await hgq(other, ['build', '--reporter', 'ndjson'])
  const front = ({ stdout }: { readonly stdout: string }) => /^.*"front-ready".*$/m.exec(stdout)?.[0]
  assert.ok(front(undisturbed) !== undefined)
  assert.is(front(built), front(undisturbed))
})

test('a training that learns nothing says so, and what to change, at its metric', async () => {
  const folder = join(root, 'nothing')
  writeSample(folder, withRate('10.0'))
  const { code, stderr } = await hgq(folder, ['build'])
  assert.is(code, 0, stderr)
  const [dead = ''] = stderr.split('\n\n').filter((message) => message.includes('warning HGQ4003'))
  assert.match(dead, / so it is mostly a too high rate: try a lower `rate` \(10\) /)
  assert.match(stderr, /warning HGQ4008: no network of this training is better than always answering 'green'/)
  assert.match(
    stderr,
    / metric = accuracy\n.*accuracy on the validation part: 0\.3875 at best, 0\.3875 for the constant/,
  )
})
