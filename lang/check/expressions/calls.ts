import { cannotShare } from '../../diagnostics/messages/check-bodies.js'
import {
  constantTakesNames,
  notACall,
  notCallable,
  outsideBody,
  withNeedsLayer,
} from '../../diagnostics/messages/check-calls.js'
import type { Span } from '../../source.js'
import {
  type Argument,
  type ConstantDeclaration,
  type Declaration,
  ENTRY_DECLARATION_KINDS,
  type Expression,
} from '../../syntax/ast.js'
import { bindArguments, type Given } from '../arguments.js'
import { isAssignable } from '../assign.js'
import { type Env, fail, hasSyntaxErrorIn, report } from '../context.js'
import { checkPlaceKeys } from '../places.js'
import { kindText } from '../signatures.js'
import { fixedPointType, optionsOf, type Type, unionOf, unknownType } from '../types.js'
import { type Callee, resolveCallee } from './callees.js'
import { expectType, inferType } from './expression.js'
import { markUsed } from './mark-used.js'

/** How a call is written around its core: `x |> core with q`. */
interface Surroundings {
  readonly piped?: Expression | undefined
  /** The quantizer of the innermost `with` after it. */
  readonly quantizer?: Expression | undefined
  /** The value of a `share`, whose first parameter stays open. */
  readonly shared?: boolean | undefined
}

const quantizerType = unionOf([
  { kind: 'declared', declaration: 'quantizer' },
  { kind: 'map', element: fixedPointType },
])

/** `f(a, b = c)`. */
export function inferCall(call: Extract<Expression, { kind: 'call' }>, env: Env, expected: Type | undefined): Type {
  return checkCall(call, {}, env, expected)
}

/** A name used as a value that stands for a call without arguments: `loss = mse`, `x |> relu`, `dataset = muons`. */
export function inferCallable(expression: Expression, env: Env, expected: Type | undefined): Type {
  return checkCall(expression, {}, env, expected)
}

/** `x |> f(…)`: x is the first argument. */
export function inferPipe(pipe: Extract<Expression, { kind: 'pipe' }>, env: Env, expected: Type | undefined): Type {
  return checkCallSide(pipe.call, { piped: pipe.value }, env, expected)
}

/** `f(…) with quantizer`. */
export function inferWith(
  expression: Extract<Expression, { kind: 'with' }>,
  env: Env,
  expected: Type | undefined,
): Type {
  return checkCallSide(expression, {}, env, expected)
}

/** The value of a `share`: a call of a layer that still lacks its tensor, or the bare layer. */
export function inferShared(expression: Expression, env: Env): Type {
  return checkCallSide(expression, { shared: true }, env, undefined)
}

/** What a call with its `with`s comes down to: the `call`, or the bare name. */
export function coreOf(expression: Expression): Expression {
  return expression.kind === 'with' ? coreOf(expression.call) : expression
}

function checkCallSide(side: Expression, around: Surroundings, env: Env, expected: Type | undefined): Type {
  switch (side.kind) {
    case 'with': {
      const type = checkCallSide(side.call, { ...around, quantizer: around.quantizer ?? side.quantizer }, env, expected)
      expectType(side.quantizer, quantizerType, env, { text: 'what follows `with`' })
      checkPlaceKeys(side.quantizer, env)
      env.module.types.set(side, type)
      return type
    }
    case 'call':
      return record(side, checkCall(side, around, env, expected), env)
    case 'name':
    case 'member':
      // `relu with fine` without a pipe has nothing to call `relu` with.
      if (around.piped !== undefined || around.shared === true)
        return record(side, checkCall(side, around, env, expected), env)
      return notCalled(side, around, env)
    default:
      return notCalled(side, around, env)
  }
}

function record(expression: Expression, type: Type, env: Env): Type {
  env.module.types.set(expression, type)
  return type
}

function notCalled(side: Expression, around: Surroundings, env: Env): Type {
  if (around.piped !== undefined) inferType(around.piped, env)
  const where = around.piped !== undefined ? 'pipe' : around.shared === true ? 'share' : 'with'
  if (isEmptyName(side)) return unknownType
  markUsed(side, env)
  const fix = side.kind === 'name' && where === 'with' ? `${side.name}()` : undefined
  return fail(env, notACall({ span: side.span, where, fix }))
}

function isEmptyName(expression: Expression): boolean {
  return expression.kind === 'name' && expression.name === ''
}

