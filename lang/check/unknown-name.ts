import { unknownName } from '../diagnostics/messages/check.js'
import {
  missingImport,
  outsideItsLoop,
  unknownMember,
  unknownText,
  usedTooEarly,
  wordOutOfPlace,
} from '../diagnostics/messages/check-names.js'
import { meantBy } from '../habits.js'
import { hintForName } from '../hints.js'
import type { Span } from '../source.js'
import type { Identifier, ImportedName, NameExpression } from '../syntax/ast.js'
import { isAssignable } from './assign.js'
import { choicesFor } from './choices.js'
import { constantType } from './constants.js'
import {
  type Env,
  type FileName,
  fail,
  hasBrokenImport,
  isInBrokenBody,
  isInBrokenText,
  type ModuleContext,
  type ProgramContext,
  report,
} from './context.js'
import { expectsMetric } from './expressions/callees.js'
import { findLocal, localNames } from './locals.js'
import { STANDARD_PLACES } from './result.js'
import { findFileName } from './scope.js'
import { signatureOf } from './signatures.js'
import { standardModuleOf, standardNames } from './standard-names.js'
import { membersOf, wordsExpected } from './type-text.js'
import { optionsOf, type Type, unknownType } from './types.js'

/**
 * Reports a bare name that means nothing here, in the most helpful way: it is no member of the enumeration that is
 * expected; it is defined later, or lives in a loop; a standard module exports it; a text was meant; it is misspelt.
 */
export function reportUnknownName(
  expression: NameExpression,
  env: Env,
  expected: Type | undefined,
  { called = false }: { readonly called?: boolean } = {},
): Type {
  const { name, span } = expression
  if (isInBrokenText(env.module, name)) return unknownType
  const members = membersOf(expected ?? unknownType)
  const isPlace = optionsOf(expected ?? unknownType).some((option) => option.kind === 'place')
  const special = isPlace ? [...members, ...STANDARD_PLACES.keys(), ...env.places.keys()] : members
  const isBool = optionsOf(expected ?? unknownType).some((option) => option.kind === 'bool')
  const usable = [...(isBool ? ['true', 'false'] : []), ...usableNames(env, expected)]
  const inBody = env.bodyNames.get(name)
  if (inBody !== undefined) {
    for (const local of env.locals.all) if (local.name === name) local.used = true
    const isLater = inBody.span.start > span.start
    return fail(
      env,
      isLater
        ? usedTooEarly({ name, span, definition: inBody.span })
        : outsideItsLoop({ name, span, definition: inBody.span }),
    )
  }
  const renamed = importedAs(name, env.module)
  if (renamed !== undefined) {
    // Its other name was taken, which is reported.
    if (env.module.scope.values.get(renamed.local.name)?.imported !== renamed) return unknownType
    const definition = renamed.local.span
    return fail(env, unknownName({ name, span, nearest: renamed.local.name, definition }))
  }
  const from = standardModuleOf(name, env.program)
  if (from !== undefined && from !== env.module.path) {
    if (hasBrokenImport(env.module)) return unknownType
    // One import cures all uses.
    if (env.module.reportedNames.has(name)) return unknownType
    env.module.reportedNames.add(name)
    const statement = env.module.ast.imports.find((candidate) => candidate.from.value === from)
    const insertion = importInsertion(env.module, from, name)
    return fail(env, missingImport({ name, span, from, insertion, statement: statement?.span }))
  }
  if (special.length > 0) {
    const found = meantBy(name, [...special, ...usable])
    const what = wordsExpected(expected ?? unknownType)
    return fail(env, unknownMember({ name, span, what, members: special, nearest: found }))
  }
  const owner = ownerOfWord(name, env)
  if (owner !== undefined) return fail(env, wordOutOfPlace({ name, span, owner }))
  const found = meantBy(name, fitting(usable, env, expected))
  if (found === undefined && !called && expectsText(expected)) return fail(env, unknownText({ name, span }))
  env.program.unresolved.push({ name, span, nearest: found, env, expected })
  return unknownType
}

/**
 * Reports the names that mean nothing, once everything is checked: with the one thing nearby that nothing uses, which
 * may have been renamed.
 */
