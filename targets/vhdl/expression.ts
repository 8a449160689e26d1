import type { Condition, Expression } from '../rtl/expression.js'
import { constantBits, partsOf, type Slice } from '../rtl/operand.js'

/** The type of every signal and variable: its numbers are negative or they are not. */
export type VectorType = 'signed' | 'unsigned'

export function typeOf(signal: { readonly signed: boolean }): VectorType {
  return signal.signed ? 'signed' : 'unsigned'
}

/**
 * A sequential statement that assigns an expression to a variable or signal (`:=` or `<=`) of a type of numeric_std. Both
 * sides have the same width, so nothing depends on how numeric_std extends or cuts.
 */
export function assign(target: string, operator: ':=' | '<=', expression: Expression, type: VectorType): string {
  switch (expression.kind) {
    case 'slice':
      return `${target} ${operator} ${slice(expression.slice, type)};`
    case 'sum':
      return `${target} ${operator} ${sum(expression, type)};`
    case 'product': {
      const factors = expression.signed ? 'signed' : 'unsigned'
      return `${target} ${operator} ${term(expression.left, factors)} * ${term(expression.right, factors)};`
    }
    case 'less': {
      const sides = expression.signed ? 'signed' : 'unsigned'
      const condition = `${term(expression.left, sides)} < ${term(expression.right, sides)}`
      return choice(target, operator, condition, '"1"', '"0"')
    }
    case 'select': {
      const { condition, whenTrue, whenFalse } = expression
      return choice(target, operator, truth(condition), slice(whenTrue, type), slice(whenFalse, type))
    }
    case 'lookup': {
      const entry = `${expression.table}(to_integer(${slice(expression.address, 'unsigned')}))`
      return `${target} ${operator} ${converted(entry, { signed: false }, type)};`
    }
  }
}

/** numeric_std has a unary minus for signed numbers alone. */
function sum(expression: Extract<Expression, { readonly kind: 'sum' }>, type: VectorType): string {
  const added = expression.added.map((each) => term(each, type)).join(' + ')
  const subtracted = expression.subtracted.map((each) => term(each, type)).join(' - ')
  if (subtracted === '') return added
  if (added !== '') return `${added} - ${subtracted}`
  return type === 'signed' ? `-${subtracted}` : `${literal(0n, expression.subtracted[0]?.width ?? 0)} - ${subtracted}`
}

function choice(target: string, operator: string, condition: string, whenTrue: string, whenFalse: string): string {
  return `if ${condition} then ${target} ${operator} ${whenTrue}; else ${target} ${operator} ${whenFalse}; end if;`
}

function truth({ signal, is }: Condition): string {
  if (is === 'negative') return `${signal.name}(${signal.width - 1}) = '1'`
  return signal.width === 1 ? `${signal.name}(0) = '1'` : `${signal.name} /= 0`
}

/** A slice as an operand of an operator: `&` binds no tighter than `+`. */
function term(bits: Slice, type: VectorType): string {
  const text = slice(bits, type)
  return text.includes(' & ') ? `(${text})` : text
}

/** A slice as a value of a type. */
export function slice({ operand, from, width }: Slice, type: VectorType): string {
  if (operand.kind === 'constant') return literal(constantBits(operand, from, width), width)
  const { above, low, high, below } = partsOf(operand, from, width)
  const zeros = literal(0n, below)
  if (high === low) {
    // Nothing of the signal but its sign, which is the topmost bit there is.
    if (above === 0 || !operand.signed) return literal(0n, width)
    return converted(`resize(${range(operand, operand.width - 1, operand.width)}, ${above})`, operand, type)
  }
  const kept = range(operand, low, high)
  const extended = above > 0 ? `resize(${kept}, ${high - low + above})` : kept
  const value = converted(extended, operand, type)
  return below > 0 ? `${value} & ${zeros}` : value
}

function converted(text: string, from: { readonly signed: boolean }, to: VectorType): string {
  return typeOf(from) === to ? text : `${to}(${text})`
}

/** Bits of a signal, bus or variable from `low` up to but without `high`. */
export function range(signal: { readonly name: string; readonly width: number }, low: number, high: number): string {
  if (low === 0 && high === signal.width) return signal.name
  return `${signal.name}(${high - 1} downto ${low})`
}

/** A literal of exactly `width` bits, whatever the type. */
export function literal(bits: bigint, width: number): string {
  return `"${width === 0 ? '' : bits.toString(2).padStart(width, '0')}"`
}
