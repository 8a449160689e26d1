import type { IToken, ParserMethod, TokenType } from 'chevrotain'
import * as messages from '../../diagnostics/messages/syntax.js'
import * as brackets from '../../diagnostics/messages/syntax-brackets.js'
import { coveringSpan } from '../../source.js'
import type { Entry } from '../ast.js'
import { EOF } from '../chevrotain.js'
import { BLOCK, END_OF_ENTRY, ENTRY_NAME } from '../expected.js'
import * as t from '../tokens.js'
import { ExpressionGrammar } from './expressions.js'

const OPENERS: Readonly<Record<string, string>> = { ')': '(', ']': '[', '}': '{' }

/** Entries between braces, and what goes wrong between a name and its value, or behind the value. */
export abstract class EntryGrammar extends ExpressionGrammar {
  /** Where the value of the entry or statement that is being read starts. */
  protected valueStart = 0

  /** `{`, entries separated by commas or line ends, `}`. */
  protected readonly entryBlock: ParserMethod<[], readonly Entry[]> = this.RULE('entryBlock', (): readonly Entry[] => {
    const entries: Entry[] = []
    this.CONSUME(t.LBrace, { ERR_MSG: BLOCK })
    this.separated(
      () => {
        const entry = this.guarded(() => this.SUBRULE(this.entry), [t.Newline, t.Comma])
        if (entry !== undefined) entries.push(entry)
        this.ACTION(() => this.checkEntryEnd())
      },
      () => this.rejectNoEntry(entries),
    )
    this.CONSUME(t.RBrace)
    return entries
  })

  /** As `rejectJunk`. Behind `classes = "g", ` it is the list that lost its `[` when a `]` follows. */
  private rejectNoEntry(entries: Entry[]): boolean {
    const closer = this.RECORDING_PHASE || this.LA(0).tokenType !== t.Comma ? undefined : this.strayCloserAhead()
    if (closer === undefined) return this.rejectJunk(t.RBrace, ENTRY_NAME, [t.Newline, t.Comma])
    const cut = entries.pop()
    if (cut !== undefined) this.broken.push(cut.span)
    this.rejectRestOfLine(ENTRY_NAME, [t.Newline])
    return !this.nextIs(t.RBrace, EOF)
  }

  private checkEntryEnd(): void {
    if (this.nextIs(t.Newline, t.Comma, t.RBrace)) return
    const startsEntry = t.isName(this.LA(1).tokenType) && t.joinsEntry(this.LA(2).tokenType)
    if (!startsEntry || this.strayCloserAhead() !== undefined) {
      this.rejectRestOfLine(END_OF_ENTRY, [t.Newline, t.Comma])
      return
    }
    const previous = this.spanOf(this.LA(0))
    this.report(messages.missingSeparator({ previous, next: this.spanOf(this.LA(1)), lineEndToo: true }))
  }

  /** Something stands behind the end of an entry, a statement or a declaration, on the same line. */
  protected rejectRestOfLine(expected: string, stops: readonly TokenType[]): void {
    const behind = this.spanOf(this.LA(0)).end
    // What stands here may belong to the value before it, as the argument of `csv "x.csv"` does.
    this.ACTION(() => this.broken.push({ file: this.file, start: behind, end: this.spanOf(this.LA(1)).end }))
    this.guarded(() => {
      const closer = this.strayCloserAhead()
      if (closer === undefined || closer === this.LA(1)) this.fail(expected)
      const previous = this.spanOf(this.LA(0))
      const opener = OPENERS[closer.image] ?? ''
      const start = opener === '(' || this.valueStart > previous.start ? previous.end : this.valueStart
      const span = { file: this.file, start, end: start }
      this.report(brackets.missingOpener({ opener, closer: this.spanOf(closer), span }))
      this.failQuietly()
    }, stops)
    if (this.nextIs(t.StrayCloser)) this.SKIP_TOKEN()
  }

  /** A bracket further on this line that closes nothing: its opening one may be what is missing here. */
  private strayCloserAhead(): IToken | undefined {
    for (let ahead = 1; ; ahead++) {
      const token = this.LA(ahead)
      if (token.tokenType === t.StrayCloser) return token
      if (token.tokenType === t.Newline || token.tokenType === EOF) return undefined
    }
  }

