import type { Diagnostic } from '../diagnostics/diagnostic.js'
import type { LanguageHost } from '../host.js'
import type { Span } from '../source.js'
import type {
  Declaration,
  EntryDeclaration,
  Expression,
  ExternEnum,
  ExternFunction,
  ExternType,
  Identifier,
  ImportedName,
  ModuleAst,
} from '../syntax/ast.js'
import { findLocal, type LocalScope } from './locals.js'
import type { BoundCall, PlaceStatement, Reference } from './result.js'
import type { Signature } from './signatures.js'
import { type Type, unknownType } from './types.js'

/** What the modules of one program share while they are checked. */
export interface ProgramContext {
  readonly host: LanguageHost
  /** By path, imported ones before those that import them. */
  readonly modules: Map<string, ModuleContext>
  readonly prelude: ModuleContext
  readonly signatures: Map<Declaration, Signature>
  /** Types of top-level `let`s; `open` while one is being worked out, which reveals a circle. */
  readonly constants: Map<Declaration, Type | 'open'>
  /** Calls of layers and architectures from the bodies of others. */
  readonly uses: Use[]
  /** Names of places that any loaded layer declares. */
  readonly places: Set<string>
  /** Names that mean nothing; reported when all is known, because a name that nothing uses may be what was meant. */
  readonly unresolved: Unresolved[]
  /** Bodies of layers and architectures, for the warnings about what they do not use. */
  readonly bodies: { readonly env: Env; readonly span: Span }[]
  /** Which standard modules export a name; worked out when a name is not found for the first time. */
  standardExports: Map<string, string> | undefined
}

/** `by` calls `of` at `span`. */
export interface Use {
  readonly by: Declaration
  readonly of: Declaration
  readonly span: Span
}

export interface Unresolved {
  readonly name: string
  readonly span: Span
  readonly nearest: string | undefined
  readonly env: Env
  readonly expected: Type | undefined
}

export interface ModuleContext {
  readonly path: string
  readonly text: string
  readonly ast: ModuleAst
  /** Of the standard library. */
  readonly standard: boolean
  readonly syntaxErrors: readonly Diagnostic[]
  readonly scope: FileScope
  readonly references: Map<Expression | Identifier, Reference>
  readonly calls: Map<Expression | EntryDeclaration, BoundCall>
  readonly types: Map<Expression, Type>
  readonly diagnostics: Diagnostic[]
  /** Names of which it is reported that they are not imported, or not defined: one cure for all uses. */
  readonly reportedNames: Set<string>
  /** Modules it imports, by specifier; those that could not be loaded are absent. */
  readonly imports: ReadonlyMap<string, ModuleContext>
}

/** The names of one file, in four name spaces; only the first is open to files outside the standard library. */
export interface FileScope {
  readonly values: Map<string, FileName>
  readonly metrics: Map<string, ExternFunction>
  readonly types: Map<string, ExternEnum | ExternType>
  /** Entries that a declaration of some kind has. */
  readonly schemas: Map<string, ExternFunction>
}

export interface FileName {
  /** Where this file introduces the name: the declaration's name, or that in the import. */
  readonly definition: Identifier
  /** Undefined when an import failed, which has been reported. */
  readonly target: { readonly module: ModuleContext; readonly declaration: Declaration } | undefined
  readonly imported: ImportedName | undefined
  used: boolean
}

/** Where an expression stands. */
export interface Env {
  readonly program: ProgramContext
  readonly module: ModuleContext
  readonly locals: LocalScope
  /** The declaration around it. */
  readonly owner: Declaration | undefined
  /** True inside the body of a layer or an architecture, where tensors live. */
  readonly inBody: boolean
  /** Places that the enclosing layer declares. */
  readonly places: ReadonlyMap<string, PlaceStatement>
  /** Names that the body introduces anywhere, to explain one that is used too early or outside its loop. */
  readonly bodyNames: ReadonlyMap<string, Identifier>
}

/** Adds to the messages of the module that is checked. */
export function report(env: { readonly module: ModuleContext }, diagnostic: Diagnostic): void {
  env.module.diagnostics.push(diagnostic)
}

/** Reports, and gives the type that silences whatever depends on it. */
export function fail(env: { readonly module: ModuleContext }, diagnostic: Diagnostic): Type {
  report(env, diagnostic)
  return unknownType
}

/** Whether the parser already complained inside `span`, so that what seems missing there may just be unreadable. */
export function hasSyntaxErrorIn(module: ModuleContext, span: Span): boolean {
  const touches = (other: Span | undefined): boolean =>
    other !== undefined && other.start <= span.end && other.end >= span.start
  return module.syntaxErrors.some((error) => touches(error.span)) || (module.ast.broken ?? []).some(touches)
}

/** Whether something is wrong inside `span`; what seems missing or unused there may then be a consequence of it. */
export function hasErrorIn(
  env: { readonly program: ProgramContext; readonly module: ModuleContext },
  span: Span,
): boolean {
  const isInside = (other: Span | undefined): boolean =>
    other !== undefined && other.file === span.file && other.start <= span.end && other.end >= span.start
  return (
    hasSyntaxErrorIn(env.module, span) ||
    env.module.diagnostics.some((diagnostic) => diagnostic.severity === 'error' && isInside(diagnostic.span)) ||
    env.program.unresolved.some((name) => isInside(name.span))
  )
}

/** Whether a statement of the body around could not be read: it may be what defines a name. */
export function isInBrokenBody(env: Env): boolean {
  const body = env.inBody ? env.owner?.span : undefined
  if (body === undefined) return false
  return (env.module.ast.broken ?? []).some(({ start, end }) => start <= body.end && end >= body.start)
}

/** Whether text that could not be read has the word `name`: it may define it there, or use it. */
export function isInBrokenText(module: ModuleContext, name: string): boolean {
  return (module.ast.broken ?? []).some(({ start, end }) => wordsOf(module.text.slice(start, end)).has(name))
}

/** Whether an import could not be read: names that are missing may be of it. */
export function hasBrokenImport({ ast, text }: ModuleContext): boolean {
  const lineOf = (offset: number): string => text.slice(text.lastIndexOf('\n', offset - 1) + 1).trimStart()
  return (ast.broken ?? []).some(({ start }) => /^(?:import|from|include|use)\b/.test(lineOf(start)))
}

function wordsOf(text: string): ReadonlySet<string> {
  return new Set(text.match(/[A-Za-z_]\w*/g) ?? [])
}

/** The local or the name of the file that `name` means at this place, for noting that it is used. */
export function findUsable(env: Env, name: string): { used: boolean } | undefined {
  return findLocal(env.locals, name) ?? env.module.scope.values.get(name)
}
