import type { BoundCall } from '../../check/result.js'
import {
  noQuantizerInForce,
  notForData,
  shapeMismatch,
  sharedShapesDiffer,
  tableNotQuantized,
} from '../../diagnostics/messages/check-networks.js'
import type { Shape, ShapeResult } from '../../host.js'
import type { Plain } from '../../program.js'
import { elementCount, formatShape } from '../../shape.js'
import type { Span } from '../../source.js'
import type { Expression } from '../../syntax/ast.js'
import { type Body, type Env, LARGEST_TENSOR, placeFor } from '../context.js'
import { type Arguments, failed, hasFailed, plainOf, type Value, type ValueOf } from '../value.js'
import { inForce, placesInForce, withStandardFallback } from './frames.js'
import { isExactOperand, isQuantized } from './quantized.js'
import { learnedQuantizer } from './quantizer.js'
import { isStatistics, sourcesOf } from './side.js'

/** A tensor among the arguments, and the expression to point at. */
export interface Operand {
  readonly operation: number
  readonly expression: Expression | undefined
}

/** Adds an `extern operation` of the prelude or the library to the network. */
export function applyOperation(
  kind: string,
  given: Arguments,
  bound: BoundCall,
  expression: Expression,
  env: Env,
): Value {
  const { body } = env
  if (body === undefined) return failed(expression.span)
  for (const value of given.values()) if (hasFailed(value)) return failed(expression.span)
  const expressionOf = (name: string): Expression | undefined =>
    bound.arguments.find((argument) => argument.parameter.name.name === name)?.value
  if (kind === 'quantize') return quantize(given, expressionOf, expression, env, body)

  const operands: Operand[] = []
  const attributes: Record<string, Plain> = {}
  for (const [name, value] of given) {
    const parameter = bound.arguments.find((argument) => argument.parameter.name.name === name)?.parameter
    const isTensor = parameter?.type.kind === 'named_type' && parameter.type.name === 'tensor'
    if (value.kind === 'tensor') operands.push({ operation: value.operation, expression: expressionOf(name) })
    else if (value.kind === 'number' && isTensor)
      operands.push({ operation: constantOperation(value, body), expression: expressionOf(name) })
    else if (value.kind === 'list' && value.items.some((item) => item.kind === 'tensor'))
      operands.push(...tensorsOf(value, expressionOf(name)))
    else attributes[name] = plainOf(value)
  }
  return addOperation(
    { kind, operands, attributes, attributeSpan: (name) => expressionOf(name)?.span },
    expression,
    env,
  )
}

function tensorsOf(list: ValueOf<'list'>, expression: Expression | undefined): readonly Operand[] {
  return list.items.flatMap((item, index) =>
    item.kind === 'tensor'
      ? [{ operation: item.operation, expression: expression?.kind === 'list' ? expression.items[index] : expression }]
      : [],
  )
}

/** A number that takes part as it is. */
export function constantOperation(value: ValueOf<'number'>, body: Body): number {
  const { span } = value
  return body.draft.add({
    kind: 'constant',
    operands: [],
    attributes: { value: value.value },
    shape: [],
    path: null,
    scope: body.scope.path,
    ...placeFor({ body }, span),
  })
}

interface Application {
  readonly kind: string
  readonly operands: readonly Operand[]
  readonly attributes: Readonly<Record<string, Plain>>
  readonly attributeSpan?: (name: string) => Span | undefined
}

/** Checks the operands of an operation, works out its shape and adds it. */
export function addOperation(application: Application, expression: Expression, env: Env): Value {
  const { body, elaboration } = env
  const { kind, operands, attributes } = application
  const { span } = expression
  if (body === undefined) return failed(span)
  const { draft, scope } = body
  const shapes = operands.map(({ operation }): Shape => draft.at(operation).shape)
  const result = elaboration.host.operations.shapeOf(kind, shapes, attributes)
  if (!result.ok) return shapeFails(result, application, expression, env)
  checkSize(result.shape, span, env)
  if (!operandsMayMeet(application, expression, env)) return failed(span)
  const path = kind === 'parameter' || isStatistics(kind) ? scope.next(kind) : null
  if (path !== null && !sameShapeAsBefore(path, result.shape, expression, env, body)) return failed(span)
  const operation = draft.add({
    kind,
    operands: operands.map((operand) => operand.operation),
    attributes,
    shape: result.shape,
    path,
    scope: scope.path,
    ...placeFor(env, span),
  })
  return { kind: 'tensor', operation, span }
}

/** Stops where a tensor is too large to hold. */
export function checkSize(shape: Shape, span: Span, env: Env): void {
  const size = elementCount(shape)
  if (size > LARGEST_TENSOR) env.elaboration.stop(env, span, `a tensor of ${size} elements`, LARGEST_TENSOR)
}

