import type { IToken, ParserMethod, TokenType } from 'chevrotain'
import * as messages from '../../diagnostics/messages/syntax.js'
import * as brackets from '../../diagnostics/messages/syntax-brackets.js'
import * as signs from '../../diagnostics/messages/syntax-tokens.js'
import { coveringSpan, type Span } from '../../source.js'
import type { Argument, Entry, Expression } from '../ast.js'
import { EOF } from '../chevrotain.js'
import { LIST_ITEM_END, VALUE } from '../expected.js'
import { readNumber, readString } from '../literals.js'
import { joinTerms, type Term } from '../precedence.js'
import * as t from '../tokens.js'
import { BaseGrammar } from './base.js'

/** Expressions. The entries between braces, which are one too, follow in `entries.ts`. */
export abstract class ExpressionGrammar extends BaseGrammar {
  readonly expression: ParserMethod<[], Expression> = this.RULE(
    'expression',
    (): Expression =>
      this.nested(() => {
        const condition = this.SUBRULE(this.terms)
        let result = condition
        this.OPTION(() => {
          this.CONSUME(t.Question)
          const whenTrue = this.SUBRULE1(this.expression)
          this.CONSUME(t.Colon, { ERR_MSG: "':' and the value for the other case" })
          const whenFalse = this.SUBRULE2(this.expression)
          this.ACTION(() => {
            const span = coveringSpan(condition.span, whenFalse.span)
            result = { kind: 'conditional', condition, whenTrue, whenFalse, span }
          })
        })
        return result
      }),
  )

  /** Operands and operators in a row; `joinTerms` makes the tree. */
  private readonly terms = this.RULE('terms', (): Expression => {
    const list: Term[] = []
    list.push(this.SUBRULE1(this.term))
    this.MANY(() => {
      this.ACTION(() => this.checkChain(list.length))
      const operator = this.CONSUME(t.BinaryOperatorToken)
      const term = this.SUBRULE2(this.term)
      this.ACTION(() => list.push({ ...term, operator: { ...operator, span: this.spanOf(operator) } }))
    })
    return this.ACTION(() =>
      list.length === 1 && list[0]?.nots.length === 0
        ? list[0].operand
        : joinTerms(list, (first, span) => this.report(messages.chainedComparison({ first, span }))),
    )
  })

  private readonly term = this.RULE('term', (): Term => {
    const nots: Span[] = []
    this.MANY(() => {
      this.ACTION(() => this.checkChain(nots.length))
      const not = this.CONSUME(t.Not)
      this.ACTION(() => nots.push(this.spanOf(not)))
    })
    const operand = this.SUBRULE(this.unary)
    return { operator: undefined, nots, operand }
  })

  private readonly unary: ParserMethod<[], Expression> = this.RULE('unary', (): Expression => {
    let minus: IToken | undefined
    this.OPTION(() => {
      minus = this.CONSUME(t.Minus)
    })
    const operand = this.SUBRULE(this.configured)
    return this.ACTION(() =>
      minus === undefined
        ? operand
        : { kind: 'unary', operator: '-', operand, span: coveringSpan(this.spanOf(minus), operand.span) },
    )
  })

  /** `dense(5) with coarse`. */
  private readonly configured = this.RULE('configured', (): Expression => {
    let length = 0
    let result = this.SUBRULE1(this.postfix)
    this.MANY(() => {
      this.ACTION(() => this.checkChain(++length))
      this.CONSUME(t.With)
      const quantizer = this.SUBRULE2(this.postfix)
      this.ACTION(() => {
        result = { kind: 'with', call: result, quantizer, span: coveringSpan(result.span, quantizer.span) }
      })
    })
    return result
  })

  private readonly postfix = this.RULE('postfix', (): Expression => {
    let length = 0
    let result = this.SUBRULE(this.primary)
    this.MANY(() => {
      this.ACTION(() => this.checkChain(++length))
      this.OR([
        {
          ALT: () => {
            this.CONSUME(t.Dot)
            const name = this.SUBRULE(this.identifier, { ARGS: ["a name after '.'"] })
            this.ACTION(() => {
              result = { kind: 'member', object: result, name, span: coveringSpan(result.span, name.span) }
            })
          },
        },
        {
          ALT: () => {
            const list = this.SUBRULE(this.argumentList)
            this.ACTION(() => {
              const span = this.spanFrom(result.span.start)
              result = { kind: 'call', callee: result, arguments: list, span }
            })
          },
        },
        {
          ALT: () => {
            const index = this.SUBRULE(this.bracketed)
            this.ACTION(() => {
              result = { kind: 'index', object: result, index, span: this.spanFrom(result.span.start) }
            })
          },
        },
      ])
    })
    return result
  })

