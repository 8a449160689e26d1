import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { ActionKind } from '../../compiler/plan/action.js'
import { digestOf } from '../store/digest.js'
import { type CodeIdentities, codeIdentities } from './closure.js'
import { codeRoot, packageRoot, runsFromSource } from './locations.js'

/** The fingerprint of the code of each kind of action, with the versions of the packages as installed here. */
export type Fingerprints = (kind: ActionKind) => string

/** Those of the running program: written with the package, or computed when it runs from source. */
export function ownFingerprints(): Fingerprints {
  let identities: CodeIdentities | undefined
  const versions = new Map<string, string>()
  return (kind) => {
    identities ??= loadIdentities()
    const { code, packages } = identities[kind]
    const lines = packages.map((name) => {
      const version = versions.get(name) ?? installedVersion(name)
      versions.set(name, version)
      return `${name}@${version}`
    })
    return digestOf([code, ...lines].join('\n'))
  }
}

function loadIdentities(): CodeIdentities {
  if (runsFromSource) return codeIdentities(codeRoot, packageRoot)
  // Written by `fingerprint.ts` of the same version of the package.
  return JSON.parse(readFileSync(join(codeRoot, 'fingerprints.json'), 'utf8')) as CodeIdentities
}

/** `absent` for an optional package that is not installed. */
function installedVersion(name: string): string {
  for (let folder = packageRoot; ; folder = dirname(folder)) {
    const manifest = join(folder, 'node_modules', name, 'package.json')
    if (existsSync(manifest)) return String(JSON.parse(readFileSync(manifest, 'utf8')).version)
    if (folder === dirname(folder)) return 'absent'
  }
}
