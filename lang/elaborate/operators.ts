import { divisionByZero } from '../diagnostics/messages/check-networks.js'
import { notWhole } from '../diagnostics/messages/check-values.js'
import type { BinaryOperator, Expression } from '../syntax/ast.js'
import { type Env, LONGEST_LIST, placeFor } from './context.js'
import { applyOperator, negateTensor } from './network/arithmetic.js'
import { failed, itemsOf, numberValue, plainOf, type Value } from './value.js'

type Unary = Extract<Expression, { kind: 'unary' }>
type Binary = Extract<Expression, { kind: 'binary' }>
type Evaluate = (expression: Expression, env: Env) => Value

/** The value of `not x` or `-x`; the checker has made sure that the operand fits. */
export function unaryValue(expression: Unary, operand: Value, env: Env): Value {
  const { span } = expression
  switch (operand.kind) {
    case 'bool':
      return { kind: 'bool', value: !operand.value, span }
    case 'number':
      // -0 would be another key than 0.
      return numberValue(operand.value === 0 ? 0 : -operand.value, span)
    case 'quantity':
      return { ...operand, value: -operand.value, span }
    case 'tensor':
      return negateTensor(operand, expression, env)
    default:
      return failed(span)
  }
}

/** `and` and `or` evaluate their right side only where it matters. */
export function binaryValue(expression: Binary, env: Env, evaluate: Evaluate): Value {
  const { operator, span } = expression
  const left = evaluate(expression.left, env)
  if (left.kind === 'failed') {
    evaluate(expression.right, env)
    return failed(span)
  }
  if (operator === 'and' || operator === 'or') {
    if (left.kind !== 'bool') return failed(span)
    return left.value === (operator === 'or') ? { ...left, span } : evaluate(expression.right, env)
  }
  const right = evaluate(expression.right, env)
  if (right.kind === 'failed') return failed(span)
  switch (operator) {
    case '+':
    case '-':
    case '*':
    case '/':
      return arithmetic(expression, operator, left, right, env)
    case '..':
      if (left.kind !== 'number' || right.kind !== 'number') return failed(span)
      checkLength(right.value - left.value + 1, expression, env)
      return { kind: 'range', low: left.value, high: right.value, span }
    default:
      return { kind: 'bool', value: compare(operator, left, right), span }
  }
}

function checkLength(length: number, expression: Binary, env: Env): void {
  if (length > LONGEST_LIST) env.elaboration.stop(env, expression.span, `a list of ${length} items`, LONGEST_LIST)
}

function arithmetic(expression: Binary, operator: '+' | '-' | '*' | '/', left: Value, right: Value, env: Env): Value {
  const { span } = expression
  if (left.kind === 'tensor' || right.kind === 'tensor') {
    return operator === '/' ? failed(span) : applyOperator(operator, left, right, expression, env)
  }
  const items = operator === '+' ? [itemsOf(left), itemsOf(right)] : []
  if (items[0] !== undefined && items[1] !== undefined) {
    checkLength(items[0].length + items[1].length, expression, env)
    return { kind: 'list', items: [...items[0], ...items[1]], span }
  }
  const a = magnitudeOf(left)
  const b = magnitudeOf(right)
  if (a === undefined || b === undefined) return failed(span)
  if (operator === '/' && b === 0)
    return env.elaboration.fail(divisionByZero(placeFor(env, expression.right.span)), span)
  const value = calculate(operator, a, b) + 0 // turns -0, which would be another key, into 0
  const quantity = left.kind === 'quantity' ? left : right.kind === 'quantity' ? right : undefined
  // A quotient of two quantities has no dimension; the checker has seen that dimensions agree.
  const both = left.kind === 'quantity' && right.kind === 'quantity'
  if (quantity !== undefined && !(both && operator === '/')) return { ...quantity, value, span }
  if (env.module.types.get(expression)?.kind === 'int' && !Number.isInteger(value)) {
    return env.elaboration.fail(notWhole({ ...placeFor(env, span), shown: `${a} ${operator} ${b}`, value }), span)
  }
  return numberValue(value, span)
}

function calculate(operator: '+' | '-' | '*' | '/', a: number, b: number): number {
  switch (operator) {
    case '+':
      return a + b
    case '-':
      return a - b
    case '*':
      return a * b
    case '/':
      return a / b
  }
}

function magnitudeOf(value: Value): number | undefined {
  return value.kind === 'number' || value.kind === 'quantity' ? value.value : undefined
}

function compare(
  operator: Exclude<BinaryOperator, '+' | '-' | '*' | '/' | '..' | 'and' | 'or'>,
  left: Value,
  right: Value,
): boolean {
  const a = magnitudeOf(left)
  const b = magnitudeOf(right)
  if (a === undefined || b === undefined) {
    const equal = JSON.stringify(comparable(left)) === JSON.stringify(comparable(right))
    return operator === '!=' ? !equal : equal
  }
  switch (operator) {
    case '==':
      return a === b
    case '!=':
      return a !== b
    case '<':
      return a < b
    case '<=':
      return a <= b
    case '>':
      return a > b
    case '>=':
      return a >= b
  }
}

/** A range equals the list of its numbers. */
function comparable(value: Value): unknown {
  const items = itemsOf(value)
  return items === undefined ? plainOf(value) : items.map(comparable)
}
