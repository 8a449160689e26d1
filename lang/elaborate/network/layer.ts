import type { BoundCall, CheckedModule } from '../../check/result.js'
import { withOnShared } from '../../diagnostics/messages/check-networks.js'
import type { Expression, LayerDeclaration } from '../../syntax/ast.js'
import { withDefaults } from '../call.js'
import { type Env, placeFor } from '../context.js'
import { type Arguments, failed, type Value } from '../value.js'
import { runBody } from './body.js'
import { Scope } from './draft.js'
import type { Frames } from './frames.js'

interface LayerCall {
  readonly declaration: LayerDeclaration
  readonly module: CheckedModule
  readonly arguments: Arguments
  readonly frames: Frames
}

/** Expands a call of a layer: its parameters and quantizers are named by the path of calls. */
export function callLayer(call: LayerCall, expression: Expression, env: Env): Value {
  const path = env.body?.scope.next(call.declaration.name.name)
  return path === undefined ? failed(expression.span) : expand(call, path, expression, env)
}

/** Expands a call of a shared layer: the same path each time, so the same parameters and quantizers. */
export function callShared(
  bound: BoundCall,
  given: Arguments,
  frames: Frames,
  expression: Expression,
  env: Env,
): Value {
  const name = bound.callee.kind === 'local' ? bound.callee.name : ''
  const shared = env.locals.get(name)
  if (shared?.kind !== 'shared') return failed(expression.span)
  const { layer } = shared
  if (frames.length > 0) {
    const related = [{ span: layer.definition, text: 'shared here' }]
    return env.elaboration.fail(
      withOnShared({ span: placeFor(env, expression.span).span, related, name }),
      expression.span,
    )
  }
  const both = new Map([...layer.arguments, ...given])
  const call = { ...layer, arguments: withDefaults(layer.declaration.parameters, both, env, layer.module) }
  return expand(call, layer.path, expression, env)
}

function expand(call: LayerCall, path: string, expression: Expression, env: Env): Value {
  const { body, elaboration } = env
  if (body === undefined) return failed(expression.span)
  for (const value of call.arguments.values()) if (value.kind === 'failed') return failed(expression.span)
  const returned = runBody(call.declaration.body, {
    elaboration,
    module: call.module,
    locals: new Map(call.arguments),
    frames: call.frames,
    body: {
      draft: body.draft,
      scope: new Scope(path),
      calls: [...body.calls, { callee: call.declaration.name.name, span: expression.span }],
      declaredAt: new Map(),
    },
  })
  return returned ?? failed(expression.span)
}