export function reportUnresolved(program: ProgramContext): void {
  const told = new Map<ModuleContext, Set<string>>()
  for (const { name, span, nearest: found, env, expected } of program.unresolved) {
    if (env.module.reportedNames.has(name)) continue
    if (found !== undefined) {
      // Each use is spelt anew; `joinRepeated` makes one message of those that mean the same thing.
      report(env, unknownName({ name, span, nearest: found, definition: definitionOf(found, env)?.span }))
      continue
    }
    // That it can be no name is told already.
    if (/[^A-Za-z0-9_]/.test(name)) continue
    // To declare it once cures all uses.
    const names = told.get(env.module) ?? new Set()
    told.set(env.module, names)
    if (names.has(name) || env.module.ast.lostName === true || isInBrokenBody(env)) continue
    names.add(name)
    const hint = hintForName(name)
    const exported = hint === undefined ? exportMeant(name, program) : undefined
    const isTold = hint !== undefined || exported !== undefined
    const unused = isTold ? undefined : soleUnused(env, expected)
    const choices = isTold || unused !== undefined ? undefined : choicesFor(expected, env)
    report(env, unknownName({ name, span, unused, exported, hint, choices }))
  }
}

function definitionOf(name: string, env: Env): Identifier | undefined {
  return findLocal(env.locals, name)?.definition ?? env.module.scope.values.get(name)?.definition
}

/** The one local or name of the file that could stand here and that nothing uses; undefined when there are several. */
function soleUnused(env: Env, expected: Type | undefined): Identifier | undefined {
  const locals = env.locals.all.filter((local) => !local.used && isAssignable(local.type, expected ?? unknownType))
  if (locals.length > 0) return locals.length === 1 ? locals[0]?.definition : undefined
  let sole: FileName | undefined
  for (const name of env.module.scope.values.values()) {
    if (name.used || !couldBe(name, env, expected)) continue
    if (sole !== undefined) return undefined
    sole = name
  }
  return sole?.definition
}

/** Whether a name of the file means something that may stand where `expected` is. */
export function couldBe({ target }: FileName, env: Env, expected: Type | undefined): boolean {
  if (target === undefined || target.declaration.kind === 'build') return false
  const type =
    target.declaration.kind === 'let'
      ? constantType(env.program, target.module, target.declaration)
      : signatureOf(env.program, target.module, target.declaration)?.result
  return type !== undefined && isAssignable(type, expected ?? unknownType)
}

/** The enumeration that has the member `name`, or `place`. */
function ownerOfWord(name: string, env: Env): string | undefined {
  if (STANDARD_PLACES.has(name) || env.places.has(name)) return 'place'
  for (const type of env.program.prelude.scope.types.values()) {
    if (type.what === 'enum' && type.members.some((member) => member.name === name)) return type.name.name
  }
  return undefined
}

function expectsText(expected: Type | undefined): boolean {
  return expected !== undefined && optionsOf(expected).some((option) => option.kind === 'string')
}

function usableNames(env: Env, expected: Type | undefined): readonly string[] {
  const metrics = expectsMetric(expected) ? env.program.prelude.scope.metrics.keys() : []
  return [
    ...localNames(env.locals),
    ...metrics,
    ...env.module.scope.values.keys(),
    ...env.program.prelude.scope.values.keys(),
  ]
}

/** The names that can stand where a declaration of some kind is expected; all where anything else is. */
function fitting(names: readonly string[], env: Env, expected: Type | undefined): readonly string[] {
  if (expected === undefined || !optionsOf(expected).every(({ kind }) => kind === 'declared')) return names
  return names.filter((name) => {
    const known = findFileName(env.program, env.module, name)
    return known === undefined || known.target === undefined || couldBe(known, env, expected)
  })
}

/** The import that gives `name` another name here. */
function importedAs(name: string, module: ModuleContext): ImportedName | undefined {
  return module.ast.imports.flatMap(({ names }) => names).find((each) => each.name.name === name)
}

/** What the standard library exports that `name` was probably meant to be. */
function exportMeant(name: string, program: ProgramContext): { name: string; from: string } | undefined {
  const names = standardNames(program)
  const meant = meantBy(name, names.keys())
  const from = meant === undefined ? undefined : names.get(meant)
  return meant === undefined || from === undefined ? undefined : { name: meant, from }
}

interface Insertion {
  readonly span: Span
  readonly text: string
}

/** The edit that imports `name`: into the braces of an import of the same module, or as a line of its own. */
function importInsertion(module: ModuleContext, from: string, name: string): Insertion {
  const at = (offset: number, text: string): Insertion => ({
    span: { file: module.path, start: offset, end: offset },
    text,
  })
  const same = module.ast.imports.find((statement) => statement.from.value === from)
  const lastName = same?.names.at(-1)
  if (lastName !== undefined) return at(lastName.span.end, `, ${name}`)
  const line = `import "${from}" { ${name} }`
  const lastImport = module.ast.imports.at(-1)
  if (lastImport !== undefined) return at(lastImport.span.end, `\n${line}`)
  const version = module.ast.version
  return version === undefined ? at(0, `${line}\n`) : at(version.span.end, `\n\n${line}`)
}
