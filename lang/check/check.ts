import type { Diagnostic } from '../diagnostics/diagnostic.js'
import { joinRepeated } from '../diagnostics/joined.js'
import { LineTable } from '../diagnostics/lines.js'
import type { LanguageHost } from '../host.js'
import type { ModuleContext, ProgramContext } from './context.js'
import { checkDeclaration } from './declarations.js'
import { withoutFollowUps } from './follow-ups.js'
import { loadModules } from './modules.js'
import { placeStatements } from './places.js'
import { reportRecursion } from './recursion.js'
import type { CheckedModule, CheckedProgram } from './result.js'
import { declareImports, declareOwn } from './scope.js'
import { reportUnresolved } from './unknown-name.js'
import { reportUnusedLocals, reportUnusedNames } from './unused.js'

/**
 * Parses and checks the file `entry`, everything it imports, and the prelude: names, arguments, types, units.
 * Never throws for anything that a file may contain; throws when the host has neither the entry nor the prelude.
 */
export function checkProgram(entry: string, host: LanguageHost): CheckedProgram {
  const loaded = loadModules(entry, host)
  const modules = loaded.byPath
  const program: ProgramContext = {
    host,
    modules,
    prelude: loaded.prelude,
    signatures: new Map(),
    constants: new Map(),
    uses: [],
    unresolved: [],
    bodies: [],
    places: new Set([...modules.values()].flatMap(placeStatements).map((statement) => statement.name.name)),
    standardExports: undefined,
  }
  for (const module of modules.values()) declareOwn(module)
  for (const module of modules.values()) declareImports(module)
  for (const module of modules.values()) {
    for (const declaration of module.ast.declarations) checkDeclaration(declaration, program, module)
  }
  reportRecursion(program)
  for (const { env, span } of program.bodies) reportUnusedLocals(env, span)
  for (const module of modules.values()) reportUnusedNames(program, module)
  // Last: what is unused may be what an unknown name meant.
  reportUnresolved(program)
  const others = [...modules.values()].filter((module) => module !== loaded.entry)
  return {
    entry: loaded.entry.path,
    modules: new Map([...modules].map(([path, module]) => [path, checkedModule(module)])),
    prelude: checkedModule(loaded.prelude),
    diagnostics: [loaded.entry, ...others].flatMap(inSourceOrder),
  }
}

function checkedModule(module: ModuleContext): CheckedModule {
  const { path, text, ast, scope, references, calls, types } = module
  const declarations = new Map(
    [...scope.values].flatMap(([name, { target, imported }]) =>
      target === undefined || imported !== undefined ? [] : [[name, target.declaration] as const],
    ),
  )
  return { path, text, ast, declarations, metrics: scope.metrics, references, calls, types }
}

/** The messages of one file in the order of their places, each once, without what follows from another one. */
function inSourceOrder(module: ModuleContext): readonly Diagnostic[] {
  const seen = new Set<string>()
  const once = [...withoutFollowUps(module)]
    .sort((a, b) => (a.span?.start ?? 0) - (b.span?.start ?? 0))
    .filter((diagnostic) => {
      const key = `${diagnostic.code} ${diagnostic.span?.start} ${diagnostic.span?.end} ${diagnostic.message}`
      return !seen.has(key) && seen.add(key)
    })
  return once.length < 2 ? once : joinRepeated(once, new LineTable(module.text))
}
