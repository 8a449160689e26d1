import { axisTooShort } from '../../diagnostics/messages/check-networks.js'
import type { Expression, Statement } from '../../syntax/ast.js'
import { bindGiven } from '../call.js'
import { type Body, type Env, placeFor } from '../context.js'
import { evaluate } from '../evaluate.js'
import { frameOf } from '../quantizer-frame.js'
import { failed, itemsOf, type Value } from '../value.js'
import type { Frame } from './frames.js'
import { checkSize } from './operations.js'
import { declaredType } from './quantizer.js'

/** Runs the statements of a layer or an architecture. Gives what `return` returns, undefined where none was reached. */
export function runBody(statements: readonly Statement[], env: Env): Value | undefined {
  for (const statement of statements) {
    const returned = runStatement(statement, env)
    if (returned !== undefined) return returned
  }
  return undefined
}

function runStatement(statement: Statement, env: Env): Value | undefined {
  const { body, locals } = env
  if (body === undefined) throw new Error('a statement outside the body of a layer or an architecture')
  switch (statement.kind) {
    case 'let':
      locals.set(statement.name.name, evaluate(statement.value, env))
      body.declaredAt.set(statement.name.name, statement.name.span)
      return undefined
    case 'return':
      return evaluate(statement.value, env)
    case 'for': {
      for (const item of itemsOf(evaluate(statement.list, env)) ?? []) {
        locals.set(statement.variable.name, item)
        const returned = runBody(statement.body, env)
        if (returned !== undefined) return returned
      }
      return undefined
    }
    case 'input':
      locals.set(statement.name.name, runInput(statement, env, body))
      body.declaredAt.set(statement.name.name, statement.span)
      return undefined
    case 'output': {
      const value = evaluate(statement.value, env)
      const name = statement.name?.name ?? 'output'
      // A failed output still counts as one, so that it is not called missing on top.
      body.draft.outputs.push({
        name,
        operation: value.kind === 'tensor' ? value.operation : -1,
        span: statement.value.span,
      })
      return undefined
    }
    case 'share':
      locals.set(statement.name.name, runShare(statement, env, body))
      body.declaredAt.set(statement.name.name, statement.span)
      return undefined
    case 'place':
      return undefined
  }
}

function runInput(statement: Extract<Statement, { kind: 'input' }>, env: Env, body: Body): Value {
  const { span } = statement
  const name = statement.name.name
  const shape: number[] = []
  let broken = false
  for (const expression of statement.shape) {
    const length = evaluate(expression, env)
    if (length.kind === 'number' && length.value >= 1) shape.push(length.value)
    else {
      broken = true
      if (length.kind === 'number')
        env.elaboration.report(axisTooShort({ ...placeFor(env, expression.span), length: length.value }))
    }
  }
  const given = statement.type === undefined ? undefined : evaluate(statement.type, env)
  const type = given === undefined ? null : given.kind === 'built' ? declaredType(given, shape, env) : undefined
  if (broken || type === undefined) return failed(span)
  checkSize(shape, span, env)
  const operation = body.draft.add({
    kind: 'input',
    operands: [],
    attributes: { name, type },
    shape,
    path: null,
    scope: '',
    span,
  })
  body.draft.inputs.push({ name, operation, span })
  return { kind: 'tensor', operation, span }
}

/** `share cell = dense(32) with coarse`: everything but the tensor is fixed here, the quantizers in force too. */
function runShare(statement: Extract<Statement, { kind: 'share' }>, env: Env, body: Body): Value {
  const { span } = statement
  let call: Expression = statement.value
  const frames: Frame[] = []
  while (call.kind === 'with') {
    const frame = frameOf(evaluate(call.quantizer, env), call.quantizer, env)
    if (frame === undefined) return failed(span)
    frames.unshift(frame)
    call = call.call
  }
  const bound = env.module.calls.get(call)
  const callee = bound?.callee
  if (bound === undefined || callee?.kind !== 'declaration' || callee.declaration.kind !== 'layer') {
    throw new Error('the checker let something else than a layer be shared')
  }
  const module = env.elaboration.module(callee.module)
  return {
    kind: 'shared',
    layer: {
      name: statement.name.name,
      definition: span,
      declaration: callee.declaration,
      module,
      arguments: bindGiven(bound.arguments, env),
      frames: [...frames, ...env.frames],
      path: body.scope.next(`shared.${callee.declaration.name.name}`),
    },
    span,
  }
}
