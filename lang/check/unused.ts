import { unusedDeclaration, unusedImport, unusedLet } from '../diagnostics/messages/check-names.js'
import type { Span } from '../source.js'
import type { Import, ImportedName } from '../syntax/ast.js'
import { type Env, hasErrorIn, type ModuleContext, type ProgramContext, report } from './context.js'
import { kindText } from './signatures.js'

/** Warns of each `let` and `share` of a body that nothing reads, unless something else is wrong in the body. */
export function reportUnusedLocals(env: Env, body: Span): void {
  if (hasErrorIn(env, body)) return
  for (const local of env.locals.all) {
    if (local.used) continue
    if (local.role !== 'let' && local.role !== 'share') continue
    report(env, unusedLet({ name: local.name, span: local.definition.span }))
  }
}

/**
 * Warns of what the file never uses. A file without a `build` is a library or a draft: what it imports or declares may
 * be for later, so only its constants are looked at.
 */
export function reportUnusedNames(program: ProgramContext, module: ModuleContext): void {
  // A name that is misspelt where it is used is not unused as well.
  if (hasErrorIn({ program, module }, module.ast.span)) return
  const isPipeline = module.ast.declarations.some((declaration) => declaration.kind === 'build')
  for (const [name, { definition, imported, target, used }] of module.scope.values) {
    if (used) continue
    if (imported !== undefined) {
      if (isPipeline && target !== undefined)
        report({ module }, unusedImport({ name, span: definition.span, edit: removal(module, imported) }))
      continue
    }
    const declaration = target?.declaration
    if (declaration === undefined || declaration.exported || declaration.kind === 'extern') continue
    if (declaration.kind === 'let') report({ module }, unusedLet({ name, span: definition.span }))
    else if (isPipeline && declaration.kind !== 'build') {
      report({ module }, unusedDeclaration({ name, kind: kindText(declaration), span: definition.span }))
    }
  }
}

/** What to delete so that `name` is no longer imported: it with a comma, or the whole import. */
function removal(module: ModuleContext, name: ImportedName): Span {
  const statement = module.ast.imports.find((candidate) => candidate.names.includes(name))
  return statement === undefined || statement.names.length < 2
    ? (statement?.span ?? name.span)
    : withComma(statement, name)
}

function withComma(statement: Import, name: ImportedName): Span {
  const index = statement.names.indexOf(name)
  const next = statement.names[index + 1]
  const previous = statement.names[index - 1]
  const start = next === undefined && previous !== undefined ? previous.span.end : name.span.start
  return { file: name.span.file, start, end: next === undefined ? name.span.end : next.span.start }
}
