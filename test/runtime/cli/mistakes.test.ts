import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import * as assert from 'uvu/assert'
import { suite } from '../../kit.js'
import { withFolder } from '../temporary.js'
import { COMMAND, hgq, writeSample } from './rig.js'

const test = suite('mistakes of whoever calls hgq, and of hgq itself')

test('options that mean nothing are an error that says what would, with exit code 3', () =>
  withFolder(async (folder) => {
    const wrong = ['--cwd', 'nowhere', '--reporter', 'xml', '--jobs', 'many']
    const { code, stderr } = await hgq(folder, [...wrong, 'check'])
    assert.is(code, 3)
    assert.match(stderr, /error HGQ7027: there is no folder nowhere/)
    assert.match(stderr, /error HGQ7027: 'xml' is no reporter\n {2}= reporters are tty, plain, ndjson/)
    assert.match(stderr, /error HGQ7027: --jobs takes a whole number from 1, not 'many'/)
  }))

test('an exception that nothing expects is said to be a mistake of hgq, with its place, and exit code 1', () =>
  withFolder(async (folder) => {
    writeSample(folder)
    // Stands for a mistake anywhere in hgq: a function that it calls throws what it never throws.
    const broken = `import fs from 'node:fs'
      import { syncBuiltinESMExports } from 'node:module'
      fs.statSync = () => { throw new TypeError('a stand-in') }
      syncBuiltinESMExports()`
    const { NODE_OPTIONS } = process.env
    process.env.NODE_OPTIONS = `--import ${JSON.stringify(`data:text/javascript,${encodeURIComponent(broken)}`)}`
    try {
      const { code, stderr } = await hgq(folder, ['check'])
      assert.is(code, 1)
      assert.match(stderr, /^error HGQ7043: hgq failed by a mistake of its own: TypeError: a stand-in\n {2}= at /)
      assert.match(stderr, /= nothing in the store is lost; please report it\n$/)
    } finally {
      process.env.NODE_OPTIONS = NODE_OPTIONS
      if (NODE_OPTIONS === undefined) delete process.env.NODE_OPTIONS
    }
  }))

const full = 'what cannot be printed is an error with an exit code, and who stops reading is none'
if (!existsSync('/dev/full')) test.skip(full, 'there is no /dev/full')
else {
  test(full, () =>
    withFolder(async (folder) => {
      writeSample(folder)
      const run = (script: string): { readonly status: number | null; readonly stderr: string } =>
        spawnSync('bash', ['-c', script, 'bash', ...COMMAND, '--cwd', folder], { encoding: 'utf8', timeout: 60_000 })
      const { status, stderr } = run('"$@" check > /dev/full')
      assert.match(stderr, /error HGQ7047: cannot write to the output of this command: no space left\n/)
      assert.is(status, 6)
      assert.is(run('"$@" check > /dev/full 2>&1').status, 6)
      assert.is(run('set -o pipefail; "$@" check 2>&1 | true').status, 0)
    }),
  )
}