  private readonly bracketed = this.RULE('bracketed', (): Expression => {
    this.CONSUME(t.LBracket)
    const value = this.guarded(() => this.SUBRULE(this.expression), [])
    this.rejectJunk(t.RBracket, "']'", [])
    this.CONSUME(t.RBracket)
    return value ?? this.failQuietly()
  })

  private readonly parenthesized = this.RULE('parenthesized', (): Expression => {
    const open = this.CONSUME(t.LParen)
    const value = this.guarded(() => this.SUBRULE(this.expression), [])
    const isList = this.ACTION(() => value !== undefined && this.rejectArguments(open))
    this.rejectJunk(t.RParen, "')'", [])
    this.CONSUME(t.RParen)
    if (value === undefined) return this.failQuietly()
    return this.ACTION((): Expression => {
      const span = this.spanFrom(open.startOffset)
      return isList ? { kind: 'list', items: [], span } : { ...value, span }
    })
  })

  /** `(x, at = activation)`: a call of which the name is missing. True for `(64, 32)`, a list in the wrong brackets. */
  private rejectArguments(open: IToken): boolean {
    if (!this.nextIs(t.Comma, t.Equal)) return false
    const closer = this.closerOfValues()
    if (closer === undefined)
      this.report(messages.missingCallee({ span: this.spanOf(open), next: this.spanOf(this.LA(1)) }))
    else this.report(brackets.listInParentheses({ open: this.spanOf(open), close: this.spanOf(closer) }))
    this.guarded(() => this.failQuietly(), [])
    return closer !== undefined
  }

  /** The `)` behind what follows, where that is values and commas alone. */
  private closerOfValues(): IToken | undefined {
    let depth = 0
    for (let ahead = 1; ; ahead++) {
      const token = this.LA(ahead)
      const { tokenType } = token
      if (tokenType === EOF || (depth === 0 && tokenType === t.Equal)) return undefined
      if (t.CLOSER_OF.has(tokenType)) depth++
      else if (t.CLOSERS.has(tokenType) && depth-- === 0) return token
    }
  }

  private readonly argumentList = this.RULE('argumentList', (): readonly Argument[] => {
    const list: Argument[] = []
    this.CONSUME(t.LParen)
    do {
      this.MANY(() => {
        const item = this.guarded(() => this.SUBRULE(this.argument), [t.Comma])
        if (item !== undefined) list.push(item)
        this.OPTION(() => this.CONSUME(t.Comma))
        this.ACTION(() => this.checkSeparator(t.RParen))
      })
    } while (
      this.rejectJunk(t.RParen, list.length === 0 ? "a value or ')'" : "',' or ')'", [t.Comma]) &&
      this.dropComma()
    )
    this.CONSUME(t.RParen)
    return list
  })

  private readonly argument = this.RULE('argument', (): Argument => {
    const start = this.LA(1).startOffset
    let name: Argument['name']
    this.OPTION({
      GATE: () => this.joinsValue(),
      DEF: () => {
        name = this.SUBRULE(this.identifier)
        this.SUBRULE(this.equals, { ARGS: [name] })
      },
    })
    const value = this.SUBRULE(this.expression)
    return this.ACTION(() => ({ name, value, span: this.spanFrom(start) }))
  })

  /** `=`, or what is written in its place. */
  protected readonly equals = this.RULE('equals', (name?: { readonly name: string }): void => {
    const token = this.OR([
      { ALT: () => this.CONSUME(t.Equal) },
      { ALT: () => this.CONSUME(t.Colon) },
      { ALT: () => this.CONSUME(t.EqualEqual) },
    ])
    this.ACTION(() => {
      if (token.tokenType === t.Equal) return
      this.report(messages.notAnEqualsSign({ name: name?.name ?? '', found: token.image, span: this.spanOf(token) }))
    })
  })