  private readonly entry = this.RULE('entry', (): Entry => {
    const start = this.LA(1).startOffset
    this.ACTION(() => this.rejectDeclaration())
    const name = this.SUBRULE(this.identifier)
    let relation: Entry['relation'] | undefined
    this.ACTION(() => this.dropType('an entry'))
    const foreign = this.ACTION(() => this.foreignBound(name.name))
    this.OPTION({
      GATE: () => foreign === undefined,
      DEF: () => {
        relation = this.SUBRULE(this.relation, { ARGS: [name] })
      },
    })
    this.ACTION(() => {
      relation ??= foreign ?? this.strictBound()
      if (relation === undefined) this.missingEquals(name.name, '=')
    })
    this.valueStart = this.LA(1).startOffset
    const value = this.SUBRULE(this.expression)
    return this.ACTION(() => ({
      name,
      relation: relation ?? '=',
      value,
      doc: this.docAt(start),
      span: this.spanFrom(start),
    }))
  })

  /** `architecture inner { … }` where an entry belongs. */
  private rejectDeclaration(): void {
    if (!t.DECLARATION_KEYWORDS.includes(this.LA(1).tokenType) || !t.isName(this.LA(2).tokenType)) return
    if (![t.LBrace, t.LParen].includes(this.LA(3).tokenType)) return
    const word = this.LA(1).image
    this.report(messages.nestedDeclaration({ word, span: this.spanOf(this.LA(1)) }))
    this.failQuietly()
  }

  /** `let x: int = 3`: what it is follows from its value. */
  protected dropType(what: 'an entry' | "a 'let'"): void {
    if (!this.nextIs(t.Colon) || !t.isName(this.LA(2).tokenType) || this.LA(3).tokenType !== t.Equal) return
    const span = coveringSpan(this.spanOf(this.LA(1)), this.spanOf(this.LA(2)))
    this.report(messages.typeOfValue({ span, what }))
    this.SKIP_TOKEN()
    this.SKIP_TOKEN()
  }

  /** `lut < 5`: reads it as `<=`. */
  private strictBound(): Entry['relation'] | undefined {
    if (!this.nextIs(t.Less, t.Greater)) return undefined
    const meant = this.nextIs(t.Less) ? '<=' : '>='
    this.report(messages.strictBound({ span: this.spanOf(this.LA(1)), found: this.LA(1).image, meant }))
    this.SKIP_TOKEN()
    return meant
  }

  /** Whether the entries are bounds, which `=` does not join. */
  protected areBounds = false

  /** `accuracy: 90 %` in a budget. */
  private foreignBound(name: string): Entry['relation'] | undefined {
    if (!this.areBounds || !this.nextIs(t.Colon, t.EqualEqual)) return undefined
    const [sign] = [this.LA(1)]
    this.report(messages.boundByForeignSign({ name, found: sign.image, span: this.spanOf(sign) }))
    this.SKIP_TOKEN()
    return '<='
  }

  private readonly relation = this.RULE('relation', (name?: { readonly name: string }): Entry['relation'] => {
    let relation: Entry['relation'] = '='
    this.OR([
      { ALT: () => this.SUBRULE(this.equals, { ARGS: [name] }) },
      {
        ALT: () => {
          this.CONSUME(t.LessEqual)
          relation = '<='
        },
      },
      {
        ALT: () => {
          this.CONSUME(t.GreaterEqual)
          relation = '>='
        },
      },
    ])
    return relation
  })

  /** Where a value follows a name at once, only `=` was forgotten. */
  protected missingEquals(name: string, expected: string): void {
    if (!t.startsValue(this.LA(1).tokenType) || this.nextIs(t.LBracket, t.LParen))
      this.fail(`'${expected}' and a value`)
    const previous = this.spanOf(this.LA(0))
    this.report(
      messages.missingEquals({ name, span: this.spanOf(this.LA(1)), at: { ...previous, start: previous.end } }),
    )
  }
}
