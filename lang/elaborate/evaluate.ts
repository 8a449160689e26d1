import type { Reference } from '../check/result.js'
import { indexOutside } from '../diagnostics/messages/check-networks.js'
import type { Expression } from '../syntax/ast.js'
import { toBase, UNITS } from '../units.js'
import { evaluateCall } from './call.js'
import { type Env, placeFor } from './context.js'
import { binaryValue, unaryValue } from './operators.js'
import { frameOf } from './quantizer-frame.js'
import { failed, itemsOf, numberValue, type Value } from './value.js'

/**
 * The value of an expression. Total: no recursion between declarations (the checker sees to it), loops over finite lists
 * only. Only the branch of a conditional that is taken is evaluated.
 */
export function evaluate(expression: Expression, env: Env): Value {
  env.elaboration.step(env, expression.span)
  if (env.module.calls.has(expression)) return evaluateCall(expression, env, [])
  const { span } = expression
  switch (expression.kind) {
    case 'number':
      return numberValue(expression.value, span)
    case 'quantity':
      return quantityValue(expression)
    case 'string':
      return { kind: 'text', value: expression.value, span }
    case 'boolean':
      return { kind: 'bool', value: expression.value, span }
    case 'name':
    case 'call':
      return named(expression, env)
    case 'member':
      return member(expression, env)
    case 'index':
      return indexed(expression, env)
    case 'list':
      return { kind: 'list', items: expression.items.map((item) => evaluate(item, env)), span }
    case 'record':
      return {
        kind: 'record',
        entries: new Map(expression.entries.map((entry) => [entry.name.name, evaluate(entry.value, env)])),
        span,
      }
    case 'unary':
      return unaryValue(expression, evaluate(expression.operand, env), env)
    case 'binary':
      return binaryValue(expression, env, evaluate)
    case 'conditional': {
      const condition = evaluate(expression.condition, env)
      if (condition.kind !== 'bool') return failed(span)
      return evaluate(condition.value ? expression.whenTrue : expression.whenFalse, env)
    }
    case 'pipe':
      // What is piped in is among the arguments of the call.
      return evaluate(expression.call, env)
    case 'with':
      return evaluateWith(expression, env)
  }
}

/** A call with the quantizers that follow it; the innermost `with` stands first. */
function evaluateWith(expression: Extract<Expression, { kind: 'with' }>, env: Env): Value {
  const frames = []
  let call: Expression = expression
  while (call.kind === 'with') {
    const frame = frameOf(evaluate(call.quantizer, env), call.quantizer, env)
    if (frame === undefined) return failed(expression.span)
    // The loop goes inwards, and inner frames win.
    frames.unshift(frame)
    call = call.call
  }
  return evaluateCall(call, env, frames)
}

function quantityValue(expression: Extract<Expression, { kind: 'quantity' }>): Value {
  const { span, unit } = expression
  const value = toBase(expression.value, unit)
  const dimension = UNITS.get(unit)?.dimension
  if (value === undefined || dimension === undefined) throw new Error(`the checker let the unit "${unit}" pass`)
  return dimension === 'fraction' ? numberValue(value, span) : { kind: 'quantity', dimension, value, span }
}

function named(expression: Expression, env: Env): Value {
  const reference = env.module.references.get(expression)
  if (reference === undefined) {
    // Such as an import that failed, which has been reported there.
    if (env.elaboration.mistaken) return failed(expression.span)
    const { start, end } = expression.span
    throw new Error(`the checker left "${env.module.text.slice(start, end)}" unresolved`)
  }
  return referenced(reference, expression, env)
}

function referenced(reference: Reference, expression: Expression, env: Env): Value {
  const { span } = expression
  switch (reference.kind) {
    case 'local': {
      // A name whose value failed before it was set, for example after a failed `input`.
      return env.locals.get(reference.name) ?? failed(span)
    }
    case 'member':
      return { kind: 'member', name: reference.member, span }
    case 'metric':
      return { kind: 'metric', declaration: reference.declaration, arguments: new Map(), span }
    case 'place':
      return { kind: 'place', chain: reference.chain, span }
    case 'declaration': {
      const { declaration } = reference
      if (declaration.kind !== 'let') throw new Error(`the checker let '${declaration.name.name}' pass as a value`)
      return constant(reference.module, declaration, env)
    }
    case 'bound':
      throw new Error('a bound is no value')
  }
}

/** The value of a top-level `let` of the module at `path`, worked out once. */
export function constant(path: string, declaration: { readonly value: Expression }, env: Env): Value {
  const { elaboration } = env
  const known = elaboration.constants.get(declaration)
  if (known !== undefined) return known
  const value = evaluate(declaration.value, {
    elaboration,
    module: elaboration.module(path),
    locals: new Map(),
    frames: [],
    body: undefined,
  })
  elaboration.constants.set(declaration, value)
  return value
}

function member(expression: Extract<Expression, { kind: 'member' }>, env: Env): Value {
  if (env.module.references.has(expression)) return named(expression, env)
  const object = evaluate(expression.object, env)
  const name = expression.name.name
  if (object.kind === 'failed') return object
  if (object.kind === 'tensor' && name === 'shape' && env.body !== undefined) {
    const { shape } = env.body.draft.at(object.operation)
    return { kind: 'list', items: shape.map((length) => numberValue(length, expression.span)), span: expression.span }
  }
  const value = object.kind === 'record' ? object.entries.get(name) : undefined
  // An optional field that was left out: the checker cannot know.
  return value ?? failed(expression.span)
}

function indexed(expression: Extract<Expression, { kind: 'index' }>, env: Env): Value {
  const object = evaluate(expression.object, env)
  const index = evaluate(expression.index, env)
  const items = itemsOf(object)
  if (items === undefined) return failed(expression.span)
  const shown = env.module.text.slice(expression.object.span.start, expression.object.span.end)
  const at = (position: number): Value => {
    const item = items[position < 0 ? position + items.length : position]
    if (item !== undefined) return item
    const place = placeFor(env, expression.index.span)
    return env.elaboration.fail(
      indexOutside({ ...place, index: position, length: items.length, shown }),
      expression.span,
    )
  }
  if (index.kind === 'number') return at(index.value)
  if (index.kind !== 'range') return failed(expression.span)
  const positions = itemsOf(index) ?? []
  return {
    kind: 'list',
    items: positions.map((position) => at(position.kind === 'number' ? position.value : 0)),
    span: expression.span,
  }
}
