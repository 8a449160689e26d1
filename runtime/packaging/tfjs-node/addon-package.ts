import { existsSync, readFileSync } from 'node:fs'
import { dirname, join, sep } from 'node:path'
import { failed, type Outcome, succeeded } from './outcome.js'
import { firstError, run } from './run.js'

export const ADDON_PACKAGE = '@tensorflow/tfjs-node'

/** The folder of the package as a module in `from` finds it, or null. */
export function findAddonPackage(from: string): string | null {
  for (let folder = from; ; folder = dirname(folder)) {
    const found = join(folder, 'node_modules', ADDON_PACKAGE)
    if (existsSync(join(found, 'package.json'))) return found
    if (folder === dirname(folder)) return null
  }
}

/** The project whose `node_modules` the package of `folder` belongs to: the outermost, or the package itself. */
export function projectOf(folder: string): string {
  const inner = folder.indexOf(`${sep}node_modules${sep}`)
  return inner < 0 ? folder : folder.slice(0, inner)
}

/**
 * The folder of the package in the wanted version; installed where it is not there. Without its install script, which
 * would download, and without a trace in the manifest: npm has removed an optional package whose script had failed.
 */
export async function ensureAddonPackage(
  root: string,
  version: string,
  env: NodeJS.ProcessEnv,
  say: (line: string) => void,
): Promise<Outcome<string>> {
  const present = findAddonPackage(root)
  if (present !== null && versionOf(present) === version) return succeeded(present)
  const project = projectOf(root)
  const wanted = `${ADDON_PACKAGE}@${version}`
  say(`installing ${wanted} in ${project}`)
  const parameters = ['install', '--no-save', '--ignore-scripts', '--no-audit', '--no-fund', wanted]
  const installed = await run('npm', parameters, project, env)
  if (installed.absent) {
    const cure = 'it comes with Node; put the folder of both on the PATH'
    return failed({ place: 'npm', cause: 'npm is not on the PATH', cure })
  }
  const command = `npm ${parameters.join(' ')}`
  const cure = `see that this works in ${project}: ${command}`
  if (installed.code !== 0) {
    const cause = `npm could not install ${wanted}: ${firstError(installed) ?? `exit code ${installed.code}`}`
    return failed({ place: project, cause, cure })
  }
  const folder = findAddonPackage(root)
  if (folder !== null && versionOf(folder) === version) return succeeded(folder)
  return failed({ place: project, cause: `npm reported success, yet ${wanted} is not in node_modules`, cure })
}

function versionOf(folder: string): string {
  return String(JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')).version)
}
