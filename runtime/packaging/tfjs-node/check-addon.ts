import { fileURLToPath } from 'node:url'
import { runsFromSource } from '../locations.js'
import { failed, type Outcome, succeeded } from './outcome.js'
import { firstError, run } from './run.js'

const PRODUCT = '[58,64,139,154]'

/** Loads the addon as a training does and multiplies two matrices with it; gives the version of its TensorFlow. */
export async function checkAddon(folder: string, env: NodeJS.ProcessEnv): Promise<Outcome<string>> {
  // Compiled or from source, as this module runs.
  const program = fileURLToPath(new URL(runsFromSource ? './check.ts' : './check.js', import.meta.url))
  const ran = await run(process.execPath, [...process.execArgv, program, folder], folder, env)
  const line = /^@tfjs-node (.*)$/m.exec(ran.stdout)?.[1]
  if (ran.code !== 0 || line === undefined) {
    const ending = ran.signal === null ? `exit code ${ran.code}` : `ended by ${ran.signal}`
    const cause = `the addon does not load: ${firstError(ran) ?? ending}`
    return failed({ place: folder, cause, cure: cureOf(ran.stderr) })
  }
  const found: { version: string; backend: string; product: readonly number[] } = JSON.parse(line)
  const product = JSON.stringify(found.product)
  if (found.backend === 'tensorflow' && product === PRODUCT) return succeeded(found.version)
  const cause = `a matrix product on \`${found.backend}\` gave ${product} instead of ${PRODUCT}`
  return failed({ place: folder, cause, cure: 'libtensorflow and its headers must be of the same version' })
}

function cureOf(stderr: string): string {
  if (/can ?not be found at path/i.test(stderr)) return 'build it: npm run tfjs-node -- --libtensorflow DIR'
  if (/cannot open shared object|image not found|no such file/i.test(stderr))
    return 'a library is not where it was when the addon was built: build again, with --copy if the folder does not stay'
  if (/undefined symbol|symbol not found|GLIBC/i.test(stderr))
    return 'the library is not what it was built with, or made for a newer system: build again with another TensorFlow'
  return 'see docs/tfjs-node.md, Troubleshooting'
}
