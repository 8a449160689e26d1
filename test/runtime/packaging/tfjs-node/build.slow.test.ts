import { execFileSync } from 'node:child_process'
import { copyFileSync, cpSync, mkdirSync, readdirSync, realpathSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { stripVTControlCharacters } from 'node:util'
import * as assert from 'uvu/assert'
import { findAddonPackage } from '../../../../runtime/packaging/tfjs-node/addon-package.js'
import { type Machine, machineOf } from '../../../../runtime/packaging/tfjs-node/machine.js'
import { setUp } from '../../../../runtime/packaging/tfjs-node/set-up.js'
import { findToolchain } from '../../../../runtime/packaging/tfjs-node/toolchain.js'
import { suite } from '../../../kit.js'
import { packageRoot } from '../../../paths.js'
import { withFolder } from '../../temporary.js'

// The real sources of the addon, the real node-gyp and compiler, on a libtensorflow that can do just what a training
// asks.
const test = suite('the addon of tfjs-node, built')

const compiled = join(packageRoot, 'dist')
const sources = join(packageRoot, 'test', 'fixtures', 'libtensorflow')
const installed = findAddonPackage(packageRoot)
const { platform, arch, execPath, env } = process

/** Libraries named as in a Python package, and headers that all lead to one. */
function makeDistribution(folder: string): void {
  const include = join(folder, 'include', 'tensorflow')
  for (const path of [
    'c/eager/c_api.h',
    'c/tf_datatype.h',
    'c/tf_status.h',
    'c/tf_tensor.h',
    'core/platform/ctstring_internal.h',
  ]) {
    mkdirSync(dirname(join(include, path)), { recursive: true })
    writeFileSync(join(include, path), '#include "tensorflow/c/c_api.h"\n')
  }
  copyFileSync(join(sources, 'c_api.h'), join(include, 'c', 'c_api.h'))
  writeFileSync(
    join(folder, 'framework.cc'),
    'extern "C" const char* hgq_stub_framework_version() { return "2.0-stub"; }\n',
  )
  const library = (name: string, ...rest: readonly string[]): void => {
    const parameters = [
      '-shared',
      '-fPIC',
      '-Iinclude',
      `-Wl,-soname,${name}`,
      '-Wl,-rpath,$ORIGIN',
      '-o',
      name,
      ...rest,
    ]
    execFileSync('g++', parameters, { cwd: folder })
  }
  library('libtensorflow_framework.so.2', 'framework.cc')
  library('libtensorflow_cc.so.2', join(sources, 'libtensorflow.cc'), './libtensorflow_framework.so.2')
}

/** The package as installed, without what was built in it, among links to all others. */
function makeProject(folder: string, addon: string): void {
  const modules = dirname(dirname(realpathSync(addon)))
  const own = join(folder, 'node_modules')
  mkdirSync(join(own, '@tensorflow'), { recursive: true })
  const link = (name: string): void => symlinkSync(join(modules, name), join(own, name))
  for (const name of readdirSync(modules)) if (name !== '@tensorflow') link(name)
  for (const name of readdirSync(join(modules, '@tensorflow'))) if (name !== 'tfjs-node') link(`@tensorflow/${name}`)
  const built = ['build', 'deps', 'lib'].map((name) => join(addon, name))
  cpSync(addon, join(own, '@tensorflow', 'tfjs-node'), { recursive: true, filter: (path) => !built.includes(path) })
}

/** Runs the tests of the native engine in a copy of this program that finds the addon; gives how many passed. */
function nativeTests(project: string): number {
  for (const name of ['package.json', 'stdlib'])
    cpSync(join(packageRoot, name), join(project, name), { recursive: true })
  cpSync(compiled, join(project, 'dist'), { recursive: true })
  const program = join(project, 'dist', 'test', 'runtime', 'train', 'reference', 'native.test.js')
  const output = stripVTControlCharacters(execFileSync(execPath, [program], { encoding: 'utf8' }))
  assert.not.match(output, /@skipped/)
  return Number(/^ {2}Passed: +(\d+)$/m.exec(output)?.[1])
}

async function builds(addon: string): Promise<void> {
  await withFolder(async (temporary) => {
    const folder = realpathSync(temporary)
    const libtensorflow = join(folder, 'tensorflow')
    mkdirSync(libtensorflow)
    makeDistribution(libtensorflow)
    makeProject(join(folder, 'project'), addon)
    const outcome = await setUp({
      libtensorflow,
      root: join(folder, 'project'),
      version: '4.22.0',
      copy: false,
      platform,
      arch,
      node: execPath,
      env,
      say: () => {},
    })
    assert.equal(outcome, { ok: true, value: '2.0-stub' })
    assert.is(nativeTests(join(folder, 'project')), 4)
  })
}

/** Why it cannot be built here, or null. */
function obstacle(machine: Machine | null): string | null {
  if (machine?.system !== 'linux') return 'the stub of libtensorflow is made for Linux'
  if (!fileURLToPath(import.meta.url).startsWith(compiled)) return 'the tests run from source'
  if (installed === null) return '@tensorflow/tfjs-node is not installed'
  const toolchain = findToolchain(machine, env, execPath)
  return toolchain.ok ? null : `${toolchain.failure.place}: ${toolchain.failure.cause}`
}

const machine = machineOf(platform, arch)
const reason = obstacle(machine.ok ? machine.value : null)
if (reason !== null || installed === null) test.skip('on a libtensorflow of the test', reason ?? '')
else
  test('loads, multiplies, and trains as the reference engine does, on a libtensorflow of the test', () =>
    builds(installed))
