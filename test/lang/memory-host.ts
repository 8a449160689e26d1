import { readdirSync, readFileSync } from 'node:fs'
import { join, posix } from 'node:path'
import { operationRules } from '../../compiler/graph/shapes.js'
import type { LanguageHost } from '../../lang/host.js'
import { packageRoot } from '../paths.js'

const standard: ReadonlyMap<string, string> = readStandardLibrary()

/** Modules of the real standard library by specifier, e.g. `std/layers`. */
function readStandardLibrary(): ReadonlyMap<string, string> {
  const folder = join(packageRoot, 'stdlib')
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.hgq'))
  return new Map(
    files
      .map((file) => file.replaceAll('\\', '/'))
      .sort()
      .map((file) => [`std/${file.slice(0, -'.hgq'.length)}`, readFileSync(join(folder, file), 'utf8')]),
  )
}

/** A host whose files are in memory, by path, with the real standard library. Tests may replace parts of it. */
export function memoryHost(files: Readonly<Record<string, string>>, changes: Partial<LanguageHost> = {}): LanguageHost {
  return {
    readModule(specifier, importer) {
      const library = standard.get(specifier)
      if (library !== undefined) return { path: specifier, text: library }
      const path = posix.join(posix.dirname(importer), specifier)
      const text = files[path]
      return text === undefined ? undefined : { path, text }
    },
    standardModules: () => [...standard.keys()],
    operations: operationRules,
    ...changes,
  }
}
