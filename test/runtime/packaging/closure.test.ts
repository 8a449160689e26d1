import { cpSync, mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import * as assert from 'uvu/assert'
import { ACTION_KINDS, type ActionKind } from '../../../compiler/plan/action.js'
import { codeIdentities, importsOf } from '../../../runtime/packaging/closure.js'
import { codeRoot, packageRoot } from '../../../runtime/packaging/locations.js'
import { suite } from '../../kit.js'
import { withFolder } from '../temporary.js'

const test = suite('fingerprints of code')

test('all ways to import are seen, those of types alone are not', () => {
  const text = `import type { A } from './types.js'
import { b } from './b.js'
import {
  c,
  d,
} from '../c.js'
import './effect.js'
export { e } from './e.js'
export type { F } from './f.js'
const g = await import('./g.js')
const worker = new URL('./h.js', import.meta.url)
const kernels = readFileSync(fileURLToPath(new URL('./i.wasm', import.meta.url)))
import tf from '@biomejs/biome/file'
`
  assert.equal([...importsOf(text)].sort(), [
    '../c.js',
    './b.js',
    './e.js',
    './effect.js',
    './g.js',
    './h.js',
    './i.wasm',
    '@biomejs/biome/file',
  ])
})

/** A small program: every kind imports `shared`; emit also imports targets. */
function write(root: string, changes: Readonly<Record<string, string>> = {}): void {
  const files: Record<string, string> = {
    'shared.js': `export const shared = new URL('./shared.wasm', import.meta.url)`,
    'shared.wasm': 'bytes',
    'targets/verilog/emit.js': 'export const emit = 1',
    'targets/verilog/templates/top.njk': 'module {{ top }}',
    'lang/diagnostics/messages.js': 'export const text = 1',
    'runtime/cli/main.js': 'export const cli = 1',
  }
  for (const kind of ACTION_KINDS) {
    files[`runtime/execute/actions/${kind}.js`] =
      `import { shared } from '../../../shared.js'\nimport { text } from '../../../lang/diagnostics/messages.js'\n`
  }
  files['runtime/execute/actions/emit.js'] +=
    `import { emit } from '../../../targets/verilog/emit.js'\nimport nunjucks from 'nunjucks'\n`
  for (const [path, text] of Object.entries({ ...files, ...changes })) {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), text)
  }
}

/** The kinds whose identity a change of files changes. */
async function changed(changes: Readonly<Record<string, string>>): Promise<readonly ActionKind[]> {
  return withFolder(async (folder) => {
    write(folder)
    const before = codeIdentities(folder, folder)
    write(folder, changes)
    const after = codeIdentities(folder, folder)
    return ACTION_KINDS.filter((kind) => before[kind].code !== after[kind].code)
  })
}

test('a change reaches the kinds that import it, templates too', async () => {
  assert.equal(await changed({ 'shared.js': 'export const shared = 2' }), [...ACTION_KINDS])
  assert.equal(await changed({ 'shared.wasm': 'other bytes' }), [...ACTION_KINDS])
  assert.equal(await changed({ 'targets/verilog/emit.js': 'export const emit = 2' }), ['emit'])
  assert.equal(await changed({ 'targets/verilog/templates/top.njk': 'module {{ name }}' }), ['emit'])
  assert.equal(await changed({ 'targets/verilog/templates/new.njk': '' }), ['emit'])
})

test('a change of the command line or of a message reaches none', async () => {
  assert.equal(await changed({ 'runtime/cli/main.js': 'export const cli = 2' }), [])
  assert.equal(await changed({ 'lang/diagnostics/messages.js': 'export const text = 2' }), [])
})

test('packages are named by what is imported', () =>
  withFolder(async (folder) => {
    write(folder)
    const identities = codeIdentities(folder, folder)
    assert.equal(identities.emit.packages, ['nunjucks'])
    assert.equal(identities.lower.packages, [])
  }))

test('kernels belong to the actions that run them', () =>
  withFolder(async (folder) => {
    const before = codeIdentities(codeRoot, packageRoot)
    cpSync(codeRoot, folder, { recursive: true, filter: (path) => !path.startsWith(join(codeRoot, 'test')) })
    writeFileSync(join(folder, 'runtime/kernels/kernels.wasm'), 'others')
    const after = codeIdentities(folder, packageRoot)
    for (const kind of ['train', 'calibrate', 'front', 'verify'] as const)
      assert.is.not(before[kind].code, after[kind].code, kind)
    assert.is(before.lower.code, after.lower.code)
  }))

test('of this program, the steps are as independent as they should be', () => {
  const identities = codeIdentities(codeRoot, packageRoot)
  assert.is(new Set(ACTION_KINDS.map((kind) => identities[kind].code)).size, ACTION_KINDS.length)
  assert.ok(identities.train.packages.includes('@tensorflow/tfjs-core'))
  for (const kind of ['dataset', 'calibrate', 'front', 'lower', 'optimize', 'schedule', 'emit', 'report'] as const) {
    assert.not.ok(identities[kind].packages.includes('@tensorflow/tfjs-core'), kind)
  }
  assert.ok(identities.emit.packages.includes('nunjucks'))
})
