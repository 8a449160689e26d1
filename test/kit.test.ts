import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import * as assert from 'uvu/assert'
import { suite } from './kit.js'
import { packageRoot } from './paths.js'

const test = suite('the kit of the tests')

/** Runs a module of tests in a process of its own. */
function run(statements: string): { readonly status: number | null; readonly stdout: string; readonly stderr: string } {
  const kit = pathToFileURL(join(packageRoot, 'dist', 'test', 'kit.js')).href
  const script = `import { suite, whenTestEnds } from ${JSON.stringify(kit)}\n${statements}`
  return spawnSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8', timeout: 20_000 })
}

test('a suite runs what is registered, and says how many', () => {
  const { status, stdout } = run("const test = suite('few'); test('one', () => {}); test('two', async () => {})")
  assert.match(stdout, /^@registered 2$/m)
  assert.match(stdout, /Passed: +2$/m)
  assert.is(status, 0)
})

test('a test that fails makes the process fail', () => {
  assert.is(run("suite('few')('one', () => { throw new Error('no') })").status, 1)
})

test('a test that is added after an await that follows suite() is refused, not lost', () => {
  const { status, stderr } = run(
    "const test = suite('few'); test('early', () => {}); await new Promise(setImmediate); test('late', () => {})",
  )
  assert.match(stderr, /"late" comes too late: the tests of "few" have started\. Await what they need before suite\(\)/)
  assert.is(status, 1)
})

test('what a test has started ends with it, where it fails as well, and keeps the process alive no longer', () => {
  const started = Date.now()
  const { status, stdout } = run(`
    import { spawn } from 'node:child_process'
    const test = suite('few')
    test('fails', async () => {
      const child = spawn('sleep', ['60'], { stdio: ['ignore', 'pipe', 'ignore'] })
      child.on('exit', (code, signal) => console.log('ended by ' + signal))
      whenTestEnds(() => child.kill('SIGKILL'))
      throw new Error('no')
    })`)
  assert.match(stdout, 'ended by SIGKILL')
  assert.is(status, 1)
  assert.ok(Date.now() - started < 15_000)
})
