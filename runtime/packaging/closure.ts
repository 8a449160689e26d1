import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, sep } from 'node:path'
import { ACTION_KINDS, type ActionKind } from '../../compiler/plan/action.js'
import { digestOf } from '../store/digest.js'

/** What decides the results of a kind of action beside its inputs: code of this package, and packages by name. */
export interface CodeIdentity {
  readonly code: string
  readonly packages: readonly string[]
}

export type CodeIdentities = Readonly<Record<ActionKind, CodeIdentity>>

/**
 * The identity of every kind of action: the SHA-256 over all modules that `actions/<kind>` imports, directly or not, the
 * WebAssembly that they load, and the templates beside them. So a changed implementation never gives a stale hit, and a change elsewhere costs
 * nothing. `root` holds the modules, compiled or not; `assets` the templates.
 */
export function codeIdentities(root: string, assets: string): CodeIdentities {
  const entries = ACTION_KINDS.map(
    (kind) => [kind, identityOf(`runtime/execute/actions/${kind}`, root, assets)] as const,
  )
  return Object.fromEntries(entries) as Record<ActionKind, CodeIdentity>
}

function identityOf(entry: string, root: string, assets: string): CodeIdentity {
  const modules = new Map<string, string>()
  const packages = new Set<string>()
  const visit = (path: string): void => {
    const name = relative(root, path).split(sep).join('/')
    // Messages appear in no artifact, and failures are not stored.
    if (modules.has(name) || name.startsWith('lang/diagnostics/')) return
    if (name.endsWith('.wasm')) {
      modules.set(name, kernelsAt(path))
      return
    }
    const text = readFileSync(path, 'utf8')
    modules.set(name, text)
    for (const specifier of importsOf(text)) {
      if (specifier.startsWith('.')) visit(resolveModule(dirname(path), specifier))
      else if (!specifier.startsWith('node:')) packages.add(packageName(specifier))
    }
  }
  visit(resolveModule(root, `./${entry}.js`))
  // Templates belong to the emitter beside them.
  const emitters = [...modules.keys()].filter((name) => name.startsWith('targets/'))
  for (const folder of new Set(emitters.map((name) => `${dirname(name)}/templates`))) {
    for (const template of templatesOf(join(assets, folder))) {
      modules.set(`${folder}/${template}`, readFileSync(join(assets, folder, template), 'utf8'))
    }
  }
  // So do the C++ headers that a module hands to a compiler.
  for (const [module, folder] of Object.entries(HEADERS)) {
    if (!modules.has(`${module}.js`) && !modules.has(`${module}.ts`)) continue
    for (const header of readdirSync(join(assets, folder)).sort()) {
      modules.set(`${folder}/${header}`, readFileSync(join(assets, folder, header), 'utf8'))
    }
  }
  const sorted = [...modules].sort(([a], [b]) => (a < b ? -1 : 1))
  return { code: digestOf(JSON.stringify(sorted)), packages: [...packages].sort() }
}

/** Folders of headers by the module that names them. */
const HEADERS: Readonly<Record<string, string>> = { 'runtime/tools/hls-headers': 'test/standins/hls' }

const STATIC = /(?:^|\n)\s*(?:import|export)\s+(?!type\b)(?:[^'";]*?\bfrom\s*)?['"]([^'"\n]+)['"]/g
const DYNAMIC = /\bimport\(\s*['"]([^'"\n]+)['"]\s*\)/g
/** Workers and kernels that a module names relative to itself. */
const BESIDE = /\bnew URL\(\s*['"](\.[^'"\n]+\.(?:js|wasm))['"]\s*,\s*import\.meta\.url\s*\)/g

/** Specifiers of what a module loads; imports of types alone are not among them. */
export function importsOf(text: string): readonly string[] {
  return [STATIC, DYNAMIC, BESIDE].flatMap((pattern) => [...text.matchAll(pattern)].map((match) => match[1] ?? ''))
}

/** `./x.js` is compiled `x.js`, or `x.ts` when running from source. Throws when there is neither. */
function resolveModule(folder: string, specifier: string): string {
  const path = join(folder, specifier)
  if (existsSync(path) || path.endsWith('.wasm')) return path
  const source = path.replace(/\.js$/, '.ts')
  if (existsSync(source)) return source
  throw new Error(`${folder} imports ${specifier}, which is not there`)
}

/** The bytes of a WebAssembly module; when running from source, where there is none, the sources beside it. */
function kernelsAt(path: string): string {
  if (existsSync(path)) return readFileSync(path, 'base64')
  const folder = join(dirname(path), 'assembly')
  if (!existsSync(folder)) throw new Error(`${path} is not there, nor are its sources`)
  const sources = readdirSync(folder).sort()
  return JSON.stringify(sources.map((name) => [name, readFileSync(join(folder, name), 'utf8')]))
}

/** Templates in a folder and below it, by relative path with slashes, in order. */
export function templatesOf(folder: string): readonly string[] {
  if (!existsSync(folder)) return []
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  return files
    .map((file) => file.split(sep).join('/'))
    .filter((file) => file.endsWith('.njk'))
    .sort()
}

/** `@scope/name/file` is of the package `@scope/name`. */
function packageName(specifier: string): string {
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/')
}
