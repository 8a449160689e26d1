// npm run tfjs-node -- --libtensorflow DIR     see docs/tfjs-node.md
import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { packageRoot } from '../locations.js'
import { ADDON_PACKAGE, findAddonPackage } from './addon-package.js'
import { checkAddon } from './check-addon.js'
import { failed, type Outcome } from './outcome.js'
import { setUp } from './set-up.js'

const USAGE = `usage: npm run tfjs-node -- --libtensorflow DIR [--copy]
       npm run tfjs-node -- --check

Builds the native library of \`engine = tfjs_node\` on a libtensorflow that is already on this machine.

  --libtensorflow DIR  a libtensorflow C library (with lib/ and include/), or the folder \`tensorflow\` of a
                       TensorFlow Python package
  --copy               copy libraries and headers into node_modules instead of linking them
  --check              only load what is built, and multiply two matrices
`

const options = {
  libtensorflow: { type: 'string' },
  copy: { type: 'boolean', default: false },
  check: { type: 'boolean', default: false },
  help: { type: 'boolean', short: 'h', default: false },
} as const

const say = (line: string): void => {
  process.stdout.write(`${line}\n`)
}

process.exitCode = await main()

async function main(): Promise<number> {
  const given = readOptions()
  if (typeof given === 'string') {
    process.stderr.write(`${given}\n\n${USAGE}`)
    return 2
  }
  if (given.help) {
    say(USAGE.trimEnd())
    return 0
  }
  const outcome = given.check ? await check() : await build(given.libtensorflow ?? '', given.copy)
  if (outcome.ok) {
    say(`tfjs-node works here: TensorFlow ${outcome.value}, a matrix product is right`)
    return 0
  }
  const { place, cause, cure } = outcome.failure
  process.stderr.write(`error: ${place}: ${cause}\n  = ${cure}\n`)
  return 1
}

function readOptions() {
  try {
    const { values } = parseArgs({ options })
    const alone = values.help || values.check
    return alone || values.libtensorflow !== undefined ? values : '--libtensorflow DIR is missing'
  } catch (cause) {
    return cause instanceof Error ? cause.message : String(cause)
  }
}

function build(folder: string, copy: boolean): Promise<Outcome<string>> {
  const manifest = JSON.parse(readFileSync(join(packageRoot, 'package.json'), 'utf8'))
  const version = String(manifest.optionalDependencies[ADDON_PACKAGE])
  const { platform, arch, execPath: node, env } = process
  // npm runs scripts in the folder of the package; a relative folder is meant from where it was called.
  const libtensorflow = resolve(env.INIT_CWD ?? '', folder)
  return setUp({ libtensorflow, root: packageRoot, version, copy, platform, arch, node, env, say })
}

async function check(): Promise<Outcome<string>> {
  const folder = findAddonPackage(packageRoot)
  if (folder !== null) return checkAddon(folder, process.env)
  const cure = 'build it: npm run tfjs-node -- --libtensorflow DIR'
  return failed({ place: packageRoot, cause: `${ADDON_PACKAGE} is not installed`, cure })
}
