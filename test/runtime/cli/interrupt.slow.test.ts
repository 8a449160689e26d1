import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { suite } from '../../kit.js'
import { hgq, sample, start, writeSample } from './rig.js'

const test = suite('Ctrl-C')
const folder = mkdtempSync(join(tmpdir(), 'hgq-interrupt-'))
process.on('exit', () => rmSync(folder, { recursive: true, force: true }))

const long = sample.replace('epochs = 6', 'epochs = 100_000').replace('targets = [fast]', 'targets = []')

test('Ctrl-C in a training ends it at once, keeps what is done and leaves nothing broken', async () => {
  writeSample(folder, long)
  const build = start(folder, ['build', '--reporter', 'plain'])
  await build.printed('start  train/scan')
  const begin = performance.now()
  build.child.kill('SIGINT')
  const done = await build.finished
  assert.is(done.code, 130, `${done.signal} ${done.stderr}`)
  assert.ok(performance.now() - begin < 20_000)
  assert.match(done.stdout, /interrupted; 1 step done and stored/)
  const store = join(folder, '.hgq')
  for (const name of ['locks', 'tmp']) {
    const path = join(store, name)
    assert.equal(existsSync(path) ? readdirSync(path) : [], [], name)
  }
  writeSample(folder, long.replace('epochs = 100_000', 'epochs = 1'))
  const again = await hgq(folder, ['build', '--reporter', 'plain'])
  assert.is(again.code, 0, again.stderr)
  assert.not.match(again.stdout, /start {2}dataset/)
  assert.match(again.stdout, /scan +1 /, 'the front of a build that trains only is shown')
})

test('two builds of one pipeline at once share the work', async () => {
  writeSample(folder, long.replace('epochs = 100_000', 'epochs = 8'))
  const both = await Promise.all([1, 2].map(() => hgq(folder, ['build', '--reporter', 'plain'])))
  for (const each of both) assert.is(each.code, 0, each.stderr)
  const starts = both.flatMap((each) => each.stdout.match(/start {2}train/g) ?? [])
  assert.is(starts.length, 1)
})
