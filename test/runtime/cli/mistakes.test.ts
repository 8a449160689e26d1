import * as assert from 'uvu/assert'
import { suite } from '../../kit.js'
import { withFolder } from '../temporary.js'
import { hgq, writeSample } from './rig.js'

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
