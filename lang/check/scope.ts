import {
  alreadyNamed,
  externOutsideLibrary,
  importOfPrivate,
  notExported,
} from '../diagnostics/messages/check-names.js'
import { meantBy } from '../habits.js'
import type { Declaration, Identifier, ImportedName } from '../syntax/ast.js'
import { type FileName, type ModuleContext, type ProgramContext, report } from './context.js'
import { PRELUDE } from './modules.js'
import type { Reference } from './result.js'

/** Enters what `module` declares itself into its name spaces. Names of values are unique whatever the kind. */
export function declareOwn(module: ModuleContext): void {
  for (const declaration of module.ast.declarations) {
    if (declaration.kind === 'extern') {
      if (!module.standard) report({ module }, externOutsideLibrary({ span: declaration.name.span }))
      if (declareExtern(module, declaration)) continue
    }
    enter(module, { definition: declaration.name, target: { module, declaration }, imported: undefined, used: false })
  }
}

/** True when the declaration has a name space of its own. */
function declareExtern(module: ModuleContext, declaration: Extract<Declaration, { kind: 'extern' }>): boolean {
  const { scope } = module
  const name = declaration.name.name
  switch (declaration.what) {
    case 'enum':
    case 'type':
      scope.types.set(name, declaration)
      return true
    case 'metric':
      scope.metrics.set(name, declaration)
      return true
    case 'declaration':
      scope.schemas.set(name, declaration)
      return true
    default:
      return false
  }
}

/** Enters the imported names; every module of the program must have declared its own before. */
export function declareImports(module: ModuleContext): void {
  for (const statement of module.ast.imports) {
    const from = module.imports.get(statement.from.value)
    for (const name of statement.names) {
      const declaration = from === undefined ? undefined : exported(from, name, module)
      const target = from === undefined || declaration === undefined ? undefined : { module: from, declaration }
      if (target !== undefined) {
        const reference: Reference = {
          kind: 'declaration',
          module: target.module.path,
          declaration: target.declaration,
        }
        module.references.set(name.name, reference)
        module.references.set(name.local, reference)
      }
      enter(module, { definition: name.local, target, imported: name, used: false })
    }
  }
}

function exported(from: ModuleContext, name: ImportedName, importer: ModuleContext): Declaration | undefined {
  const wanted = name.name.name
  if (wanted === '') return undefined
  const own = from.scope.values.get(wanted)
  const declaration = own?.imported === undefined ? own?.target?.declaration : undefined
  if (declaration !== undefined && isExported(declaration, from)) return declaration
  if (declaration !== undefined) {
    report(
      { module: importer },
      importOfPrivate({ name: wanted, span: name.name.span, path: from.path, declared: declaration.name.span }),
    )
    return undefined
  }
  // What could not be read may well have been this name.
  if (from.syntaxErrors.length > 0) return undefined
  const candidates = exportedNames(from)
  const nearest = meantBy(wanted, candidates)
  // To mend the import cures its uses, too.
  if (nearest !== undefined) importer.reportedNames.add(nearest)
  report(
    { module: importer },
    notExported({ name: wanted, span: name.name.span, path: from.path, nearest, names: candidates }),
  )
  return undefined
}

function isExported(declaration: Declaration, module: ModuleContext): boolean {
  return declaration.exported || module.path === PRELUDE
}

/** Names that other files may import from `module`. */
export function exportedNames(module: ModuleContext): readonly string[] {
  return [...module.scope.values]
    .filter(
      ([, name]) =>
        name.imported === undefined && name.target !== undefined && isExported(name.target.declaration, module),
    )
    .map(([name]) => name)
}

function enter(module: ModuleContext, name: FileName): void {
  const text = name.definition.name
  if (text === '') return
  const first = module.scope.values.get(text)
  if (first === undefined) {
    module.scope.values.set(text, name)
    return
  }
  // Imports are entered last but stand first: the later one in the text is the one to complain about.
  const [earlier, later] = inOrder(first.definition, name.definition)
  report({ module }, alreadyNamed({ name: text, span: later.span, first: earlier.span }))
  first.used = true
}

function inOrder(a: Identifier, b: Identifier): readonly [Identifier, Identifier] {
  return a.span.start <= b.span.start ? [a, b] : [b, a]
}

/** What `name` means at the top of `module`: its own name, else that of the prelude. */
export function findFileName(program: ProgramContext, module: ModuleContext, name: string): FileName | undefined {
  return module.scope.values.get(name) ?? program.prelude.scope.values.get(name)
}
