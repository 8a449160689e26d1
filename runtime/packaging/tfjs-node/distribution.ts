import { closeSync, existsSync, openSync, readdirSync, readSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { type Machine, madeFor } from './machine.js'
import { type Failure, failed, type Outcome, succeeded } from './outcome.js'

/** What a libtensorflow consists of; absolute paths where the folder is one. */
export interface Distribution {
  /** `libtensorflow.so.2` of the C library, or `libtensorflow_cc.so.2` of a Python wheel, which has the C symbols too. */
  readonly tensorflow: string
  readonly framework: string
  /** The folder that holds `tensorflow/c/c_api.h`. */
  readonly include: string
}

/** What the sources of the addon include directly. */
const HEADERS = [
  'tensorflow/c/c_api.h',
  'tensorflow/c/eager/c_api.h',
  'tensorflow/core/platform/ctstring_internal.h',
] as const

const FOLDERS =
  'give the folder of a libtensorflow C library (with lib/ and include/), or the folder `tensorflow` of a TensorFlow ' +
  'Python package: python3 -c "import tensorflow as tf; print(tf.__path__[0])"'

/** Finds libraries and headers in a folder, and sees that they fit this machine. */
export function findDistribution(folder: string, machine: Machine): Outcome<Distribution> {
  if (!existsSync(folder)) return failed({ place: folder, cause: 'there is no such folder', cure: FOLDERS })
  if (!statSync(folder).isDirectory()) return failed({ place: folder, cause: 'this is a file', cure: FOLDERS })
  const tensorflow = findLibrary(folder, 'libtensorflow', machine)
  if (!tensorflow.ok) return tensorflow
  const framework = findLibrary(folder, 'libtensorflow_framework', machine)
  if (!framework.ok) return framework
  const include = join(folder, 'include')
  const lost = HEADERS.find((header) => !existsSync(join(include, header)))
  if (lost !== undefined) {
    const cure = `the headers come with the same distribution; ${FOLDERS}`
    return failed({ place: include, cause: `the header ${lost} is missing`, cure })
  }
  return succeeded({ tensorflow: tensorflow.value, framework: framework.value, include })
}

type Name = 'libtensorflow' | 'libtensorflow_framework'

function findLibrary(folder: string, name: Name, machine: Machine): Outcome<string> {
  // The C library has them in lib/, a Python package beside its modules.
  const libraries = [join(folder, 'lib'), folder].flatMap((place) =>
    existsSync(place) ? bestNames(readdirSync(place), name, machine).map((file) => join(place, file)) : [],
  )
  const path = libraries.find((candidate) => existsSync(candidate) && statSync(candidate).isFile())
  if (path === undefined) {
    const also = name === 'libtensorflow' ? `, nor ${fileName('libtensorflow_cc', machine)}` : ''
    const cause = `the library ${fileName(name, machine)} is neither here nor in lib/${also}`
    return failed({ place: folder, cause, cure: FOLDERS })
  }
  const misfit = misfitOf(path, machine)
  return misfit === null ? succeeded(path) : failed(misfit)
}

/** Those that are the library, by any version; the C library before that of C++, short names before long ones. */
function bestNames(files: readonly string[], name: Name, machine: Machine): readonly string[] {
  const stem = name === 'libtensorflow' ? 'libtensorflow(_cc)?' : name
  const pattern = machine.system === 'linux' ? `^${stem}\\.so(\\.\\d+)*$` : `^${stem}(\\.\\d+)*\\.dylib$`
  const rank = (file: string): number => (file.includes('_cc') ? 1000 : 0) + file.length
  return files.filter((file) => new RegExp(pattern).test(file)).sort((a, b) => rank(a) - rank(b))
}

function fileName(stem: string, machine: Machine): string {
  return machine.system === 'linux' ? `${stem}.so.2` : `${stem}.2.dylib`
}

function misfitOf(path: string, machine: Machine): Failure | null {
  const fits = madeFor(firstBytes(path))
  if (fits?.some(({ system, processor }) => system === machine.system && processor === machine.processor)) return null
  const here = `${machine.system} ${machine.processor}`
  const [first] = fits ?? []
  const cause =
    fits === null
      ? 'this is no shared library of Linux or macOS'
      : `this library is made for ${first === undefined ? 'another processor' : `${first.system} ${first.processor}`}`
  return { place: path, cause, cure: `get libtensorflow for ${here}` }
}

function firstBytes(path: string): Uint8Array {
  const start = new Uint8Array(20)
  const file = openSync(path, 'r')
  try {
    return start.subarray(0, readSync(file, start))
  } finally {
    closeSync(file)
  }
}
