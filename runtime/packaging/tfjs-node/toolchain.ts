import { accessSync, constants, existsSync } from 'node:fs'
import { delimiter, dirname, join, resolve } from 'node:path'
import type { Machine } from './machine.js'
import { failed, type Outcome, succeeded } from './outcome.js'

/** Sees that there is what node-gyp needs; gives the folder for its `nodedir`, the one whose `include/node` has headers. */
export function findToolchain(machine: Machine, env: NodeJS.ProcessEnv, node: string): Outcome<string> {
  const linux = machine.system === 'linux'
  const install = linux
    ? 'on Debian and Ubuntu: apt-get install g++ make python3'
    : 'xcode-select --install gives compiler, make and Python'
  // A compiler may be given with options: `ccache g++`.
  const compiler = env.CXX?.trim().split(/\s+/)[0] || (linux ? 'g++' : 'c++')
  const python = env.NODE_GYP_FORCE_PYTHON || env.npm_config_python || env.PYTHON
  const needed: readonly (readonly [string, readonly string[]])[] = [
    ['a C++ compiler', [compiler]],
    ['make', [env.MAKE || 'make']],
    ['Python 3', python ? [python] : ['python3', 'python']],
  ]
  for (const [what, programs] of needed) {
    if (programs.some((program) => isProgram(program, env))) continue
    return failed({
      place: programs.join(' or '),
      cause: `${what} is needed to build the addon and is not on the PATH`,
      cure: install,
    })
  }
  return findHeaders(env, node)
}

/** node-gyp would download the headers of Node; only those that are here are taken. */
function findHeaders(env: NodeJS.ProcessEnv, node: string): Outcome<string> {
  const folder = env.npm_config_nodedir || dirname(dirname(node))
  if (existsSync(join(folder, 'include', 'node', 'node_api.h'))) return succeeded(folder)
  return failed({
    place: join(folder, 'include', 'node'),
    cause: 'the headers of Node (node_api.h) are not here',
    cure: `set npm_config_nodedir to an unpacked archive of Node ${process.versions.node}, whose include/node has them`,
  })
}

function isProgram(program: string, env: NodeJS.ProcessEnv): boolean {
  const folders = program.includes('/') ? [''] : (env.PATH ?? '').split(delimiter)
  return folders.some((folder) => {
    try {
      accessSync(folder === '' ? resolve(program) : join(folder, program), constants.X_OK)
      return true
    } catch {
      return false
    }
  })
}