/** What multiplies must be quantized; what depends on parameters alone must be before it meets data. */
function operandsMayMeet(application: Application, expression: Expression, env: Env): boolean {
  const { body, elaboration } = env
  if (body === undefined) return false
  const { kind, operands } = application
  const onData = operands.some(({ operation }) => body.draft.isData(operation))
  const raw = operands.find(({ operation }) => isTableOfData(operation, body))
  if (raw !== undefined) {
    elaboration.report(tableNotQuantized(placeFor(env, raw.expression?.span ?? expression.span)))
    return false
  }
  if (!onData || isStatistics(kind)) return true
  if (kind === 'divide' || kind === 'square_root') {
    const first = operands.find(({ operation }) => body.draft.isData(operation))
    const place = placeFor(env, first?.expression?.span ?? expression.span)
    elaboration.report(notForData({ ...place, what: kind === 'divide' ? 'a quotient' : 'a root' }))
    return false
  }
  if (kind === 'einsum' || kind === 'multiply') {
    const what = kind === 'einsum' ? 'a contraction' : 'a product'
    return operands.every((operand) => isQuantized(operand, what, expression, env))
  }
  if (kind === 'table') return operands.every((operand) => isQuantized(operand, 'a table', expression, env))
  return operands.every((operand) => isExactOperand(operand, expression, env))
}

/** What a table gives is a real number: hardware has it as its quantizer makes it. */
function isTableOfData(operation: number, { draft }: Body): boolean {
  return draft.at(operation).kind === 'table' && draft.isData(operation)
}

function shapeFails(
  mistake: Extract<ShapeResult, { ok: false }>,
  application: Application,
  expression: Expression,
  env: Env,
): Value {
  const { attribute, message, rule } = mistake
  const operand = attribute === undefined ? application.operands[mistake.operand]?.expression : undefined
  const name = operand?.kind === 'name' && env.module.path === env.elaboration.checked.entry ? operand.name : undefined
  const label = name === undefined ? mistake.label : mistake.label.replace(/^this is/, `${name} is`)
  const pointed = attribute === undefined ? operand?.span : application.attributeSpan?.(attribute)
  const place = placeFor(env, pointed ?? expression.span)
  const declared = name === undefined ? undefined : env.body?.declaredAt.get(name)
  const related = declared === undefined ? place.related : [{ span: declared, text: 'declared here' }, ...place.related]
  return env.elaboration.fail(shapeMismatch({ span: place.span, related, message, label, rule }), expression.span)
}

/** A path comes up again only in a shared layer, whose parameters must then have the shapes of the first call. */
function sameShapeAsBefore(path: string, shape: Shape, expression: Expression, env: Env, body: Body): boolean {
  const [first] = body.draft.madeFor(path)
  if (first === undefined) return true
  const before = formatShape(body.draft.at(first).shape)
  const now = formatShape(shape)
  if (before === now) return true
  const name = /shared\.(\w+)\[/.exec(path)?.[1] ?? path
  const call = body.calls.findLast((candidate) => candidate.callee === name)
  const place = placeFor(env, call?.span ?? expression.span)
  env.elaboration.report(sharedShapesDiffer({ ...place, name, before, now }))
  return false
}

function quantize(
  given: Arguments,
  expressionOf: (name: string) => Expression | undefined,
  expression: Expression,
  env: Env,
  body: Body,
): Value {
  const { span } = expression
  const { draft, scope } = body
  const x = given.get('x')
  const place = given.get('at')
  if (x === undefined || place?.kind !== 'place') return failed(span)
  const [name = ''] = place.chain
  // Counted even where it is elided, so that declaring the type of an input renames no other quantizer.
  const path = scope.next(name)
  const operand = x.kind === 'tensor' ? x.operation : x.kind === 'number' ? constantOperation(x, body) : undefined
  if (operand === undefined) return failed(span)
  if (isDeclaredInput(operand, body)) return { kind: 'tensor', operation: operand, span }
  const fixed = inForce(env.frames, place.chain)
  if (fixed === undefined) {
    const facts = {
      ...placeFor(env, expressionOf('at')?.span ?? span),
      places: withStandardFallback(place.chain),
      inForce: placesInForce(env.frames),
    }
    return env.elaboration.fail(noQuantizerInForce(facts), span)
  }
  const { shape } = draft.at(operand)
  const says = (each: string): boolean => env.frames.some(({ places }) => places.get(each) === fixed)
  const entry = withStandardFallback(place.chain).find(says) ?? name
  const quantizer = learnedQuantizer(fixed, shape, { place: name, entry }, draft.isData(operand), env)
  if (quantizer === undefined || !sameShapeAsBefore(path, shape, expression, env, body)) return failed(span)
  const attributes = { place: name, quantizer }
  const operation = draft.add({
    kind: 'quantize',
    operands: [operand],
    attributes,
    shape,
    path,
    scope: scope.path,
    ...placeFor(env, span),
  })
  return { kind: 'tensor', operation, span }
}

/** True for inputs declared with `as`, also behind layout operations: their width is given, so none is learned. */
function isDeclaredInput(operation: number, { draft }: Body): boolean {
  return sourcesOf((id) => draft.at(id), operation).every((source) => {
    const { kind, attributes } = draft.at(source)
    return kind === 'input' && attributes.type !== null
  })
}
