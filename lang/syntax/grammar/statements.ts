import type { ParserMethod } from 'chevrotain'
import * as messages from '../../diagnostics/messages/syntax.js'
import * as types from '../../diagnostics/messages/syntax-types.js'
import { coveringSpan } from '../../source.js'
import type { Expression, Identifier, Statement } from '../ast.js'
import { EOF } from '../chevrotain.js'
import { BLOCK, END_OF_STATEMENT, LOOP_VARIABLE, STATEMENT, VALUE } from '../expected.js'
import { isAtLineEnd } from '../explain.js'
import { isMissingCloser } from '../layout.js'
import * as t from '../tokens.js'
import { TypeGrammar } from './types.js'

/** What stands in the body of a layer or an architecture. */
export abstract class StatementGrammar extends TypeGrammar {
  readonly body: ParserMethod<[], readonly Statement[]> = this.RULE('body', (): readonly Statement[] =>
    this.nested(() => {
      const body: Statement[] = []
      this.CONSUME(t.LBrace, { ERR_MSG: BLOCK })
      do {
        this.MANY(() => {
          this.OR([
            { ALT: () => this.CONSUME(t.Newline) },
            {
              ALT: () => {
                const statement = this.guarded(() => this.SUBRULE(this.statement), [t.Newline])
                if (statement !== undefined) body.push(statement)
                this.ACTION(() => this.checkStatementEnd())
              },
            },
          ])
        })
      } while (this.rejectJunk(t.RBrace, STATEMENT, [t.Newline]))
      this.CONSUME(t.RBrace)
      return body
    }),
  )

  private checkStatementEnd(): void {
    if (this.nextIs(t.Newline, t.RBrace)) return
    this.rejectRestOfLine(END_OF_STATEMENT, [t.Newline])
  }

  private readonly statement = this.RULE('statement', (): Statement => {
    return this.OR({ DEF: this.statements, ERR_MSG: STATEMENT })
  })

  private readonly statements = [
    { ALT: () => this.SUBRULE(this.letStatement) },
    { ALT: () => this.SUBRULE(this.forStatement) },
    { ALT: () => this.SUBRULE(this.returnStatement) },
    { GATE: () => !this.joinsNext(), ALT: () => this.SUBRULE(this.inputStatement) },
    { GATE: () => !this.joinsNext(), ALT: () => this.SUBRULE(this.outputStatement) },
    { GATE: () => t.isName(this.LA(2).tokenType), ALT: () => this.SUBRULE(this.shareStatement) },
    { GATE: () => t.isName(this.LA(2).tokenType), ALT: () => this.SUBRULE(this.placeStatement) },
    { ALT: () => this.SUBRULE(this.assignment) },
  ]

  private joinsNext(): boolean {
    return t.joinsEntry(this.LA(2).tokenType)
  }

  private readonly letStatement = this.RULE('letStatement', (): Statement => {
    const start = this.CONSUME(t.Let).startOffset
    const name = this.SUBRULE(this.identifier, { ARGS: ["a name after 'let'"] })
    const value = this.SUBRULE(this.assigned, { ARGS: [name] })
    return this.ACTION(() => ({ kind: 'let', name, value, rebinds: false, span: this.spanFrom(start) }))
  })

  /** `= value`, behind a name. */
  protected readonly assigned = this.RULE('assigned', (name?: Identifier): Expression => {
    this.ACTION(() => this.dropType("a 'let'"))
    let joined = false
    this.OPTION(() => {
      this.SUBRULE(this.equals, { ARGS: [name] })
      joined = true
    })
    this.ACTION(() => (joined ? undefined : this.missingEquals(name?.name ?? '', '=')))
    this.valueStart = this.LA(1).startOffset
    return this.SUBRULE(this.expression)
  })

  private readonly assignment = this.RULE('assignment', (): Statement => {
    this.ACTION(() => this.rejectStrayValue())
    const name = this.SUBRULE(this.identifier)
    if (this.isInputOfKeras()) return this.rejectInputOfKeras(name)
    const value = this.SUBRULE(this.assigned, { ARGS: [name] })
    return this.ACTION(() => ({ kind: 'let', name, value, rebinds: true, span: this.spanFrom(name.span.start) }))
  })