  private joinsValue(): boolean {
    const second = this.LA(2).tokenType
    return second === t.Equal || second === t.Colon
  }

  private readonly list = this.RULE('list', (): Expression => {
    const open = this.CONSUME(t.LBracket)
    const items = this.SUBRULE(this.items)
    this.CONSUME(t.RBracket)
    return this.ACTION(() => ({ kind: 'list', items, span: this.spanFrom(open.startOffset) }))
  })

  /** What stands between `[` and `]`. */
  protected readonly items = this.RULE('items', (): readonly Expression[] => {
    const items: Expression[] = []
    do {
      this.MANY(() => {
        const item = this.guarded(() => this.SUBRULE(this.expression), [t.Comma])
        if (item !== undefined) items.push(item)
        this.OPTION(() => this.CONSUME(t.Comma))
        this.ACTION(() => this.checkSeparator(t.RBracket))
      })
    } while (
      this.rejectJunk(t.RBracket, items.length === 0 ? "a value or ']'" : LIST_ITEM_END, [t.Comma]) &&
      this.dropComma()
    )
    return items
  })

  /** After an item without a comma: reports it when another item follows. */
  private checkSeparator(closer: TokenType): void {
    const previous = this.LA(0)
    const next = this.LA(1)
    if (previous.tokenType === t.Comma || next.tokenType === closer || !t.startsValue(next.tokenType)) return
    this.report(
      messages.missingSeparator({ previous: this.spanOf(previous), next: this.spanOf(next), lineEndToo: false }),
    )
  }

  protected dropComma(): boolean {
    if (this.nextIs(t.Comma)) this.SKIP_TOKEN()
    return true
  }

  private readonly record = this.RULE('record', (): Expression => {
    const start = this.LA(1).startOffset
    const entries = this.SUBRULE(this.entryBlock)
    return this.ACTION(() => ({ kind: 'record', entries, span: this.spanFrom(start) }))
  })

  /** `{`, entries, `}`: also the body of many declarations. */
  protected abstract readonly entryBlock: ParserMethod<[], readonly Entry[]>

  private readonly primary = this.RULE('primary', (): Expression => {
    return this.OR({ DEF: this.primaries, ERR_MSG: VALUE })
  })

  private readonly primaries = [
    { ALT: () => this.nameExpression() },
    { ALT: () => this.number() },
    { ALT: () => this.quantity() },
    { ALT: () => this.string() },
    { ALT: () => this.boolean(this.CONSUME(t.True), true) },
    { ALT: () => this.boolean(this.CONSUME(t.False), false) },
    { ALT: () => this.SUBRULE(this.list) },
    { ALT: () => this.SUBRULE(this.record) },
    { ALT: () => this.SUBRULE(this.parenthesized) },
  ]

  private nameExpression(): Expression {
    const token = this.CONSUME(t.Name)
    return { kind: 'name', name: token.image, span: this.spanOf(token) }
  }

  private number(): Expression {
    const token = this.CONSUME(t.NumberToken)
    return this.ACTION(() => {
      const text = token.image
      return {
        kind: 'number',
        value: readNumber(text),
        isInteger: /^[\d_]+$/.test(text),
        text,
        span: this.spanOf(token),
      }
    })
  }

  private quantity(): Expression {
    const token = this.CONSUME(t.Quantity)
    return this.ACTION(() => {
      // The pattern of the token: a number, blanks, a unit.
      const unit = /(?:%|[A-Za-z]+)$/.exec(token.image)?.[0] ?? ''
      const value = readNumber(token.image.slice(0, -unit.length).trimEnd())
      return { kind: 'quantity', value, unit, text: token.image, span: this.spanOf(token) }
    })
  }

  private string(): Expression {
    const token = this.CONSUME(t.StringToken)
    return this.ACTION(() => ({ kind: 'string', value: this.textOf(token), span: this.spanOf(token) }))
  }

  /** The text that a string stands for; unknown escapes are reported. */
  protected textOf(token: IToken): string {
    return readString(token.image, (sequence, at) => {
      const start = token.startOffset + at
      const span = { file: this.file, start, end: start + sequence.length }
      this.report(signs.unknownEscape({ escape: sequence, span }))
    })
  }

  private boolean(token: IToken, value: boolean): Expression {
    return { kind: 'boolean', value, span: this.spanOf(token) }
  }
}
