import { ensureAddonPackage } from './addon-package.js'
import { buildAddon } from './build-addon.js'
import { checkAddon } from './check-addon.js'
import { findDistribution } from './distribution.js'
import { layOut } from './layout.js'
import { machineOf } from './machine.js'
import { type Outcome, succeeded } from './outcome.js'
import { findToolchain } from './toolchain.js'

export interface SetUp {
  /** The folder of a libtensorflow C library, or `tensorflow` of a Python package. */
  readonly libtensorflow: string
  /** From where the package is looked for: that of hgq. */
  readonly root: string
  /** The version of tfjs-node that hgq is made for, e.g. `4.22.0`. */
  readonly version: string
  /** Copies libraries and headers instead of linking them. */
  readonly copy: boolean
  readonly platform: string
  readonly arch: string
  /** The program that runs Node; its headers are looked for beside it. */
  readonly node: string
  readonly env: NodeJS.ProcessEnv
  /** Takes lines about what is being done. */
  readonly say: (line: string) => void
}

/** Builds the addon of tfjs-node on a libtensorflow that is already here. Gives the version of TensorFlow. */
export async function setUp(wanted: SetUp): Promise<Outcome<string>> {
  const { env, say } = wanted
  // All that costs nothing is looked at before anything is changed.
  const machine = machineOf(wanted.platform, wanted.arch)
  if (!machine.ok) return machine
  const distribution = findDistribution(wanted.libtensorflow, machine.value)
  if (!distribution.ok) return distribution
  const nodedir = findToolchain(machine.value, env, wanted.node)
  if (!nodedir.ok) return nodedir
  const folder = await ensureAddonPackage(wanted.root, wanted.version, env, say)
  if (!folder.ok) return folder
  const deps = layOut(distribution.value, folder.value, machine.value, wanted.copy)
  if (!deps.ok) return deps
  say(`building the addon in ${folder.value} on ${distribution.value.tensorflow}`)
  const built = await buildAddon(folder.value, nodedir.value, machine.value, env)
  if (!built.ok) return built
  const version = await checkAddon(folder.value, env)
  return version.ok ? succeeded(version.value) : version
}
