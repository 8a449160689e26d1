import type { Diagnostic } from '../diagnostics/diagnostic.js'
import { importCircle, unknownModule } from '../diagnostics/messages/check-names.js'
import { notText } from '../diagnostics/messages/syntax-tokens.js'
import type { LanguageHost } from '../host.js'
import type { SourceFile } from '../source.js'
import { nearest } from '../suggest.js'
import type { Import } from '../syntax/ast.js'
import { parseModule } from '../syntax/parse.js'
import type { ModuleContext } from './context.js'

export const PRELUDE = 'std/prelude'

/** The files of a program, parsed, with what they import; names are not looked at yet. */
export interface LoadedModules {
  readonly entry: ModuleContext
  readonly prelude: ModuleContext
  /** Imported ones before those that import them, the prelude first. */
  readonly byPath: Map<string, ModuleContext>
}

/**
 * Loads `entry`, what it imports, directly or not, and the prelude. Modules that are missing and imports that go round
 * in a circle are reported where the import stands.
 * Throws when the host knows neither the entry nor the prelude: both are the caller's to provide.
 */
export function loadModules(entry: string, host: LanguageHost): LoadedModules {
  const loader = new Loader(host)
  const preludeSource = host.readModule(PRELUDE, entry)
  if (preludeSource === undefined) throw new Error(`the host has no module "${PRELUDE}"`)
  const prelude = loader.load(preludeSource)
  const entrySource = host.readModule(entry, '')
  if (entrySource === undefined) throw new Error(`the host has no module "${entry}"`)
  return { entry: loader.load(entrySource), prelude, byPath: loader.finished }
}

class Loader {
  readonly finished = new Map<string, ModuleContext>()
  /** The chain of imports that is being followed, from the entry. */
  readonly #open: { readonly module: ModuleContext; importedBy: Import | undefined }[] = []
  readonly #host: LanguageHost

  constructor(host: LanguageHost) {
    this.#host = host
  }

  load(source: SourceFile, importedBy?: Import): ModuleContext {
    const done = this.finished.get(source.path)
    if (done !== undefined) return done
    const imports = new Map<string, ModuleContext>()
    const module = parseToContext(source, imports)
    this.#open.push({ module, importedBy })
    for (const statement of module.ast.imports) this.#follow(statement, module, imports)
    this.#open.pop()
    this.finished.set(source.path, module)
    return module
  }

  #follow(statement: Import, importer: ModuleContext, imports: Map<string, ModuleContext>): void {
    const specifier = statement.from.value
    if (specifier === '') return
    const source = this.#host.readModule(specifier, importer.path)
    if (source === undefined) {
      importer.diagnostics.push(
        unknownModule({
          specifier,
          span: statement.from.span,
          nearest: moduleMeant(specifier, this.#host.standardModules()),
          standard: this.#host.standardModules(),
        }),
      )
      return
    }
    const start = this.#open.findIndex((open) => open.module.path === source.path)
    if (start < 0) {
      imports.set(specifier, this.load(source, statement))
      return
    }
    const circle = this.#open.slice(start)
    const first = circle[0]
    if (first !== undefined) imports.set(specifier, first.module)
    importer.diagnostics.push(
      importCircle({
        span: statement.from.span,
        paths: [...circle.map((open) => open.module.path), source.path],
        others: circle.flatMap((open) =>
          open.importedBy === undefined || open === first ? [] : [open.importedBy.from.span],
        ),
      }),
    )
  }
}

/** `layers`, `std.layers`, `std/layers.hgq`: the module of the standard library that was probably meant. */
function moduleMeant(specifier: string, standard: readonly string[]): string | undefined {
  const bare = specifier.replace(/^(?:\.?\/|std[/.])+|\.hgq$/g, '')
  return (
    standard.find((name) => name === `std/${bare}`) ?? nearest(specifier, standard) ?? nearest(`std/${bare}`, standard)
  )
}

/**
 * Trees of the standard library by path, for the text they were made of: it is the same for every program, and an editor
 * checks at every key. Trees are never changed, so they can be shared.
 */
const standardTrees = new Map<string, { readonly text: string; readonly parsed: ReturnType<typeof parseModule> }>()

function parse(source: SourceFile): ReturnType<typeof parseModule> {
  // Of a data file or a program taken for a pipeline, every byte would be a mistake of its own.
  if (source.text.includes('\0'))
    return { ...parseModule({ ...source, text: 'hgq 1\n' }), diagnostics: [notText({ file: source.path })] }
  if (!source.path.startsWith('std/')) return parseModule(source)
  const known = standardTrees.get(source.path)
  if (known?.text === source.text) return known.parsed
  const parsed = parseModule(source)
  standardTrees.set(source.path, { text: source.text, parsed })
  return parsed
}

/** A file by itself, parsed, with nothing known about its names. */
export function parseToContext(
  source: SourceFile,
  imports: ReadonlyMap<string, ModuleContext> = new Map(),
): ModuleContext {
  const { ast, diagnostics } = parse(source)
  const syntaxErrors: readonly Diagnostic[] = diagnostics.filter((diagnostic) => diagnostic.severity === 'error')
  return {
    path: source.path,
    text: source.text,
    ast,
    standard: source.path.startsWith('std/'),
    syntaxErrors,
    scope: { values: new Map(), metrics: new Map(), types: new Map(), schemas: new Map() },
    references: new Map(),
    calls: new Map(),
    types: new Map(),
    diagnostics: [...diagnostics],
    reportedNames: new Set(),
    imports,
  }
}
