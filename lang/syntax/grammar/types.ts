import type { IToken, ParserMethod } from 'chevrotain'
import * as messages from '../../diagnostics/messages/syntax.js'
import * as types from '../../diagnostics/messages/syntax-types.js'
import { meantBy } from '../../habits.js'
import type { Expression, Parameter, RecordTypeField, TypeExpression } from '../ast.js'
import { EOF } from '../chevrotain.js'
import { TYPE } from '../expected.js'
import { isMissingCloser } from '../layout.js'
import * as t from '../tokens.js'
import { EntryGrammar } from './entries.js'

/** Types, and the parameters that they belong to. */
export abstract class TypeGrammar extends EntryGrammar {
  readonly type: ParserMethod<[], TypeExpression> = this.RULE(
    'type',
    (): TypeExpression =>
      this.nested(() => {
        const start = this.LA(1).startOffset
        const options: TypeExpression[] = [this.SUBRULE1(this.simpleType)]
        this.MANY(() => {
          this.CONSUME(t.Bar)
          options.push(this.SUBRULE2(this.simpleType))
        })
        let optional = false
        this.OPTION(() => {
          this.CONSUME(t.Question)
          optional = true
        })
        return this.ACTION(() => {
          const [only] = options
          const whole = { file: this.file, start, end: options.at(-1)?.span.end ?? start }
          const union: TypeExpression =
            options.length === 1 && only !== undefined ? only : { kind: 'union_type', options, span: whole }
          return optional ? { kind: 'optional_type', element: union, span: this.spanFrom(start) } : union
        })
      }),
  )

  /** `int`, `list[int]`, `record[columns]`, `{ train: fraction }`. */
  private readonly simpleType: ParserMethod<[], TypeExpression> = this.RULE('simpleType', (): TypeExpression => {
    return this.OR({
      DEF: [{ ALT: () => this.SUBRULE(this.namedType) }, { ALT: () => this.SUBRULE(this.recordType) }],
      ERR_MSG: TYPE,
    })
  })

  private readonly namedType = this.RULE('namedType', (): TypeExpression => {
    const name = this.CONSUME(t.Name, { ERR_MSG: TYPE })
    let element: TypeExpression | undefined
    const sized = this.ACTION(() => this.dropSizes(name))
    this.OPTION(() => {
      this.CONSUME(t.LBracket)
      element = this.guarded(() => this.SUBRULE(this.type), [])
      this.rejectJunk(t.RBracket, "']'", [])
      this.CONSUME(t.RBracket)
      this.ACTION(() => (element === undefined ? this.failQuietly() : undefined))
    })
    return this.ACTION((): TypeExpression => {
      const span = this.spanFrom(name.startOffset)
      // Without a name it is no further mistake, whatever its values are.
      if (element === undefined) return { kind: 'named_type', name: sized === 'unknown' ? '' : name.image, span }
      if (name.image === 'record') return { kind: 'map_type', element, span }
      if (name.image !== 'list') {
        const nearest = meantBy(name.image, ['list', 'record'])
        this.report(types.noElementType({ name: name.image, span: this.spanOf(name), nearest }))
      }
      return { kind: 'list_type', element, span }
    })
  })

  /**
   * `tensor[16]`, `list[16]`, `int[]`: reports brackets that hold no type, and passes over them. `unknown` where the type
   * that was meant is not certain.
   */
  private dropSizes(name: IToken): 'unknown' | undefined {
    const content = this.LA(2).tokenType
    const isList = name.image === 'list' || name.image === 'record'
    const isTensor = name.image === 'tensor'
    if (!this.nextIs(t.LBracket) && !(isTensor && this.nextIs(t.LParen))) return undefined
    if (!isTensor && content !== t.NumberToken && (isList || content !== t.RBracket)) return undefined
    const { start } = this.spanOf(this.LA(1))
    let depth = 0
    let isClosed = true
    do {
      const token = this.LA(1)
      if (t.CLOSER_OF.has(token.tokenType)) depth++
      else if (t.CLOSERS.has(token.tokenType)) depth--
      // The bracket may have swallowed more than sizes.
      if (isMissingCloser(token)) isClosed = false
      this.SKIP_TOKEN()
    } while (depth > 0 && !this.nextIs(EOF))
    if (!isClosed) return 'unknown'
    const facts = { name: name.image, brackets: this.spanFrom(start), whole: this.spanFrom(name.startOffset) }
    this.report(isTensor ? types.shapeInType(facts) : isList ? types.lengthInType(facts) : types.notAList(facts))
    return isTensor ? undefined : 'unknown'
  }

  private readonly recordType = this.RULE('recordType', (): TypeExpression => {
    const fields: RecordTypeField[] = []
    const open = this.CONSUME(t.LBrace)
    this.separated(
      () => {
        const field = this.guarded(() => this.SUBRULE(this.recordTypeField), [t.Newline, t.Comma])
        if (field !== undefined) fields.push(field)
      },
      () => this.rejectJunk(t.RBrace, "',' or '}'", [t.Newline, t.Comma]),
    )
    this.CONSUME(t.RBrace)
    return this.ACTION(() => ({ kind: 'record_type', fields, span: this.spanFrom(open.startOffset) }))
  })

  private readonly recordTypeField = this.RULE('recordTypeField', (): RecordTypeField => {
    const name = this.SUBRULE(this.identifier)
    this.CONSUME(t.Colon, { ERR_MSG: "':' and a type" })
    const type = this.SUBRULE(this.type)
    return this.ACTION(() => ({ name, type, span: this.spanFrom(name.span.start) }))
  })

  /** `(x: tensor, units: int = 16)`. */
  readonly parameterList = this.RULE('parameterList', (): readonly Parameter[] => {
    const list: Parameter[] = []
    this.CONSUME(t.LParen)
    do {
      this.MANY(() => {
        const item = this.guarded(() => this.SUBRULE(this.parameter), [t.Comma])
        if (item !== undefined) list.push(item)
        this.OPTION(() => this.CONSUME(t.Comma))
        this.ACTION(() => {
          const previous = this.spanOf(this.LA(0))
          if (this.LA(0).tokenType === t.Comma || !t.isName(this.LA(1).tokenType)) return
          this.report(messages.missingSeparator({ previous, next: this.spanOf(this.LA(1)), lineEndToo: false }))
        })
      })
    } while (
      this.rejectJunk(t.RParen, list.length === 0 ? "a parameter or ')'" : "',' or ')'", [t.Comma]) &&
      this.dropComma()
    )
    this.CONSUME(t.RParen)
    return list
  })

  private readonly parameter = this.RULE('parameter', (): Parameter => {
    const name = this.SUBRULE(this.identifier)
    this.ACTION(() => {
      if (this.nextIs(t.Colon)) return
      if (!this.nextIs(t.Comma, t.RParen, t.Equal)) this.fail("':' and a type")
      this.report(messages.parameterWithoutType({ name: name.name, span: name.span }))
      this.failQuietly()
    })
    this.CONSUME(t.Colon)
    const type = this.SUBRULE(this.type)
    let defaultValue: Expression | undefined
    this.OPTION(() => {
      this.CONSUME(t.Equal)
      defaultValue = this.SUBRULE(this.expression)
    })
    return this.ACTION(() => {
      const start = name.span.start
      return { name, type, defaultValue, doc: this.docAt(start), span: this.spanFrom(start) }
    })
  })
}