  private isInputOfKeras(): boolean {
    if (this.RECORDING_PHASE || !this.nextIs(t.Equal)) return false
    return /^Input(?:Layer)?$/.test(this.LA(2).image) && this.LA(3).tokenType === t.LParen
  }

  /** `x = Input(shape=(16,))`: the name is declared as it was meant. */
  private rejectInputOfKeras(name: Identifier): Statement {
    const { start } = this.spanOf(this.LA(1))
    let text = ''
    for (; !isAtLineEnd(this.LA(1)) && !this.nextIs(t.RBrace); this.SKIP_TOKEN()) text += this.LA(1).image
    const span = this.spanFrom(start)
    const sizes = /^=\w+\((?:shape=)?[([](\d+(?:,\d+)*),?[)\]]\)$/.exec(text)?.[1]
    const meant = sizes === undefined ? undefined : `input ${name.name}[${sizes.replaceAll(',', ', ')}]`
    this.report(types.foreignInput({ name: name.name, span: coveringSpan(name.span, span), meant }))
    this.broken.push(span)
    return { kind: 'input', name, shape: [], type: undefined, span: coveringSpan(name.span, span) }
  }

  /** A line such as `dense(5)`, of which nothing takes the value. */
  private rejectStrayValue(): void {
    const [word, next] = [this.LA(1), this.LA(2)]
    if (word.image === 'while' && !t.joinsEntry(next.tokenType) && next.tokenType !== t.Newline) {
      this.report(messages.misplacedStatement({ word: word.image, where: 'here', span: this.spanOf(word) }))
      this.failQuietly()
    }
    if (!t.opensCallOrIndex(next.tokenType)) return
    if (word.tokenType === t.Input && next.tokenType === t.LBracket) {
      this.report(types.inputWithoutName({ span: this.spanOf(next) }))
      this.failQuietly()
    }
    this.report(messages.strayValue({ span: this.spanOf(this.LA(1)) }))
    this.failQuietly()
  }

  private readonly forStatement = this.RULE('forStatement', (): Statement => {
    const start = this.CONSUME(t.For).startOffset
    const variable = this.SUBRULE(this.identifier, { ARGS: [LOOP_VARIABLE] })
    this.CONSUME(t.In, { ERR_MSG: "'in' and a list" })
    const list = this.SUBRULE(this.iterated)
    const body = this.SUBRULE(this.body)
    return this.ACTION(() => ({ kind: 'for', variable, list, body, span: this.spanFrom(start) }))
  })

  /** The list of a `for`. Where it is missing, the `{` of the body stands there. */
  private readonly iterated = this.RULE('iterated', (): Expression => {
    const nothing = this.ACTION((): Expression | undefined => {
      if (!this.nextIs(t.LBrace)) return undefined
      const previous = this.spanOf(this.LA(0))
      const span = { ...previous, start: previous.end }
      this.report(messages.missingValue({ after: "'in'", found: "'{'", span }))
      return { kind: 'list', items: [], span }
    })
    let list = nothing
    this.OPTION({
      GATE: () => nothing === undefined,
      DEF: () => {
        list = this.SUBRULE(this.expression)
      },
    })
    return this.ACTION(() => list ?? this.fail(VALUE))
  })

  private readonly returnStatement = this.RULE('returnStatement', (): Statement => {
    const start = this.CONSUME(t.Return).startOffset
    const value = this.SUBRULE(this.expression)
    return this.ACTION(() => ({ kind: 'return', value, span: this.spanFrom(start) }))
  })

