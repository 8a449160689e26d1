import {
  afterReturn,
  assignToUnknown,
  cannotRebind,
  inLoop,
  inputMissing,
  notAList,
  outputMissing,
  outputName,
  placeNameTaken,
  returnMissing,
  wrongBody,
} from '../diagnostics/messages/check-bodies.js'
import { nearest } from '../suggest.js'
import type { ArchitectureDeclaration, Identifier, LayerDeclaration, Statement } from '../syntax/ast.js'
import { isAssignable } from './assign.js'
import { type Env, hasErrorIn, isInBrokenBody, report } from './context.js'
import { coreOf, inferShared } from './expressions/calls.js'
import { expectType, inferType } from './expressions/expression.js'
import { markUsed } from './expressions/mark-used.js'
import { declareLocal } from './local-names.js'
import { findLocal, innerScope, localNames } from './locals.js'
import { placeChain, reportUnknownPlace } from './places.js'
import { type PlaceStatement, STANDARD_PLACES } from './result.js'
import { typeText } from './type-text.js'
import { fixedPointType, intType, type Type, tensorType, unknownType } from './types.js'

type Of<Kind extends Statement['kind']> = Extract<Statement, { kind: Kind }>
type BodyOwner = LayerDeclaration | ArchitectureDeclaration

/** Checks the body of a layer or an architecture, whose parameters are in `env` already. */
export function checkBody(owner: BodyOwner, env: Env): void {
  checkPlaces(owner, env)
  checkStatements(owner.body, owner, env, false)
  checkEnd(owner, env)
}

/** What a body must have; left alone when something is wrong in it, for that may be what is missing. */
function checkEnd(owner: BodyOwner, env: Env): void {
  if (owner.kind === 'architecture') checkOutputNames(owner, env)
  if (hasErrorIn(env, owner.span)) return
  const name = owner.name
  if (owner.kind === 'layer') {
    if (!contains(owner.body, 'return')) report(env, returnMissing({ name: name.name, span: name.span }))
    return
  }
  if (!contains(owner.body, 'input')) {
    const isEmpty = owner.body.length === 0
    report(env, inputMissing({ name: name.name, span: name.span, isEmpty }))
    if (isEmpty) return
  }
  if (!contains(owner.body, 'output')) report(env, outputMissing({ name: name.name, span: name.span }))
}

/** Names that the statements introduce, wherever they stand. */
export function namesOf(body: readonly Statement[], names = new Map<string, Identifier>()): Map<string, Identifier> {
  for (const statement of body) {
    const name = introducedBy(statement)
    if (name !== undefined && !names.has(name.name)) names.set(name.name, name)
    if (statement.kind === 'for') namesOf(statement.body, names)
  }
  return names
}

function introducedBy(statement: Statement): Identifier | undefined {
  switch (statement.kind) {
    case 'let':
      return statement.rebinds ? undefined : statement.name
    case 'for':
      return statement.variable
    case 'input':
    case 'share':
      return statement.name
    default:
      return undefined
  }
}

function contains(body: readonly Statement[], kind: Statement['kind']): boolean {
  return body.some(
    (statement) => statement.kind === kind || (statement.kind === 'for' && contains(statement.body, kind)),
  )
}

function checkStatements(body: readonly Statement[], owner: BodyOwner, env: Env, looped: boolean): void {
  let returned: Statement | undefined
  for (const statement of body) {
    if (returned !== undefined) report(env, afterReturn({ span: statement.span, returned: returned.span }))
    checkStatement(statement, owner, env, looped)
    if (statement.kind === 'return') returned ??= statement
  }
}

function checkStatement(statement: Statement, owner: BodyOwner, env: Env, looped: boolean): void {
  switch (statement.kind) {
    case 'let':
      if (statement.rebinds) checkRebinding(statement, env)
      else checkLet(statement, env)
      break
    case 'for':
      checkFor(statement, owner, env)
      break
    case 'share':
      checkShare(statement, env)
      break
    case 'return':
      belongs(statement, 'return', owner, env, looped)
      expectType(statement.value, tensorType, env, { text: 'what a layer returns' })
      break
    case 'input':
      belongs(statement, 'input', owner, env, looped)
      checkInput(statement, env)
      break
    case 'output':
      belongs(statement, 'output', owner, env, looped)
      expectType(statement.value, tensorType, env, { text: 'an output' })
      break
    case 'place':
      if (looped) report(env, inLoop({ what: 'place', span: statement.span }))
      break
  }
}

function belongs(
  statement: Statement,
  what: 'return' | 'input' | 'output',
  owner: BodyOwner,
  env: Env,
  looped: boolean,
): void {
  if ((what === 'return') !== (owner.kind === 'layer')) {
    report(env, wrongBody({ what, span: statement.span, owner: owner.kind, ownerSpan: owner.name.span }))
  } else if (looped) {
    report(env, inLoop({ what, span: statement.span }))
  }
}

function checkLet(statement: Of<'let'>, env: Env): void {
  const type = inferType(statement.value, env)
  declareLocal(env, { role: 'let', definition: statement.name, type }, 'let')
}

