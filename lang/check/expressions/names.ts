import { layerAsValue, needsCall, shareAsValue } from '../../diagnostics/messages/check-calls.js'
import type { NameExpression } from '../../syntax/ast.js'
import { isAssignable } from '../assign.js'
import { constantType } from '../constants.js'
import { type Env, type FileName, fail } from '../context.js'
import { findLocal, type Local } from '../locals.js'
import { placeChain } from '../places.js'
import { findFileName } from '../scope.js'
import { kindText, signatureOf } from '../signatures.js'
import { metricType, networkType, optionsOf, placeType, type Type, unknownType } from '../types.js'
import { reportUnknownName } from '../unknown-name.js'
import { expectsMetric } from './callees.js'
import { inferCallable } from './calls.js'

/**
 * What a bare name means, in this order: a member of an enumeration that is expected, a place that is expected, a local,
 * a metric that is expected, a name of the file, one of the prelude.
 */
export function inferName(expression: NameExpression, env: Env, expected: Type | undefined): Type {
  const { name } = expression
  if (name === '') return unknownType
  const special = memberOrPlace(expression, env, expected)
  if (special !== undefined) return special
  const local = findLocal(env.locals, name)
  if (local !== undefined) return localValue(expression, local, env)
  if (expectsMetric(expected) && isMetric(name, env)) return inferCallable(expression, env, expected)
  const found = findFileName(env.program, env.module, name)
  if (found !== undefined) return fileValue(expression, found, env, expected)
  // A metric where something else is expected: the mismatch says so.
  if (isMetric(name, env)) return metricType
  return reportUnknownName(expression, env, expected)
}

function memberOrPlace(expression: NameExpression, env: Env, expected: Type | undefined): Type | undefined {
  const { name } = expression
  for (const option of optionsOf(expected ?? unknownType)) {
    if (option.kind === 'enumeration' && option.members.includes(name)) {
      env.module.references.set(expression, { kind: 'member', enumeration: option.name, member: name })
      return option
    }
    if (option.kind === 'place') {
      const chain = placeChain(name, env.places)
      if (chain !== undefined) {
        env.module.references.set(expression, { kind: 'place', chain, statement: env.places.get(name) })
        return placeType
      }
    }
  }
  return undefined
}

function isMetric(name: string, env: Env): boolean {
  return env.module.scope.metrics.has(name) || env.program.prelude.scope.metrics.has(name)
}

function localValue(expression: NameExpression, local: Local, env: Env): Type {
  local.used = true
  env.module.references.set(expression, {
    kind: 'local',
    name: local.name,
    role: local.role,
    definition: local.definition,
  })
  if (local.role !== 'share') return local.type
  return fail(env, shareAsValue({ name: local.name, span: expression.span, definition: local.definition.span }))
}

function fileValue(expression: NameExpression, found: FileName, env: Env, expected: Type | undefined): Type {
  found.used = true
  if (found.target === undefined) return unknownType
  const { module, declaration } = found.target
  const definition = module === env.program.prelude ? undefined : declaration.name.span
  switch (declaration.kind) {
    case 'let':
      env.module.references.set(expression, { kind: 'declaration', module: module.path, declaration })
      return constantType(env.program, module, declaration, expression.span)
    case 'layer':
    case 'architecture':
      // Of the wrong kind: the mismatch says so, not that it must be called.
      if (declaration.kind === 'architecture' && expected !== undefined && !isAssignable(networkType, expected))
        return networkType
      return fail(
        env,
        layerAsValue({
          name: expression.name,
          span: expression.span,
          kind: kindText(declaration),
          isLayer: declaration.kind === 'layer',
          simple:
            declaration.kind === 'architecture' &&
            declaration.parameters.every((parameter) => parameter.defaultValue !== undefined),
          definition,
        }),
      )
    case 'extern': {
      const signature = signatureOf(env.program, module, declaration)
      if (signature === undefined) return unknownType
      const fits = expected !== undefined && isAssignable(signature.result, expected)
      if (declaration.what === 'function' && fits) return inferCallable(expression, env, expected)
      if (declaration.what === 'function' && expected !== undefined) return signature.result
      return fail(
        env,
        needsCall({
          name: expression.name,
          span: expression.span,
          kind: kindText(declaration),
          parameters: signature.parameters.map((parameter) => parameter.parameter.name.name),
          simple: signature.parameters.every((parameter) => !parameter.required),
        }),
      )
    }
    default: {
      const signature = signatureOf(env.program, module, declaration)
      // Of the wrong kind: the mismatch says so, not that arguments are missing.
      if (signature !== undefined && expected !== undefined && !isAssignable(signature.result, expected))
        return signature.result
      return inferCallable(expression, env, expected)
    }
  }
}