  private readonly inputStatement = this.RULE('inputStatement', (): Statement => {
    const start = this.CONSUME(t.Input).startOffset
    const name = this.SUBRULE(this.identifier, { ARGS: ['the name of the input'] })
    let shape: readonly Expression[] = []
    this.ACTION(() => this.rejectMissingShape(name))
    this.OPTION1(() => {
      const open = this.CONSUME(t.LBracket)
      shape = this.SUBRULE(this.items)
      const close = this.CONSUME(t.RBracket)
      this.ACTION(() => {
        if (shape.length > 0 || isMissingCloser(close) || close.startOffset !== open.startOffset + 1) return
        const span = coveringSpan(this.spanOf(open), this.spanOf(close))
        this.report(types.inputWithoutShape({ name: name.name, span, isType: false, meant: undefined }))
        this.broken.push(span)
      })
    })
    this.ACTION(() => (t.isName(this.LA(1).tokenType) ? this.fail("'as' before the type of the input") : undefined))
    let type: Expression | undefined
    this.OPTION2(() => {
      this.CONSUME(t.As)
      type = this.SUBRULE(this.expression)
    })
    return this.ACTION(() => ({ kind: 'input', name, shape, type, span: this.spanFrom(start) }))
  })

  /** `input x: tensor[16]`, `input x(16)`: the name stays declared, so that what uses it is no mistake as well. */
  private rejectMissingShape(name: Identifier): void {
    if (this.nextIs(t.LBracket)) return
    const found = this.LA(1)
    const isType = found.tokenType === t.Colon
    const atEnd = isAtLineEnd(found) || this.nextIs(t.As, t.RBrace)
    const start = atEnd ? name.span.end : found.startOffset
    let text = ''
    let isClosed = true
    for (let depth = 0; !this.nextIs(EOF); this.SKIP_TOKEN()) {
      const token = this.LA(1)
      const { tokenType, image } = token
      if (depth === 0 && this.nextIs(t.Newline, t.RBrace, t.As)) break
      if (t.CLOSER_OF.has(tokenType)) depth++
      else if (t.CLOSERS.has(tokenType)) depth--
      if (isMissingCloser(token)) isClosed = false
      text += image
    }
    const span = atEnd ? { file: this.file, start, end: start } : this.spanFrom(start)
    const sizes = /^(?::(?:[A-Za-z_]\w*(?=[[(]))?|=)?[[(]?(\d+(?:,\d+)*)[\])]?$/.exec(text)?.[1]
    // A bracket that was never closed may hold more than the shape: no fix then.
    const meant = sizes === undefined || !isClosed ? undefined : `[${sizes.replaceAll(',', ', ')}]`
    this.report(types.inputWithoutShape({ name: name.name, span, isType, meant }))
    if (!atEnd) this.broken.push(span)
  }

  private readonly outputStatement = this.RULE('outputStatement', (): Statement => {
    const start = this.CONSUME(t.Output).startOffset
    let name: Identifier | undefined
    this.OPTION({
      GATE: () => this.joinsNext(),
      DEF: () => {
        name = this.SUBRULE(this.identifier)
        this.SUBRULE(this.equals, { ARGS: [name] })
      },
    })
    const value = this.SUBRULE(this.expression)
    return this.ACTION(() => ({ kind: 'output', name, value, span: this.spanFrom(start) }))
  })

  private readonly shareStatement = this.RULE('shareStatement', (): Statement => {
    const start = this.CONSUME(t.Share).startOffset
    const name = this.SUBRULE(this.identifier, { ARGS: ["a name after 'share'"] })
    const value = this.SUBRULE(this.assigned, { ARGS: [name] })
    return this.ACTION(() => ({ kind: 'share', name, value, span: this.spanFrom(start) }))
  })

  private readonly placeStatement = this.RULE('placeStatement', (): Statement => {
    const start = this.CONSUME(t.Place).startOffset
    const name = this.SUBRULE1(this.identifier, { ARGS: ["a name after 'place'"] })
    this.CONSUME(t.Equal, { ERR_MSG: "'=' and the place to fall back to" })
    const fallback = this.SUBRULE2(this.identifier, { ARGS: ['the place to fall back to, such as activation'] })
    return this.ACTION(() => ({ kind: 'place', name, fallback, span: this.spanFrom(start) }))
  })
}