function checkRebinding(statement: Of<'let'>, env: Env): void {
  const { name, span } = statement.name
  const local = findLocal(env.locals, name)
  if (local === undefined) {
    assignNew(statement, env)
    return
  }
  env.module.references.set(statement.name, { kind: 'local', name, role: local.role, definition: local.definition })
  if (local.role === 'share' || local.role === 'loop') {
    report(env, cannotRebind({ name, role: local.role, span, definition: local.definition.span }))
    markUsed(statement.value, env)
    return
  }
  const type = expectType(statement.value, local.type, env, {
    text: `'${name}', by its first value,`,
    definition: local.definition.span,
  })
  // An empty list takes the type of what is put into it.
  if (local.type.kind === 'list' && local.type.element.kind === 'unknown' && isAssignable(type, local.type))
    local.type = type
}

/** A new value for a name without any: reported once, for from here on the name is known. */
function assignNew({ name, value }: Of<'let'>, env: Env): void {
  if (name.name === '') {
    inferType(value, env)
    return
  }
  const elsewhere = env.bodyNames.get(name.name)
  const unused = env.locals.all.filter((local) => !local.used && local.definition.span.end <= name.span.start)
  // What could not be read may be what defines it; and to define it cures all uses.
  env.module.reportedNames.add(name.name)
  if (elsewhere !== undefined || !isInBrokenBody(env))
    report(
      env,
      assignToUnknown({
        name: name.name,
        span: name.span,
        definition: elsewhere?.span,
        nearest: nearest(name.name, localNames(env.locals)),
        unused: elsewhere === undefined && unused.length === 1 ? unused[0]?.definition : undefined,
      }),
    )
  if (elsewhere === undefined) {
    declareLocal(env, { role: 'let', definition: name, type: unknownType })
    const declared = findLocal(env.locals, name.name)
    if (declared !== undefined) declared.used = true
  }
  const type = inferType(value, env)
  const declared = findLocal(env.locals, name.name)
  if (declared !== undefined) declared.type = type
}

function checkFor(statement: Of<'for'>, owner: BodyOwner, env: Env): void {
  const list = inferType(statement.list, env)
  const element = elementOf(list)
  if (element === undefined) {
    const { kind, span } = statement.list
    const isCount = list.kind === 'int' && (kind === 'name' || kind === 'number')
    const count = isCount ? env.module.text.slice(span.start, span.end) : undefined
    report(env, notAList({ span, type: typeText(list), count }))
  }
  const inner: Env = { ...env, locals: innerScope(env.locals) }
  declareLocal(inner, { role: 'loop', definition: statement.variable, type: element ?? unknownType })
  checkStatements(statement.body, owner, inner, true)
}

function elementOf(list: Type): Type | undefined {
  if (list.kind === 'unknown') return unknownType
  if (list.kind === 'range') return intType
  return list.kind === 'list' ? list.element : undefined
}

function checkShare(statement: Of<'share'>, env: Env): void {
  inferShared(statement.value, env)
  // No call is recorded where what stands there cannot be shared.
  const open = env.module.calls.get(coreOf(statement.value))?.arguments[0]?.parameter
  declareLocal(env, { role: 'share', definition: statement.name, type: tensorType, open })
}

function checkInput(statement: Of<'input'>, env: Env): void {
  for (const size of statement.shape) expectType(size, intType, env, { text: `a size of '${statement.name.name}'` })
  if (statement.type !== undefined) expectType(statement.type, fixedPointType, env, { text: 'what follows `as`' })
  declareLocal(env, { role: 'input', definition: statement.name, type: tensorType })
}

/** With several outputs each needs a name; the names of inputs and outputs become ports and must differ. */
function checkOutputNames(owner: ArchitectureDeclaration, env: Env): void {
  const outputs = owner.body.filter((statement) => statement.kind === 'output')
  const ports = new Map<string, Identifier>()
  for (const statement of owner.body) if (statement.kind === 'input') ports.set(statement.name.name, statement.name)
  for (const output of outputs) {
    if (output.name === undefined) {
      if (outputs.length > 1) report(env, outputName({ span: output.span, first: undefined, name: undefined }))
      continue
    }
    const first = ports.get(output.name.name)
    if (first !== undefined)
      report(env, outputName({ span: output.name.span, first: first.span, name: output.name.name }))
    else ports.set(output.name.name, output.name)
  }
}

function checkPlaces(owner: BodyOwner, env: Env): void {
  const known = new Map<string, PlaceStatement>()
  for (const statement of owner.body) {
    if (statement.kind !== 'place') continue
    const { name, fallback } = statement
    const taken = STANDARD_PLACES.has(name.name) ? 'standard' : known.get(name.name)
    if (taken !== undefined) {
      report(
        env,
        placeNameTaken({ name: name.name, span: name.span, first: taken === 'standard' ? undefined : taken.name.span }),
      )
    } else if (fallback.name !== '' && placeChain(fallback.name, known) === undefined) {
      reportUnknownPlace(fallback, env, [...STANDARD_PLACES.keys(), ...known.keys()])
    } else {
      known.set(name.name, statement)
    }
  }
}
