import { unknownName } from '../../diagnostics/messages/check.js'
import { badOperand, badOperands, dimensionsDiffer } from '../../diagnostics/messages/check-operators.js'
import type { BinaryOperator, Expression } from '../../syntax/ast.js'
import { commonType, isAssignable, isFraction, isNumber } from '../assign.js'
import { type Env, fail } from '../context.js'
import { membersOf, typeText } from '../type-text.js'
import {
  boolType,
  floatType,
  intType,
  listOf,
  optionsOf,
  rangeType,
  type Type,
  tensorType,
  unknownType,
} from '../types.js'
import { expectType, inferType } from './expression.js'
import { markUsed } from './mark-used.js'

type UnaryExpression = Extract<Expression, { kind: 'unary' }>
type BinaryExpression = Extract<Expression, { kind: 'binary' }>

/** `not x` and `-x`. */
export function inferUnary(expression: UnaryExpression, env: Env, expected: Type | undefined): Type {
  if (expression.operator === 'not') {
    if (isNoCondition(expected)) return unchecked([expression.operand], env)
    expectType(expression.operand, boolType, env, { text: 'what follows `not`' })
    return boolType
  }
  const operand = inferType(expression.operand, env, numbersOf(expected))
  if (operand.kind === 'unknown' || operand.kind === 'tensor' || isNumber(operand) || operand.kind === 'quantity')
    return operand
  const { start, end } = expression.operand.span
  const { text } = env.module
  const line = text.slice(text.lastIndexOf('\n', expression.span.start - 1) + 1, expression.span.start)
  const item = line.trim() === '' ? text.slice(start, end) : undefined
  return fail(env, badOperand({ operator: '-', span: expression.operand.span, type: typeText(operand), item }))
}

/** Whether something else than a bool is expected: then it is of no interest what the operands of logic are. */
function isNoCondition(expected: Type | undefined): boolean {
  return expected !== undefined && expected.kind !== 'unknown' && !isAssignable(boolType, expected)
}

function unchecked(operands: readonly Expression[], env: Env): Type {
  for (const operand of operands) markUsed(operand, env)
  return boolType
}

/** The part of what is expected that matters inside an expression: whether a quotient must be whole. */
function numbersOf(expected: Type | undefined): Type | undefined {
  return expected !== undefined && isWholeNumber(expected) ? intType : undefined
}

function isWholeNumber(expected: Type): boolean {
  const options = optionsOf(expected)
  return options.some((option) => option.kind === 'int') && !options.some((option) => option.kind === 'float')
}

/** Logic, comparisons and arithmetic, with units and on tensors. */
export function inferBinary(expression: BinaryExpression, env: Env, expected: Type | undefined): Type {
  const { operator } = expression
  switch (operator) {
    case 'and':
    case 'or':
      if (isNoCondition(expected)) return unchecked([expression.left, expression.right], env)
      expectType(expression.left, boolType, env, { text: `the left side of \`${operator}\`` })
      expectType(expression.right, boolType, env, { text: `the right side of \`${operator}\`` })
      return boolType
    case '..':
      expectType(expression.left, intType, env, { text: 'the start of a range' })
      expectType(expression.right, intType, env, { text: 'the end of a range' })
      return rangeType
    case '+':
    case '-':
    case '*':
    case '/':
      return arithmetic(expression, operator, env, expected)
    default:
      return comparison(expression, operator, env)
  }
}

function arithmetic(
  expression: BinaryExpression,
  operator: '+' | '-' | '*' | '/',
  env: Env,
  expected: Type | undefined,
): Type {
  const dashed = dashedName(expression, env, expected)
  if (dashed !== undefined) return dashed
  const inner = numbersOf(expected)
  const left = inferType(expression.left, env, inner)
  const right = inferType(expression.right, env, inner)
  if (left.kind === 'unknown' || right.kind === 'unknown') return unknownType
  const result = resultOf(operator, left, right, inner !== undefined)
  return result ?? operandsFail(expression, left, right, env)
}

