import type { IToken } from 'chevrotain'
import * as messages from '../../diagnostics/messages/syntax.js'
import { meantBy } from '../../habits.js'
import { hintForDeclaration } from '../../hints.js'
import type { Span } from '../../source.js'
import type { Declaration, Import, ModuleAst } from '../ast.js'
import { EOF } from '../chevrotain.js'
import { DECLARATION, END_OF_STATEMENT, VERSION } from '../expected.js'
import { DECLARATION_WORDS } from '../keywords.js'
import { startsDeclaration } from '../layout.js'
import { readNumber } from '../literals.js'
import * as t from '../tokens.js'
import { DeclarationGrammar } from './declarations.js'

/** A whole file. */
export class ModuleGrammar extends DeclarationGrammar {
  constructor() {
    super()
    this.performSelfAnalysis()
  }

  readonly module = this.RULE('module', (): Omit<ModuleAst, 'path' | 'span'> => {
    const imports: Import[] = []
    const declarations: Declaration[] = []
    this.MANY1(() => this.CONSUME1(t.Newline))
    const version = this.guarded(() => this.SUBRULE(this.version), [t.Newline])
    do {
      this.MANY2(() => {
        this.OR([
          { ALT: () => this.CONSUME2(t.Newline) },
          {
            ALT: () => {
              const found = this.guarded(() => this.SUBRULE(this.importDeclaration), [t.Newline])
              if (found === undefined) this.skipToDeclaration()
              else imports.push(found)
            },
          },
          {
            ALT: () => {
              const found = this.guarded(() => this.SUBRULE(this.declaration), [t.Newline])
              if (found === undefined) this.skipToDeclaration()
              else declarations.push(found)
              this.ACTION(() => this.checkDeclarationEnd())
            },
          },
        ])
      })
    } while (this.rejectTopLevel())
    return { version, imports, declarations }
  })

  private readonly version = this.RULE('version', (): ModuleAst['version'] => {
    let version: ModuleAst['version']
    this.OPTION({
      GATE: () => [t.NumberToken, t.Quantity, t.Newline, EOF].includes(this.LA(2).tokenType),
      DEF: () => {
        this.CONSUME(t.Hgq)
        const number = this.CONSUME(t.NumberToken, { ERR_MSG: VERSION })
        this.ACTION(() => {
          version = { value: readNumber(number.image), span: this.spanOf(number) }
          if (number.image === '1') return
          this.report(messages.unsupportedVersion({ version: number.image, span: version.span }))
        })
      },
    })
    return version
  })

  private checkDeclarationEnd(): void {
    if (this.nextIs(t.Newline, EOF) || this.startsDeclarationNext()) return
    this.rejectRestOfLine(END_OF_STATEMENT, [t.Newline])
  }

  private startsDeclarationNext(): boolean {
    return startsDeclaration([this.LA(1), this.LA(2)], 0)
  }

  /** Whether some token stands before the next one. */
  private isBehindSomething(): boolean {
    const { tokenType, startOffset } = this.LA(0)
    return tokenType !== EOF && !Number.isNaN(startOffset)
  }

  private indented({ startColumn }: IToken): boolean {
    return (startColumn ?? 1) > 1
  }

  /** The `}` before an indented line, which closed the declaration that the line belongs to. What that lacks may follow there. */
  private earlyCloser(word: IToken): Span | undefined {
    const closer = this.LA(0).tokenType === t.Newline ? this.LA(-1) : this.LA(0)
    if (!this.indented(word) || closer.tokenType !== t.RBrace) return undefined
    const span = this.spanOf(closer)
    this.broken.push(span)
    return span
  }

  /** What starts no declaration. True when there is more to read behind it. */
  private rejectTopLevel(): boolean {
    if (this.RECORDING_PHASE || this.nextIs(EOF)) return false
    const [word, next] = [this.LA(1), this.LA(2)]
    const span = this.spanOf(word)
    if (word.tokenType === t.Hgq && !this.isBehindSomething()) {
      this.SKIP_TOKEN()
      this.explain(VERSION)
      while (!this.nextIs(t.Newline, EOF)) this.SKIP_TOKEN()
      return !this.nextIs(EOF)
    }
    if (word.tokenType === t.Hgq && next.tokenType === t.NumberToken) {
      // A file behind another one: of the first one, nothing that follows is a mistake.
      this.explain(DECLARATION)
      while (!this.nextIs(EOF)) this.SKIP_TOKEN()
      this.broken.push(this.spanFrom(span.start))
      return false
    }
    if (t.isName(word.tokenType) && t.joinsEntry(next.tokenType)) {
      const kind = t.DECLARATION_KEYWORDS.includes(this.LA(3).tokenType) ? this.LA(3).image : undefined
      this.report(messages.entryOutside({ name: word.image, span, kind, closer: this.earlyCloser(word) }))
      this.broken.push(span)
    } else if ((t.STATEMENT_KEYWORDS.includes(word.tokenType) || word.tokenType === t.Return) && this.indented(word)) {
      this.report(messages.statementOutside({ word: word.image, span, closer: this.earlyCloser(word) }))
    } else if (
      t.isName(word.tokenType) &&
      word.image !== 'from' &&
      (t.isName(next.tokenType) || next.tokenType === t.LBrace || next.tokenType === t.StringToken)
    ) {
      this.report(
        messages.unknownDeclaration({
          word: word.image,
          span,
          nearest: meantBy(word.image, DECLARATION_WORDS),
          hint: hintForDeclaration(word.image),
          kinds: DECLARATION_WORDS,
        }),
      )
    } else {
      this.explain(DECLARATION)
    }
    this.SKIP_TOKEN()
    if (!(word.tokenType === t.Newline) || !this.startsDeclarationNext()) this.skipToDeclaration()
    return !this.nextIs(EOF)
  }
}
