import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve, sep } from 'node:path'
import { operationRules } from '../compiler/graph/shapes.js'
import type { LanguageHost } from '../lang/host.js'
import { type PeekOptions, peekData } from './data/peek.js'
import { packageRoot } from './packaging/locations.js'
import { errorCode } from './store/files.js'

const SUFFIX = '.hgq'
const LIBRARY = 'std/'

/**
 * The language's view of the file system: pipeline files below `folder`, and the standard library of this package.
 * Modules are named by their path relative to `folder`, with forward slashes, so that messages and artifacts are the same
 * on every machine. Shapes of data come from the headers of the files where they are there, `options.cacheFolder` holding
 * the downloaded ones.
 */
export function languageHost(folder: string = process.cwd(), options: PeekOptions = {}): LanguageHost {
  const root = resolve(folder)
  const library = join(packageRoot, 'stdlib')
  return {
    readModule(specifier, importer) {
      if (specifier.startsWith(LIBRARY)) return readLibrary(library, specifier)
      const path = importer === '' ? resolve(root, specifier) : resolve(root, dirname(importer), specifier)
      const text = readText(path)
      return text === undefined ? undefined : { path: relative(root, path).split(sep).join('/'), text }
    },
    standardModules: () => libraryModules(library),
    peekData: (request) => peekData({ ...request, pipeline: resolve(root, request.pipeline) }, options),
    operations: operationRules,
  }
}

/** `std/layers` is `stdlib/layers.hgq`; nothing outside the folder can be named. */
function readLibrary(library: string, specifier: string): { readonly path: string; readonly text: string } | undefined {
  const name = specifier.slice(LIBRARY.length)
  if (!/^[\w-]+(\/[\w-]+)*$/.test(name)) return undefined
  const text = readText(join(library, name + SUFFIX))
  return text === undefined ? undefined : { path: specifier, text }
}

function readText(path: string): string | undefined {
  try {
    // A byte order mark would be the first character of the text.
    return readFileSync(path, 'utf8').replace(/^\uFEFF/, '')
  } catch (error) {
    if (['ENOENT', 'ENOTDIR', 'EISDIR'].includes(errorCode(error) ?? '')) return undefined
    throw error
  }
}

function libraryModules(library: string): readonly string[] {
  return readdirSync(library, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith(SUFFIX))
    .map((path) => LIBRARY + path.slice(0, -SUFFIX.length).split(sep).join('/'))
    .filter((name) => name !== `${LIBRARY}prelude`)
    .sort()
}
