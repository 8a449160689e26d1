import { operandNotQuantized, parameterMeetsData } from '../../diagnostics/messages/check-networks.js'
import type { Expression } from '../../syntax/ast.js'
import { type Body, type Env, placeFor } from '../context.js'
import type { Operand } from './operations.js'
import { isExact, sourcesOf } from './side.js'

/** True, or reported, when an operand of a product is a quantized value or an input of a declared type, laid out in any way or behind a `stop_gradient`. */
export function isQuantized(operand: Operand, what: string, expression: Expression, env: Env): boolean {
  const { body, elaboration } = env
  if (body === undefined) return false
  if (sourcesOf((id) => body.draft.at(id), operand.operation).every((source) => hasWidth(source, body))) return true
  const place = body.draft.isData(operand.operation) ? 'activation' : 'weight'
  elaboration.report(
    operandNotQuantized({ ...placeFor(env, operand.expression?.span ?? expression.span), what, place }),
  )
  return false
}

function hasWidth(operation: number, { draft }: Body): boolean {
  const { kind, attributes } = draft.at(operation)
  return kind === 'quantize' || kind === 'constant' || (kind === 'input' && attributes.type !== null)
}

/** True, or reported, when an operand of what involves data is data itself or has a width. */
export function isExactOperand(operand: Operand, expression: Expression, env: Env): boolean {
  const { body, elaboration } = env
  if (body === undefined) return false
  if (body.draft.isData(operand.operation) || isExact((id) => body.draft.at(id), operand.operation)) return true
  elaboration.report(parameterMeetsData(placeFor(env, operand.expression?.span ?? expression.span)))
  return false
}