function checkCall(core: Expression, around: Surroundings, env: Env, expected: Type | undefined): Type {
  const calleeExpression = core.kind === 'call' ? core.callee : core
  const given = core.kind === 'call' ? core.arguments : []
  const callee = isEmptyName(calleeExpression) ? undefined : resolveCallee(calleeExpression, env, expected)
  if (callee === undefined) {
    if (around.piped !== undefined) inferType(around.piped, env)
    for (const argument of given) markUsed(argument.value, env)
    return unknownType
  }
  if (!checkContext(callee, core.span, around, env)) {
    if (around.piped !== undefined) inferType(around.piped, env)
    for (const argument of given) markUsed(argument.value, env)
    return unknownType
  }
  const all = [...pipedArgument(around.piped), ...given.map(asGiven)]
  const bound = bindArguments({
    env,
    signature: callee.signature,
    given: callee.declaration?.kind === 'let' ? namedOnly(all, callee, callee.declaration, env) : all,
    callee: callee.text,
    span: onOneLine(core.span, env) ? core.span : calleeExpression.span,
    whole: core.span,
    definition: callee.definition,
    firstOpen: around.shared === true,
    unreadable: callee.declaration !== undefined && hasUnreadableHead(callee.declaration, env),
    word: 'argument',
  })
  env.module.calls.set(core, { callee: callee.reference, arguments: bound, partial: around.shared === true })
  return callee.signature.result
}

/**
 * What a constant is given with names; the rest is reported. It has its arguments already: one in order would replace what
 * nobody sees.
 */
function namedOnly(
  given: readonly Given[],
  { text, signature }: Callee,
  { value: { span: definition } }: ConstantDeclaration,
  env: Env,
): readonly Given[] {
  return given.filter(({ name, value }) => {
    if (name !== undefined) return true
    const type = inferType(value, env)
    const fitting = signature.parameters.filter((parameter) => isAssignable(type, parameter.type))
    const names = (fitting.length === 0 ? signature.parameters : fitting).map(({ parameter }) => parameter.name.name)
    const { start, end } = value.span
    const shown = env.module.text.slice(start, end)
    report(env, constantTakesNames({ name: text, value: shown, span: value.span, definition, names }))
    return false
  })
}

/** Whether something between the name of a declaration and its body could not be read. */
function hasUnreadableHead({ name, span, ...declaration }: Declaration, env: Env): boolean {
  const module = env.program.modules.get(span.file)
  if (module === undefined) return false
  const inside = 'body' in declaration ? declaration.body : 'entries' in declaration ? declaration.entries : []
  const end = inside[0]?.span.start ?? span.end
  return hasSyntaxErrorIn(module, { file: span.file, start: name.span.start, end: end - 1 })
}

/** Whether what `span` covers can be marked as a whole. */
function onOneLine(span: Span, env: Env): boolean {
  return !env.module.text.slice(span.start, span.end).includes('\n')
}

function pipedArgument(value: Expression | undefined): readonly Given[] {
  return value === undefined ? [] : [{ name: undefined, value, piped: true }]
}

function asGiven(argument: Argument): Given {
  return { name: argument.name, value: argument.value }
}

/** Checks that the callee may stand here; false when its arguments are no longer worth a look. */
function checkContext(callee: Callee, span: Span, around: Surroundings, env: Env): boolean {
  const onTensors = callee.what === 'layer' || callee.what === 'operation'
  if (onTensors && !env.inBody) report(env, outsideBody({ name: callee.text, what: callee.what, span }))
  const called = callee.declaration
  // Circles of constants are seen where their types are found; what is `extern` uses nothing.
  if (env.owner !== undefined && called !== undefined && called.kind !== 'let' && called.kind !== 'extern') {
    env.program.uses.push({ by: env.owner, of: called, span })
  }
  if (around.quantizer !== undefined && callee.what !== 'layer' && callee.what !== 'architecture') {
    report(env, withNeedsLayer({ name: callee.text, span: around.quantizer.span, callee: span }))
  }
  const { declaration } = callee
  if (around.piped !== undefined && declaration !== undefined && isEntries(declaration)) {
    report(env, notCallable({ name: callee.text, type: kindText(declaration), span, definition: callee.definition }))
    return false
  }
  if (around.shared === true) {
    const why = whyNotShared(callee)
    if (why === undefined) return true
    const first = callee.signature.parameters[0]?.parameter.span
    const definition = why === 'no tensor first' ? (first ?? callee.definition) : callee.definition
    report(env, cannotShare({ name: callee.text, why, span, definition }))
    return false
  }
  return true
}

/** Undefined for a layer that takes a tensor first. */
function whyNotShared({ what, declaration, signature }: Callee): Parameters<typeof cannotShare>[0]['why'] | undefined {
  if (what !== 'layer') return 'no layer'
  // What a `share` made has no declaration.
  if (declaration === undefined) return 'shared already'
  const [first] = signature.parameters
  const isTensor =
    first !== undefined && optionsOf(first.type).some(({ kind }) => kind === 'tensor' || kind === 'unknown')
  return isTensor ? undefined : 'no tensor first'
}

function isEntries(declaration: Declaration): boolean {
  return ENTRY_DECLARATION_KINDS.some((kind) => kind === declaration.kind)
}
