import type { IParserErrorMessageProvider, IToken, TokenType } from 'chevrotain'
import type { Diagnostic } from '../../diagnostics/diagnostic.js'
import { surplusComma } from '../../diagnostics/messages/syntax.js'
import * as brackets from '../../diagnostics/messages/syntax-brackets.js'
import type { Span } from '../../source.js'
import type { Identifier } from '../ast.js'
import {
  EmbeddedActionsParser,
  EOF,
  isRecognitionException,
  MismatchedTokenException,
  tokenLabel,
} from '../chevrotain.js'
import { explain, isAtLineEnd } from '../explain.js'
import { CLOSER_OF, CLOSERS, Comma, LBrace, Name, Newline, VOCABULARY } from '../tokens.js'

/** Every message of the parser is only what it expected; `explain` makes the sentence. */
const expectations: IParserErrorMessageProvider = {
  buildMismatchTokenMessage: ({ expected }) => tokenLabel(expected),
  buildNotAllInputParsedMessage: () => 'the end of the file',
  buildNoViableAltMessage: ({ customUserDescription }) => customUserDescription ?? 'something else',
  buildEarlyExitMessage: ({ customUserDescription }) => customUserDescription ?? 'something else',
}

/** What the grammar reads: tokens with balanced brackets and separating line ends. */
export interface GrammarInput {
  readonly file: string
  readonly tokens: readonly IToken[]
  readonly docs: ReadonlyMap<number, string>
}

/** Every stage walks the tree recursively, so its depth is bounded: of brackets, and of chains such as `a + b + …`. */
const DEEPEST = 64
const LONGEST_CHAIN = 500

/** What all rules share: spans, reports, and going on behind an error. */
export abstract class BaseGrammar extends EmbeddedActionsParser {
  protected file = ''
  protected docs: ReadonlyMap<number, string> = new Map()
  readonly problems: Diagnostic[] = []
  private depth = 0
  /** Text that was passed over: what it says is not in the tree. */
  readonly broken: Span[] = []
  /** Whether a declaration has no name that could be read. */
  lostName = false

  constructor() {
    super([...VOCABULARY], { maxLookahead: 2, recoveryEnabled: false, errorMessageProvider: expectations })
  }

  load(input: GrammarInput): void {
    this.input = [...input.tokens]
    this.file = input.file
    this.docs = input.docs
    this.problems.length = 0
    this.depth = 0
    this.broken.length = 0
    this.lostName = false
  }

  readonly identifier = this.RULE('identifier', (expected?: string): Identifier => {
    const token = this.CONSUME(Name, expected === undefined ? {} : { ERR_MSG: expected })
    return this.ACTION(() => ({ name: token.image, span: this.spanOf(token) }))
  })

  protected spanOf(token: IToken): Span {
    return { file: this.file, start: token.startOffset, end: (token.endOffset ?? token.startOffset) + 1 }
  }

  /** From `start` to the token that was read last. */
  protected spanFrom(start: number): Span {
    const last = this.LA(0)
    return { file: this.file, start, end: Math.max(start, (last.endOffset ?? start) + 1) }
  }

  /** The documentation above the token that starts at `start`. */
  protected docAt(start: number): string {
    return this.docs.get(start) ?? ''
  }

  protected nextIs(...types: readonly TokenType[]): boolean {
    return types.includes(this.LA(1).tokenType)
  }

  protected report(problem: Diagnostic): void {
    this.problems.push(problem)
  }

  /** Gives up the current rule: `expected` stands where the next token is not. */
  protected fail(expected: string): never {
    throw new MismatchedTokenException(expected, this.LA(1), this.LA(0))
  }

  /**
   * Runs `parse`; where that fails, reports it, passes over what is left up to a token of `stops` or the end of the
   * bracket around, and gives undefined.
   */
  protected guarded<T>(parse: () => T, stops: readonly TokenType[]): T | undefined {
    if (this.RECORDING_PHASE) return parse()
    const first = this.LA(1)
    try {
      return parse()
    } catch (error) {
      if (!(error instanceof Error) || !isRecognitionException(error)) throw error
      if (!(error instanceof Reported)) this.explain(error.message)
      this.passOver(first, stops)
      return undefined
    }
  }

  /** Runs `parse` one level deeper; past a level that no one writes by hand, reports it instead. */
  protected nested<T>(parse: () => T): T {
    if (this.RECORDING_PHASE) return parse()
    if (this.depth >= DEEPEST) {
      this.report(brackets.nestedTooDeeply({ span: this.spanOf(this.LA(1)), deepest: DEEPEST }))
      this.failQuietly()
    }
    this.depth++
    try {
      return parse()
    } finally {
      this.depth--
    }
  }

  /** Gives up on a chain of operators that is longer than anyone writes by hand. */
  protected checkChain(length: number): void {
    if (length <= LONGEST_CHAIN) return
    this.report(brackets.chainTooLong({ span: this.spanOf(this.LA(1)), longest: LONGEST_CHAIN }))
    this.failQuietly()
  }

  /** Items that commas or line ends separate, once per rule; `more` is asked behind them, as `rejectJunk`. */
  protected separated(item: () => void, more: () => boolean): void {
    do {
      this.MANY(() => {
        this.OR([{ ALT: () => this.CONSUME(Newline) }, { ALT: () => this.separatorComma() }, { ALT: item }])
      })
    } while (more())
  }

  private separatorComma(): void {
    const comma = this.CONSUME(Comma)
    this.ACTION(() => {
      const { tokenType } = this.LA(-1)
      if (tokenType === Comma || tokenType === LBrace) this.report(surplusComma({ span: this.spanOf(comma) }))
    })
  }

  /**
   * Called at the end of a list. Reports and passes over what can be no item; true when there may be further items.
   */
  protected rejectJunk(closer: TokenType, expected: string, stops: readonly TokenType[]): boolean {
    if (this.RECORDING_PHASE || this.nextIs(closer, EOF)) return false
    this.explain(expected)
    this.passOver(this.LA(1), stops)
    return !this.nextIs(closer, EOF)
  }

  /** An item of a list failed and was reported; so does what contains it. */
  protected failQuietly(): never {
    throw new Reported('', this.LA(1), this.LA(0))
  }

  protected explain(expected: string): void {
    if (expected.startsWith('the name of the ')) this.lostName = true
    this.report(
      explain({
        file: this.file,
        expected,
        before: this.LA(-1),
        previous: this.LA(0),
        found: this.LA(1),
        next: this.LA(2),
      }),
    )
  }

  private passOver(first: IToken, stops: readonly TokenType[]): void {
    const start = this.LA(1).startOffset
    let depth = 0
    for (;;) {
      const { tokenType } = this.LA(1)
      if (tokenType === EOF) break
      const moved = this.LA(1) !== first
      if (depth === 0 && CLOSERS.has(tokenType)) break
      if (depth === 0 && moved && stops.includes(tokenType)) break
      if (CLOSER_OF.has(tokenType)) depth++
      else if (CLOSERS.has(tokenType)) depth--
      this.SKIP_TOKEN()
      if (this.LA(1) === first) break
    }
    const end = isAtLineEnd(this.LA(1)) ? (this.LA(0).endOffset ?? start) + 1 : this.LA(1).startOffset
    this.broken.push({ file: this.file, start: Math.min(first.startOffset, start), end: Math.max(start, end) })
  }
}

/** Thrown to leave rules after the reason was reported. chevrotain knows its own exceptions by name. */
class Reported extends MismatchedTokenException {}
