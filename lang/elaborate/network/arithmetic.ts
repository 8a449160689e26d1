import type { Expression } from '../../syntax/ast.js'
import type { Env } from '../context.js'
import { failed, type Value, type ValueOf } from '../value.js'
import { exactConstant, powerOfTwo } from './constants.js'
import { addOperation, constantOperation, type Operand } from './operations.js'

type Operator = '+' | '-' | '*'
type Binary = Extract<Expression, { kind: 'binary' }>

const KINDS: Readonly<Record<Operator, string>> = { '+': 'add', '-': 'subtract', '*': 'multiply' }

/** `left operator right` where at least one is a tensor. Powers of two become shifts, which cost nothing. */
export function applyOperator(operator: Operator, left: Value, right: Value, expression: Binary, env: Env): Value {
  const shifted = shiftBy(operator, left, right, expression, env)
  if (shifted !== undefined) return shifted
  const operands = [operandOf(left, expression.left, env), operandOf(right, expression.right, env)]
  const [a, b] = operands
  if (a === undefined || b === undefined || env.body === undefined) return failed(expression.span)
  const { draft } = env.body
  const onData = draft.isData(a.operation) || draft.isData(b.operation)
  const constant = left.kind === 'number' ? left : right.kind === 'number' ? right : undefined
  if (constant !== undefined && onData && !exactConstant(constant, env)) return failed(expression.span)
  return addOperation({ kind: KINDS[operator], operands: [a, b], attributes: {} }, expression, env)
}

/** `-x` on a tensor as an operation of the network. */
export function negateTensor(
  operand: ValueOf<'tensor'>,
  expression: Extract<Expression, { kind: 'unary' }>,
  env: Env,
): Value {
  const operands = [{ operation: operand.operation, expression: expression.operand }]
  return addOperation({ kind: 'negate', operands, attributes: {} }, expression, env)
}

function shiftBy(operator: Operator, left: Value, right: Value, expression: Binary, env: Env): Value | undefined {
  const [tensor, number, inner] =
    left.kind === 'tensor' && right.kind === 'number'
      ? [left, right.value, expression.left]
      : right.kind === 'tensor' && left.kind === 'number'
        ? [right, left.value, expression.right]
        : [undefined, 0, expression]
  if (tensor === undefined || operator !== '*') return undefined
  const exponent = powerOfTwo(Math.abs(number))
  if (exponent === undefined) return undefined
  const operands = [{ operation: tensor.operation, expression: inner }]
  const shifted =
    exponent === 0 ? tensor : addOperation({ kind: 'shift', operands, attributes: { by: exponent } }, expression, env)
  if (number > 0 || shifted.kind !== 'tensor') return { ...shifted, span: expression.span }
  return addOperation(
    { kind: 'negate', operands: [{ operation: shifted.operation, expression }], attributes: {} },
    expression,
    env,
  )
}

function operandOf(value: Value, expression: Expression, env: Env): Operand | undefined {
  if (value.kind === 'tensor') return { operation: value.operation, expression }
  if (value.kind !== 'number' || env.body === undefined) return undefined
  return { operation: constantOperation(value, env.body), expression }
}
