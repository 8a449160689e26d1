import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Machine } from './machine.js'
import { failed, type Outcome, succeeded } from './outcome.js'
import { firstError, run } from './run.js'

/**
 * Compiles the addon by the package's own script for it. `npm rebuild` would run its install script instead, which asks
 * a server for a compiled addon before it compiles one.
 */
export async function buildAddon(
  folder: string,
  nodedir: string,
  machine: Machine,
  env: NodeJS.ProcessEnv,
): Promise<Outcome<null>> {
  // An addon of an earlier build must not pass for this one.
  rmSync(join(folder, 'lib'), { recursive: true, force: true })
  const log = join(folder, 'hgq-build.log')
  rmSync(log, { force: true })
  const built = await run('npm', ['run', 'build-addon-from-source'], folder, {
    ...env,
    npm_config_nodedir: nodedir,
    ...(machine.system === 'darwin' ? { LDFLAGS: `${env.LDFLAGS ?? ''} ${RPATH}`.trim() } : {}),
  })
  if (built.code === 0) return succeeded(null)
  if (built.absent) {
    const cure = 'it comes with Node; put the folder of both on the PATH'
    return failed({ place: 'npm', cause: 'npm is not on the PATH', cure })
  }
  writeFileSync(log, `${built.stdout}\n${built.stderr}`)
  const cause = `the addon did not build: ${firstError(built) ?? `exit code ${built.code}`}`
  return failed({ place: folder, cause, cure: `the whole output is in ${log}; docs/tfjs-node.md lists known causes` })
}

// `binding.gyp` corrects the path of `libtensorflow.2.dylib` alone; the library of a Python package has another name.
const RPATH = '-Wl,-rpath,@loader_path/../../deps/lib'
