import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The folder that holds package.json, whether a test runs from source or from `dist/`. */
export const packageRoot: string = findPackageRoot(dirname(fileURLToPath(import.meta.url)))

function findPackageRoot(folder: string): string {
  return existsSync(join(folder, 'package.json')) ? folder : findPackageRoot(dirname(folder))
}

/** A file of the shared test data beside the checkout, or null where it is absent (the test then skips and says so). */
export function sharedFile(path: string): string | null {
  const full = join(packageRoot, '..', 'shared', path)
  return existsSync(full) ? full : null
}
