import { notCallable } from '../../diagnostics/messages/check-calls.js'
import type { Span } from '../../source.js'
import type { ConstantDeclaration, Declaration, Expression } from '../../syntax/ast.js'
import { constantType } from '../constants.js'
import { type Env, type FileName, type ModuleContext, report } from '../context.js'
import { findLocal, type Local } from '../locals.js'
import type { Reference } from '../result.js'
import { findFileName } from '../scope.js'
import { kindText, type Signature, signatureOf } from '../signatures.js'
import { typeText } from '../type-text.js'
import { metricType, optionsOf, sameType, type Type, tensorType } from '../types.js'
import { reportUnknownName } from '../unknown-name.js'
import { inferType } from './expression.js'
import { markUsed } from './mark-used.js'
import { dottedName, isDottedPrelude, unknownDotted } from './members.js'

/** What a call calls. */
export interface Callee {
  readonly reference: Reference
  readonly signature: Signature
  /** As the user writes it. */
  readonly text: string
  /** Where it is declared, unless in the prelude. */
  readonly definition: Span | undefined
  readonly what: 'layer' | 'architecture' | 'operation' | 'other'
  /** Undefined for what a `share` made. */
  readonly declaration: Declaration | undefined
}

/** Resolves the left side of a call and records what it refers to; reports and gives undefined when it cannot be called. */
export function resolveCallee(expression: Expression, env: Env, expected: Type | undefined): Callee | undefined {
  if (expression.kind === 'member' && isDottedPrelude(expression, env)) return dottedCallee(expression, env)
  if (expression.kind !== 'name') {
    if (expression.kind === 'call' && isLayerName(expression.callee, env)) {
      const { start, end } = expression.span
      markUsed(expression, env)
      const applied = env.module.text.slice(start, end)
      report(
        env,
        notCallable({ name: undefined, type: 'a tensor', span: expression.span, definition: undefined, applied }),
      )
      return undefined
    }
    const type = inferType(expression, env)
    if (type.kind !== 'unknown')
      report(env, notCallable({ name: undefined, type: typeText(type), span: expression.span, definition: undefined }))
    return undefined
  }
  const { name } = expression
  const local = findLocal(env.locals, name)
  if (local !== undefined) return localCallee(expression, local, env)
  if (expectsMetric(expected)) {
    const metric = metricCallee(name, env)
    if (metric !== undefined) return recorded(expression, metric, env)
  }
  const found = findFileName(env.program, env.module, name)
  if (found !== undefined) {
    found.used = true
    const callee = fileCallee(expression, found, name, env)
    return callee === undefined ? undefined : recorded(expression, callee, env)
  }
  const metric = metricCallee(name, env)
  if (metric !== undefined) return recorded(expression, metric, env)
  reportUnknownName(expression, env, expected, { called: true })
  return undefined
}

/** Of `dense(16)(x)`: whether what is called first is a layer, as in Keras. */
function isLayerName(callee: Expression, env: Env): boolean {
  const found = callee.kind === 'name' ? findFileName(env.program, env.module, callee.name) : undefined
  return found?.target?.declaration.kind === 'layer'
}

/** Whether a metric may stand here. */
export function expectsMetric(expected: Type | undefined): boolean {
  return expected !== undefined && optionsOf(expected).some((option) => sameType(option, metricType))
}

function recorded(expression: Expression, callee: Callee, env: Env): Callee {
  env.module.references.set(expression, callee.reference)
  return callee
}

function dottedCallee(expression: Extract<Expression, { kind: 'member' }>, env: Env): Callee | undefined {
  const dotted = dottedName(expression, env) ?? ''
  const found = env.program.prelude.scope.values.get(dotted)
  if (found === undefined) {
    unknownDotted(expression, dotted, env)
    return undefined
  }
  const callee = fileCallee(expression, found, dotted, env)
  return callee === undefined ? undefined : recorded(expression, callee, env)
}

function localCallee(expression: Extract<Expression, { kind: 'name' }>, local: Local, env: Env): Callee | undefined {
  local.used = true
  const reference: Reference = { kind: 'local', name: local.name, role: local.role, definition: local.definition }
  env.module.references.set(expression, reference)
  if (local.role !== 'share') {
    if (local.type.kind !== 'unknown') {
      report(
        env,
        notCallable({
          name: local.name,
          type: typeText(local.type),
          span: expression.span,
          definition: local.definition.span,
        }),
      )
    }
    return undefined
  }
  if (local.open === undefined) return undefined
  return {
    reference,
    signature: { parameters: [{ parameter: local.open, type: tensorType, required: true }], result: tensorType },
    text: local.name,
    definition: local.definition.span,
    what: 'layer',
    declaration: undefined,
  }
}

function fileCallee(expression: Expression, found: FileName, text: string, env: Env): Callee | undefined {
  if (found.target === undefined) return undefined
  const { module, declaration } = found.target
  const signature =
    declaration.kind === 'let'
      ? constantSignature(declaration, module, expression.span, env)
      : signatureOf(env.program, module, declaration)
  if (signature === 'unknown') return undefined
  if (signature === undefined) {
    report(
      env,
      notCallable({
        name: text,
        type: kindText(declaration),
        span: expression.span,
        definition: declaration.name.span,
      }),
    )
    return undefined
  }
  const isTensorKind = declaration.kind === 'layer' || declaration.kind === 'architecture'
  const isOperation = declaration.kind === 'extern' && declaration.what === 'operation'
  return {
    reference: { kind: 'declaration', module: module.path, declaration },
    signature,
    text,
    definition: module === env.program.prelude ? undefined : declaration.name.span,
    what: isTensorKind ? declaration.kind : isOperation ? 'operation' : 'other',
    declaration,
  }
}

/**
 * Of a constant that a function of the prelude has made: `sweep(over = 9 epochs)` is `sweep` with another `over`, so it takes
 * the arguments of that function, none of which has to be given. Undefined for other constants, `unknown` for those that
 * have been complained about.
 */
function constantSignature(
  declaration: ConstantDeclaration,
  module: ModuleContext,
  use: Span,
  env: Env,
): Signature | 'unknown' | undefined {
  const { program } = env
  const result = constantType(program, module, declaration, use)
  if (result.kind === 'unknown') return 'unknown'
  const made = module.calls.get(declaration.value)?.callee
  if (made?.kind !== 'declaration') return undefined
  const from = program.modules.get(made.module)
  if (from === undefined) return undefined
  if (made.declaration.kind === 'let') return constantSignature(made.declaration, from, use, env)
  if (made.declaration.kind !== 'extern') return undefined
  const signature = signatureOf(program, from, made.declaration)
  return signature === undefined
    ? undefined
    : { ...signature, parameters: signature.parameters.map((each) => ({ ...each, required: false })) }
}

function metricCallee(name: string, env: Env): Callee | undefined {
  const own = env.module.scope.metrics.get(name)
  const declaration = own ?? env.program.prelude.scope.metrics.get(name)
  if (declaration === undefined) return undefined
  const module = own === undefined ? env.program.prelude : env.module
  const signature = signatureOf(env.program, module, declaration)
  if (signature === undefined) return undefined
  return {
    reference: { kind: 'metric', module: module.path, declaration },
    // A metric's own result is the dimension of its bounds; called, it is a metric.
    signature: { parameters: signature.parameters, result: metricType },
    text: name,
    definition: undefined,
    what: 'other',
    declaration,
  }
}
