import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { suite } from '../../kit.js'
import { hgq, sample, writeSample } from './rig.js'

const test = suite('a build of which a step fails')
const root = mkdtempSync(join(tmpdir(), 'hgq-keep-going-'))
process.on('exit', () => rmSync(root, { recursive: true, force: true }))

const training = /^train scan \{[\s\S]*?^\}\n/m.exec(sample)?.[0] ?? ''
/** `bad` diverges at once; `good` is another build's training. */
const text = sample
  .replace(
    training,
    training.replace('scan', 'bad').replace('rate = 2e-2', 'rate = 1e30') + training.replace('scan', 'good'),
  )
  .replace(
    /build tagger_build[\s\S]*$/,
    'build first { from = bad, targets = [] }\nbuild second { from = good, targets = [] }\n',
  )

test('what it gives up is named, with the command that makes it', async () => {
  const folder = join(root, 'default')
  writeSample(folder, text)
  const { code, stdout, stderr } = await hgq(folder, ['build', '--jobs', '1'])
  assert.is(code, 1)
  assert.match(stderr, /error HGQ4002/)
  assert.match(stderr, "warning HGQ7048: not finished: 'second'; ")
  assert.match(stderr, '= by itself: hgq build pipeline.hgq second')
  assert.not.match(stdout, 'train/good')
  const alone = await hgq(folder, ['build', 'pipeline.hgq', 'second'])
  assert.is(alone.code, 0, alone.stderr)
})

test('with --keep-going the other build is made, and the failure still decides the exit code', async () => {
  const folder = join(root, 'keep-going')
  writeSample(folder, text)
  const { code, stdout, stderr } = await hgq(folder, ['build', '-k', '--jobs', '1'])
  assert.is(code, 1)
  assert.match(stderr, /error HGQ4002/)
  assert.not.match(stderr, 'HGQ7048')
  assert.match(stdout, /^second +epoch/m)
  assert.not.match(stdout, /^first +epoch/m)
})
