import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import * as assert from 'uvu/assert'
import { suite } from '../../../kit.js'

const test = suite('npm run tfjs-node')

const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js'
const program = fileURLToPath(new URL(`../../../../runtime/packaging/tfjs-node/main.${extension}`, import.meta.url))

function call(...parameters: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [...process.execArgv, program, ...parameters], {
    encoding: 'utf8',
    // As npm sets it: the folder in which the user called it.
    env: { ...process.env, INIT_CWD: '/somewhere' },
  })
  return { status, stdout, stderr }
}

test('asks for the folder, and for no options that it does not have', () => {
  for (const [parameters, problem] of [
    [[], /^--libtensorflow DIR is missing\n/],
    [['--libtensorflw', 'x'], /^Unknown option '--libtensorflw'/],
    [['folder'], /^Unexpected argument 'folder'/],
  ] as const) {
    const { status, stdout, stderr } = call(...parameters)
    assert.is(status, 2)
    assert.is(stdout, '')
    assert.match(stderr, problem)
    assert.match(stderr, /\nusage: npm run tfjs-node -- --libtensorflow DIR/)
  }
})

test('explains itself', () => {
  const { status, stdout } = call('--help')
  assert.is(status, 0)
  assert.match(stdout, /--copy .*\n[\s\S]*--check /)
})

test('a relative folder is meant from where npm was called', () => {
  const { status, stderr } = call('--libtensorflow', 'tensorflow')
  assert.is(status, 1)
  assert.match(stderr, /^error: \/somewhere\/tensorflow: there is no such folder\n {2}= give the folder of/)
})
