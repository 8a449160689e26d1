import { unknownName } from '../../diagnostics/messages/check.js'
import { badIndex, noMember } from '../../diagnostics/messages/check-types.js'
import { nearest } from '../../suggest.js'
import type { Declaration, Expression } from '../../syntax/ast.js'
import { UNITS } from '../../units.js'
import { isAssignable } from '../assign.js'
import { type Env, fail, findUsable } from '../context.js'
import { typeText } from '../type-text.js'
import { intType, listOf, rangeType, type Type, unionOf, unknownType } from '../types.js'
import { inferCallable } from './calls.js'
import { expectType, inferType } from './expression.js'
import { markUsed } from './mark-used.js'

type MemberExpression = Extract<Expression, { kind: 'member' }>
type IndexExpression = Extract<Expression, { kind: 'index' }>

/** `simulate.muon_tracker` as text, when `expression` is a chain of names that begins with none the file knows. */
export function dottedName(expression: Expression, env: Env): string | undefined {
  if (expression.kind === 'name') return findUsable(env, expression.name) === undefined ? expression.name : undefined
  if (expression.kind !== 'member') return undefined
  const object = dottedName(expression.object, env)
  return object === undefined ? undefined : `${object}.${expression.name.name}`
}

/** Whether some dotted name of the prelude begins with what `expression` begins with. */
export function isDottedPrelude(expression: MemberExpression, env: Env): boolean {
  const dotted = dottedName(expression, env)
  const root = dotted?.split('.')[0]
  return root !== undefined && dottedPreludeNames(env).some((name) => name.startsWith(`${root}.`))
}

function dottedPreludeNames(env: Env): readonly string[] {
  return [...env.program.prelude.scope.values.keys()].filter((name) => name.includes('.'))
}

/** Reports a dotted name that the prelude has not. */
export function unknownDotted(expression: MemberExpression, dotted: string, env: Env): Type {
  if (expression.name.name === '') return unknownType
  const candidates = dottedPreludeNames(env)
  const root = `${dotted.split('.')[0] ?? ''}.`
  const family = candidates.filter((name) => name.startsWith(root))
  const found = nearest(dotted, candidates) ?? (family.length === 1 ? family[0] : undefined)
  return fail(env, unknownName({ name: dotted, span: expression.span, nearest: found }))
}

/** `x.shape`, an entry of a record or declaration, or a dotted function of the prelude. */
export function inferMember(expression: MemberExpression, env: Env, expected: Type | undefined): Type {
  if (isDottedPrelude(expression, env)) return inferCallable(expression, env, expected)
  const object = inferType(expression.object, env)
  const name = expression.name.name
  if (object.kind === 'unknown' || name === '') return unknownType
  if (object.kind === 'tensor' && name === 'shape') return listOf(intType)
  const fields = object.kind === 'record' ? object.fields : []
  const field = fields.find((candidate) => candidate.name === name)
  if (field !== undefined) return field.type
  const called = env.module.scope.values.get(name)
  const applied = object.kind === 'tensor' ? appliedText(name, called?.target?.declaration) : undefined
  if (applied !== undefined && called !== undefined) called.used = true
  const names = object.kind === 'tensor' ? ['shape'] : fields.map((candidate) => candidate.name)
  return fail(
    env,
    noMember({
      name,
      span: expression.name.span,
      object: expression.object.span,
      type: typeText(object),
      names,
      nearest: applied === undefined ? nearest(name, names) : undefined,
      applied,
    }),
  )
}

/** `list[i]` is an item, `list[from..to]` a list. */
export function inferIndex(expression: IndexExpression, env: Env): Type {
  const object = inferType(expression.object, env)
  const isList = object.kind === 'list' || object.kind === 'range' || object.kind === 'unknown'
  // `200 [MHz]`: the index is no mistake of its own.
  if (!isList) markUsed(expression.index, env)
  const index = !isList
    ? unknownType
    : expectType(expression.index, unionOf([intType, rangeType]), env, { text: 'an index' })
  if (object.kind === 'unknown') return unknownType
  const list = object.kind === 'range' ? listOf(intType) : object
  if (list.kind !== 'list') {
    const { index: inside, object: whole } = expression
    const isUnit = inside.kind === 'name' && UNITS.has(inside.name) && whole.kind === 'number'
    const quantity = isUnit ? `${whole.text} ${inside.name}` : undefined
    return fail(env, badIndex({ span: whole.span, type: typeText(object), quantity }))
  }
  if (index.kind === 'unknown') return unknownType
  return isAssignable(index, rangeType) ? list : list.element
}

/** How a layer or an operation stands behind '|>', where a name is one of these. */
function appliedText(name: string, declaration: Declaration | undefined): string | undefined {
  if (declaration?.kind === 'layer') return `${name}(…)`
  return declaration?.kind === 'extern' && declaration.what === 'operation' ? name : undefined
}
