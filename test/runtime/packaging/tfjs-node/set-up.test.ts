import { existsSync, lstatSync, readdirSync, realpathSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { findAddonPackage, projectOf } from '../../../../runtime/packaging/tfjs-node/addon-package.js'
import type { Machine } from '../../../../runtime/packaging/tfjs-node/machine.js'
import { suite } from '../../../kit.js'
import { withStandIn } from './stand-in.js'

const test = suite('the library of tfjs-node')

const LINUX: Machine = { system: 'linux', processor: 'x64' }
const MAC: Machine = { system: 'darwin', processor: 'arm64' }
const WHEEL = ['libtensorflow_cc.so.2', 'libtensorflow_framework.so.2']
const C_LIBRARY = ['lib/libtensorflow.so.2', 'lib/libtensorflow_framework.so.2']

test('installs the package without its script, builds and checks it', () =>
  withStandIn(LINUX, async (here) => {
    const outcome = await here.setUp(here.distribution(WHEEL))
    assert.equal(outcome, { ok: true, value: '2.9.1' })
    assert.equal(here.calls(), [
      `${here.folder}/project | install --no-save --ignore-scripts --no-audit --no-fund @tensorflow/tfjs-node@4.22.0 | `,
      `${here.addon} | run build-addon-from-source | ${here.folder}/node`,
    ])
    // Once more: the package is there.
    await here.setUp(here.distribution(WHEEL))
    assert.is(here.calls().length, 3)
  }))

for (const [what, machine, libraries, names] of [
  [
    'a Python package',
    LINUX,
    WHEEL,
    ['libtensorflow.so', 'libtensorflow.so.2', 'libtensorflow.so.2.9.1', 'libtensorflow_cc.so.2'],
  ],
  ['a C library', LINUX, C_LIBRARY, ['libtensorflow.so', 'libtensorflow.so.2', 'libtensorflow.so.2.9.1']],
  [
    'a Python package on macOS',
    MAC,
    ['libtensorflow_cc.2.dylib', 'libtensorflow_framework.2.dylib'],
    ['libtensorflow.2.9.1.dylib', 'libtensorflow.2.dylib', 'libtensorflow.dylib', 'libtensorflow_cc.2.dylib'],
  ],
] as const) {
  for (const copy of [false, true])
    test(`lays out ${what}, ${copy ? 'copied' : 'linked'}`, () =>
      withStandIn(machine, async (here) => {
        const folder = here.distribution(libraries)
        assert.ok((await here.setUp(folder, { copy })).ok)
        const lib = join(here.addon, 'deps', 'lib')
        const found = readdirSync(lib).sort()
        assert.equal(
          found.filter((name) => !name.includes('framework')),
          names,
        )
        assert.is(found.length, names.length + 3)
        const include = join(here.addon, 'deps', 'include')
        assert.ok(existsSync(join(include, 'tensorflow', 'c', 'c_api.h')))
        assert.is(lstatSync(include).isSymbolicLink(), !copy)
        if (copy) rmSync(folder, { recursive: true })
        for (const name of found) {
          const real = realpathSync(join(lib, name))
          assert.is(real.startsWith(folder), !copy, name)
          assert.is(real.includes('framework'), name.includes('framework'), name)
        }
      }))
}

test('a package of another version is replaced', () =>
  withStandIn(LINUX, async (here) => {
    here.write('project/node_modules/@tensorflow/tfjs-node/package.json', '{"version":"4.21.0"}')
    assert.ok((await here.setUp(here.distribution(WHEEL))).ok)
    assert.match(here.calls()[0] ?? '', /install .*@4\.22\.0/)
  }))

test('the package belongs to the project in whose node_modules hgq lies', () => {
  assert.is(projectOf('/home/me/trigger/node_modules/hgq'), '/home/me/trigger')
  assert.is(projectOf('/home/me/hgq'), '/home/me/hgq')
  assert.is(findAddonPackage('/nowhere/at/all'), null)
})
