import { copyFileSync, cpSync, mkdirSync, realpathSync, rmSync, symlinkSync } from 'node:fs'
import { basename, join, resolve, sep } from 'node:path'
import type { Distribution } from './distribution.js'
import type { Machine } from './machine.js'
import { failed, type Outcome, succeeded } from './outcome.js'

/** The version that `scripts/install.js` of tfjs-node 4.22 looks for before it would download. The real one may differ. */
const EXPECTED = '2.9.1'

/**
 * Puts libraries and headers where `binding.gyp` looks for them, `deps/lib` and `deps/include` of the package, in place
 * of what was there. As links, or as copies for a distribution that will not stay.
 */
export function layOut(from: Distribution, folder: string, machine: Machine, copy: boolean): Outcome<string> {
  const deps = join(folder, 'deps')
  const inside = [from.tensorflow, from.framework, from.include].find((path) =>
    realpathSync(path).startsWith(resolve(deps) + sep),
  )
  if (inside !== undefined) {
    const cure = 'keep libtensorflow in a folder of its own and give that one'
    return failed({ place: inside, cause: 'this is where the libraries are put, which is emptied before', cure })
  }
  rmSync(deps, { recursive: true, force: true })
  const lib = join(deps, 'lib')
  mkdirSync(lib, { recursive: true })
  if (copy) cpSync(from.include, join(deps, 'include'), { recursive: true, dereference: true })
  else symlinkSync(resolve(from.include), join(deps, 'include'))
  putLibrary(from.tensorflow, 'libtensorflow', lib, machine, copy)
  putLibrary(from.framework, 'libtensorflow_framework', lib, machine, copy)
  return succeeded(deps)
}

/** Under its own name, which is what the other library and the addon ask the loader for, and under those of the linker. */
function putLibrary(path: string, stem: string, lib: string, machine: Machine, copy: boolean): void {
  const own = basename(path)
  if (copy) copyFileSync(path, join(lib, own))
  else symlinkSync(resolve(path), join(lib, own))
  for (const name of namesOf(stem, machine)) if (name !== own) symlinkSync(own, join(lib, name))
}

function namesOf(stem: string, machine: Machine): readonly string[] {
  return machine.system === 'linux'
    ? [`${stem}.so`, `${stem}.so.2`, `${stem}.so.${EXPECTED}`]
    : [`${stem}.dylib`, `${stem}.2.dylib`, `${stem}.${EXPECTED}.dylib`]
}
