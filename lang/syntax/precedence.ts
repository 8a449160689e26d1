import type { IToken } from 'chevrotain'
import { coveringSpan, type Span } from '../source.js'
import type { BinaryOperator, Expression } from './ast.js'

/** One operand with the `not`s before it, and the operator that joins it to what stands before. */
export interface Term {
  readonly operator: (IToken & { readonly span: Span }) | undefined
  /** Spans of the `not`s, outermost first. */
  readonly nots: readonly Span[]
  readonly operand: Expression
}

const NOT = 3
const PIPE = 8
const PRECEDENCE: Readonly<Record<string, number>> = {
  or: 1,
  and: 2,
  '==': 4,
  '!=': 4,
  '<': 4,
  '<=': 4,
  '>': 4,
  '>=': 4,
  '..': 5,
  '+': 6,
  '-': 6,
  '*': 7,
  '/': 7,
  '|>': PIPE,
}
/** Of these one expression takes at most one: `a < b < c` and `1..2..3` are mistakes. */
const COMPARISON = 4
const RANGE = 5

/**
 * Joins terms into a tree by precedence; operators of one level associate to the left.
 * `onChain` is told of a second comparison or range beside a first.
 */
export function joinTerms(terms: readonly Term[], onChain: (first: Span, second: Span) => void): Expression {
  let position = 0

  const operand = (): Expression => {
    const term = terms[position++]
    if (term === undefined) throw new Error('an expression has at least one term')
    if (term.nots.length === 0) return term.operand
    // `not a == b` is `not (a == b)`: the operators that bind tighter than `not` belong to its operand.
    let value = rest(term.operand, NOT + 1)
    for (const span of [...term.nots].reverse()) {
      value = { kind: 'unary', operator: 'not', operand: value, span: coveringSpan(span, value.span) }
    }
    return value
  }

  const rest = (first: Expression, lowest: number): Expression => {
    let left = first
    let chain: { level: number; span: Span } | undefined
    for (;;) {
      const operator = terms[position]?.operator
      if (operator === undefined) return left
      const level = PRECEDENCE[operator.image] ?? 0
      if (level < lowest) return left
      if (chain?.level === level) onChain(chain.span, operator.span)
      if (level === COMPARISON || level === RANGE) chain = { level, span: operator.span }
      let right = operand()
      right = rest(right, level + 1)
      left = join(left, operator, right)
    }
  }

  return rest(operand(), 0)
}

function join(left: Expression, operator: IToken & { readonly span: Span }, right: Expression): Expression {
  const span = coveringSpan(left.span, right.span)
  if (operator.image === '|>') return { kind: 'pipe', value: left, call: right, span }
  // The lexer gives no other operators than those of PRECEDENCE.
  return { kind: 'binary', operator: operator.image as BinaryOperator, operatorSpan: operator.span, left, right, span }
}