/** `per-parameter`, `xcvu13p-flga2577-2-e`: where something that is declared is expected, nothing is subtracted. */
function dashedName(expression: BinaryExpression, env: Env, expected: Type | undefined): Type | undefined {
  if (expected === undefined || !optionsOf(expected).every(({ kind }) => kind === 'declared' || kind === 'map'))
    return undefined
  const { span } = expression
  const name = env.module.text.slice(span.start, span.end)
  if (!/^[A-Za-z_]\w*(?:-\w+)+$/.test(name)) return undefined
  const known = [...env.module.scope.values.keys()]
  const nearest = known.find((each) => each === name.replaceAll('-', '_') || name.startsWith(`${each}-`))
  const named = nearest === undefined ? undefined : env.module.scope.values.get(nearest)
  if (named !== undefined) named.used = true
  const hint = "a name has letters, digits and '_', but no '-'"
  return fail(env, unknownName({ name, span, nearest, definition: named?.definition.span, hint }))
}

/** The type of `left operator right`; undefined when there is none. `whole`: a quotient of two ints must be an int. */
function resultOf(operator: '+' | '-' | '*' | '/', left: Type, right: Type, whole: boolean): Type | undefined {
  if (left.kind === 'tensor' || right.kind === 'tensor') {
    const other = left.kind === 'tensor' ? right : left
    return operator !== '/' && (other.kind === 'tensor' || isNumber(other)) ? tensorType : undefined
  }
  if (left.kind === 'list' && right.kind === 'list' && operator === '+') {
    const element = commonType(left.element, right.element)
    return element === undefined ? undefined : listOf(element)
  }
  return isNumber(left) && isNumber(right)
    ? ofNumbers(operator, left, right, whole)
    : ofQuantities(operator, left, right)
}

function ofNumbers(operator: '+' | '-' | '*' | '/', left: Type, right: Type, whole: boolean): Type {
  if (isFraction(left) && isFraction(right)) return operator === '/' ? floatType : left
  if (operator === '*' && (isFraction(left) || isFraction(right))) return isFraction(left) ? left : right
  if (operator === '/' && isFraction(left)) return left
  if (left.kind === 'int' && right.kind === 'int') return operator === '/' && !whole ? floatType : intType
  return floatType
}

function ofQuantities(operator: '+' | '-' | '*' | '/', left: Type, right: Type): Type | undefined {
  const same = left.kind === 'quantity' && right.kind === 'quantity' && left.dimension === right.dimension
  switch (operator) {
    case '+':
    case '-':
      return same ? left : undefined
    case '*':
      if (left.kind === 'quantity' && isNumber(right)) return left
      return right.kind === 'quantity' && isNumber(left) ? right : undefined
    case '/':
      if (same) return floatType
      return left.kind === 'quantity' && isNumber(right) ? left : undefined
  }
}

function operandsFail(expression: BinaryExpression, left: Type, right: Type, env: Env): Type {
  const { operator, operatorSpan } = expression
  const leftText = typeText(left)
  const rightText = typeText(right)
  const spans = { span: operatorSpan, left: expression.left.span, right: expression.right.span }
  const areQuantities = (left.kind === 'quantity' || isNumber(left)) && (right.kind === 'quantity' || isNumber(right))
  if (areQuantities && operator !== '*' && operator !== '/') {
    return fail(
      env,
      dimensionsDiffer({ operator, ...spans, leftText, rightText, plain: isNumber(left) || isNumber(right) }),
    )
  }
  const division = operator === '/' && (left.kind === 'tensor' || right.kind === 'tensor')
  return fail(env, badOperands({ operator, ...spans, leftText, rightText, division }))
}

function comparison(expression: BinaryExpression, operator: BinaryOperator, env: Env): Type {
  const left = inferType(expression.left, env)
  const isEquality = operator === '==' || operator === '!='
  if (isEquality && membersOf(left).length > 0) {
    expectType(expression.right, left, env, { text: `the right side of \`${operator}\`` })
    return boolType
  }
  const right = inferType(expression.right, env)
  if (left.kind === 'unknown' || right.kind === 'unknown') return unknownType
  const bothNumbers = isNumber(left) && isNumber(right)
  const sameDimension = left.kind === 'quantity' && right.kind === 'quantity' && left.dimension === right.dimension
  const bothEqual =
    isEquality &&
    left.kind !== 'tensor' &&
    left.kind !== 'opaque' &&
    left.kind !== 'declared' &&
    commonType(left, right) !== undefined
  if (bothNumbers || sameDimension || bothEqual) return boolType
  operandsFail(expression, left, right, env)
  return boolType
}
