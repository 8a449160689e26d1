// Run after the compiler: writes `dist/fingerprints.json`, so that a build need not hash the program each time.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { codeIdentities } from './closure.js'
import { codeRoot, packageRoot } from './locations.js'

const identities = codeIdentities(codeRoot, packageRoot)
writeFileSync(join(codeRoot, 'fingerprints.json'), `${JSON.stringify(identities, null, 2)}\n`)
