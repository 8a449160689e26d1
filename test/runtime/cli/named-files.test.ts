import { spawnSync } from 'node:child_process'
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { suite } from '../../kit.js'
import { withFolder } from '../temporary.js'
import { hgq, sample, writeSample } from './rig.js'

const test = suite('files that a pipeline names')

const IMPORT = `train other { checkpoint = keras("models"), dataset = points }
build imported { from = other, targets = [fast, slow] }
`

test('those that cannot be read are errors of `hgq check` where they are named, with exit code 3', () =>
  withFolder(async (folder) => {
    writeSample(folder, sample.replace('"points.csv"', '"./pionts.csv"') + IMPORT)
    mkdirSync(join(folder, 'models'))
    const { code, stdout, stderr } = await hgq(folder, ['check'])
    assert.is(code, 3)
    assert.match(stdout, 'pipeline.hgq: 2 errors')
    assert.is(
      stderr.trimEnd(),
      `error HGQ7026: cannot read ./pionts.csv: no such file or folder
  ┌─ pipeline.hgq:8:16
  │
 8│   source = csv("./pionts.csv")
  │                ^^^^^^^^^^^^^^ named here
  = did you mean './points.csv'?
  = paths are relative to the pipeline file

error HGQ7026: cannot read models: it is a folder
  ┌─ pipeline.hgq:47:34
  │
47│ train other { checkpoint = keras("models"), dataset = points }
  │                                  ^^^^^^^^ named here
  = paths are relative to the pipeline file`,
    )
  }))

test('each of several files of one source is looked for; a download is not', () =>
  withFolder(async (folder) => {
    const sha256 = '0'.repeat(64)
    const arrays = `npy({ x = "x.npy", y = "y.npy", z = url("https://example.org/z.npy", sha256 = "${sha256}") })`
    const text = sample.replace('csv("points.csv")', arrays).replace('labels', 'features = "x"\n  labels')
    writeSample(folder, text.replace('"class"', '"y"').replace('targets = [fast]', 'targets = [fast, slow]'))
    writeFileSync(join(folder, 'x.npy'), 'read by the build')
    const { code, stderr } = await hgq(folder, ['check'])
    assert.is(code, 3)
    assert.equal(stderr.match(/HGQ\d+: .*/g), ['HGQ7026: cannot read y.npy: no such file or folder'])
    assert.match(stderr, /y = "y\.npy"[^\n]*\n {2}│ +\^{7} named here/)
  }))

test('a misspelt file is found in the same run as other mistakes, in the order of the text', () =>
  withFolder(async (folder) => {
    const misspelt = sample.replace('"points.csv"', '"pionts.csv"').replace('x |> dense(4)', 'x |> danse(4)')
    writeSample(folder, misspelt + IMPORT)
    const { code, stdout, stderr } = await hgq(folder, ['check'])
    assert.is(code, 3)
    assert.match(stdout, 'pipeline.hgq: 3 errors')
    assert.equal(stderr.match(/HGQ\d+: .*/g), [
      'HGQ7026: cannot read pionts.csv: no such file or folder',
      "HGQ2001: nothing is named 'danse'",
      'HGQ7026: cannot read models: no such file or folder',
    ])
    writeSample(folder, misspelt.replace('test = 20 %', 'test = 2 %'))
    assert.equal((await hgq(folder, ['check'])).stderr.match(/HGQ\d+: .*/g), [
      'HGQ2202: the parts of the split add up to 82 %',
      "HGQ2001: nothing is named 'danse'",
    ])
  }))

test('a pipe or a device is refused: nobody waits for what it would give', () =>
  withFolder(async (folder) => {
    writeSample(folder)
    const data = join(folder, 'points.csv')
    for (const put of [() => spawnSync('mkfifo', [data]), () => symlinkSync('/dev/zero', data)]) {
      rmSync(data)
      put()
      for (const command of ['check', 'build']) {
        const { code, stderr } = await hgq(folder, [command])
        assert.match(stderr, /error HGQ7026: cannot read points\.csv: it is a pipe or a device, not a file/)
        assert.is(code, 3)
      }
    }
  }))
