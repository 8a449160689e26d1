import type { IToken } from 'chevrotain'
import type { Diagnostic } from '../diagnostics/diagnostic.js'
import * as brackets from '../diagnostics/messages/syntax-brackets.js'
import type { Span } from '../source.js'
import { continuesLine, emptyToken, lineOf, startsDeclaration } from './layout.js'
import * as t from './tokens.js'

export interface Balanced {
  readonly tokens: readonly IToken[]
  readonly diagnostics: readonly Diagnostic[]
  /** Places where a closing bracket was put in: what stands around is not to be trusted. */
  readonly broken: readonly Span[]
}

interface Opener {
  readonly token: IToken
  /** Where it stands among the tokens. */
  readonly index: number
  /** Column of the first token on the line of the opener. */
  readonly indent: number
}

/**
 * Makes every bracket match, so that the parser can trust them. Where they match as they stand, nothing changes.
 * Otherwise the indentation tells which one was forgotten: a missing closer is put in and reported, a closer of the
 * wrong kind is replaced and reported, and one too many becomes a `StrayCloser`, on which the parser will stumble.
 */
export function balanceBrackets(tokens: readonly IToken[], file: string): Balanced {
  return isBalanced(tokens) ? { tokens, diagnostics: [], broken: [] } : new Balancer(tokens, file).run()
}

function isBalanced(tokens: readonly IToken[]): boolean {
  const expected: t.TokenType[] = []
  for (const { tokenType } of tokens) {
    const closer = t.CLOSER_OF.get(tokenType)
    if (closer !== undefined) expected.push(closer)
    else if (t.CLOSERS.has(tokenType) && expected.pop() !== tokenType) return false
  }
  return expected.length === 0
}

class Balancer {
  private readonly result: IToken[] = []
  private readonly diagnostics: Diagnostic[] = []
  private readonly broken: Span[] = []
  private readonly open: Opener[] = []
  private indent = 1

  constructor(
    private readonly tokens: readonly IToken[],
    private readonly file: string,
  ) {}

  run(): Balanced {
    for (const [index, token] of this.tokens.entries()) {
      const previous = this.tokens[index - 1]
      if (previous === undefined || lineOf(token) > lineOf(previous)) {
        this.indent = token.startColumn ?? 1
        this.closeAtLineStart(index)
      }
      if (token.tokenType === t.LBrace) this.closeBeforeBlock(index)
      // `input x[3 as …`, `widths: list[int = …`: no square bracket encloses these.
      const top = this.open.at(-1)?.token
      const isEqual = token.tokenType === t.Equal && top?.startLine === token.startLine
      if ((token.tokenType === t.As || isEqual) && top?.tokenType === t.LBracket) this.closeForgotten()
      if (t.CLOSER_OF.has(token.tokenType)) this.open.push({ token, index, indent: this.indent })
      if (t.CLOSERS.has(token.tokenType)) this.close(token, index)
      else this.result.push(token)
    }
    while (this.open.length > 0) this.closeForgotten()
    return { tokens: this.result, diagnostics: this.diagnostics, broken: this.broken }
  }

  /** A line that starts where the line of an opener starts, or further left, stands outside of that bracket. */
  private closeAtLineStart(index: number): void {
    const token = this.tokens[index]
    const previous = this.tokens[index - 1]
    if (token === undefined || previous === undefined || t.CLOSERS.has(token.tokenType)) return
    if (continuesLine(token.tokenType)) return
    const column = token.startColumn ?? 1
    for (let top = this.open.at(-1); top !== undefined; top = this.open.at(-1)) {
      const outside = column <= top.indent
      if (outside && column === 1 && startsDeclaration(this.tokens, index)) this.closeForgotten()
      else if (outside && top.token.tokenType !== t.LBrace && this.startsEntry(index, previous)) this.closeForgotten()
      else if (
        outside &&
        top.token.tokenType === t.LBrace &&
        lineOf(top.token) < lineOf(token) &&
        this.indentsBody(top)
      )
        this.closeForgotten()
      else return
    }
  }

  /** A `{` at the end of the first line of a declaration or a `for` starts its body, which no parenthesis encloses. */
  private closeBeforeBlock(index: number): void {
    const [token, next] = [this.tokens[index], this.tokens[index + 1]]
    if (token === undefined || (next !== undefined && lineOf(next) === lineOf(token))) return
    let first = index
    while (first > 0 && lineOf(this.tokens[first - 1] ?? token) === lineOf(token)) first--
    const isHead =
      this.tokens[first]?.tokenType === t.For || (this.indent === 1 && startsDeclaration(this.tokens, first))
    if (!isHead) return
    for (let top = this.open.at(-1); top?.token.startLine === token.startLine; top = this.open.at(-1))
      this.closeForgotten()
  }

  /** `name = …` or the start of a statement, where the line before does not end in a comma or an operator. */
  private startsEntry(index: number, previous: IToken): boolean {
    const next = this.tokens[index + 1]?.tokenType
    const asks = previous.tokenType === t.Comma || t.CLOSER_OF.has(previous.tokenType)
    if (!asks && !t.OPERATORS.has(previous.tokenType)) return true
    return next !== undefined && t.joinsEntry(next)
  }

  /** False for a block whose own lines stand no further right than it does; then indentation tells nothing. */
  private indentsBody(opener: Opener): boolean {
    const [before, first] = [this.tokens[opener.index - 1], this.tokens[opener.index + 1]]
    if (first === undefined || lineOf(first) === lineOf(opener.token)) return true
    if (before?.tokenType === t.Equal) return true
    return (first.startColumn ?? 1) > opener.indent
  }

  private close(token: IToken, index: number): void {
    const previous = this.tokens[index - 1]
    const startsLine = previous === undefined || lineOf(token) > lineOf(previous)
    // A closer at the start of a line belongs to the bracket whose line is indented alike, if there is one.
    if (startsLine) {
      const column = token.startColumn ?? 1
      if (this.replaceOpener(token, column)) return
      const fits = this.open.some((opener) => this.closes(token, opener) && opener.indent === column)
      while (fits) {
        const top = this.open.at(-1)
        if (top === undefined || (this.closes(token, top) && top.indent === column)) break
        this.closeForgotten()
      }
    }
    const top = this.open.at(-1)
    // A `}` behind other text on its line closes no block.
    if (top === undefined || (!startsLine && token.tokenType === t.RBrace && this.isBlock(top))) {
      this.stray(token)
    } else if (this.closes(token, top)) {
      this.open.pop()
      this.result.push(token)
    } else if (this.hasOpenerFor(token) && !this.isCheaperAsStray(token, index)) {
      while (!this.closes(token, this.open.at(-1))) this.closeForgotten()
      this.open.pop()
      this.result.push(token)
    } else if (top.token.tokenType !== t.LBrace && token.tokenType !== t.RBrace) {
      this.replace(token, top)
    } else {
      this.stray(token)
    }
  }

  /** `train scan (`, closed by a `}` under it: the block got the wrong bracket at its start. */
  private replaceOpener(token: IToken, column: number): boolean {
    const top = this.open.at(-1)
    if (token.tokenType !== t.RBrace || top === undefined || top.indent !== column) return false
    const [next, second] = [this.tokens[top.index + 1], this.tokens[top.index + 2]]
    const isLast = next !== undefined && lineOf(next) > lineOf(top.token)
    const holdsEntries = second !== undefined && t.joinsEntry(second.tokenType) && second.tokenType !== t.Colon
    if (top.token.tokenType === t.LBrace || !isLast || !holdsEntries) return false
    const tokenTypeIdx = t.LBrace.tokenTypeIdx ?? token.tokenTypeIdx
    this.result[this.result.indexOf(top.token)] = { ...top.token, image: '{', tokenType: t.LBrace, tokenTypeIdx }
    this.open.pop()
    this.result.push(token)
    this.diagnostics.push(
      brackets.wrongOpener({ opener: top.token.image, closer: this.spanOf(token), span: this.spanOf(top.token) }),
    )
    return true
  }

  /** A `{` at the end of its line. */
  private isBlock(opener: Opener): boolean {
    if (opener.token.tokenType !== t.LBrace) return false
    const next = this.tokens[opener.index + 1]
    return next !== undefined && lineOf(next) > lineOf(opener.token)
  }

  private closes(token: IToken, opener: Opener | undefined): boolean {
    return opener !== undefined && t.CLOSER_OF.get(opener.token.tokenType) === token.tokenType
  }

  /** Whether fewer brackets are wrong on the rest of this line when `closer` closes nothing. */
  private isCheaperAsStray(closer: IToken, index: number): boolean {
    const openers = this.open.map((opener) => opener.token.tokenType)
    const rest: t.TokenType[] = []
    for (let at = index + 1; at < this.tokens.length; at++) {
      const token = this.tokens[at]
      if (token === undefined || lineOf(token) > lineOf(closer)) break
      if (t.CLOSER_OF.has(token.tokenType) || t.CLOSERS.has(token.tokenType)) rest.push(token.tokenType)
    }
    return 1 + countFaults(openers, rest) < countFaults(openers, [closer.tokenType, ...rest])
  }

  /** Whether a bracket further out is of this kind. `)` and `]` do not reach out of a block that started on an earlier line. */
  private hasOpenerFor(token: IToken): boolean {
    for (let depth = this.open.length - 1; depth >= 0; depth--) {
      const opener = this.open[depth]
      if (this.closes(token, opener)) return true
      const block = opener?.token.tokenType === t.LBrace && opener.token.startLine !== token.startLine
      if (block && token.tokenType !== t.RBrace) return false
    }
    return false
  }

  private stray(token: IToken): void {
    const tokenTypeIdx = t.StrayCloser.tokenTypeIdx ?? token.tokenTypeIdx
    this.result.push({ ...token, tokenType: t.StrayCloser, tokenTypeIdx })
  }

  private replace(token: IToken, top: Opener): void {
    const expected = closerOf(top)
    this.open.pop()
    this.result.push({ ...token, tokenType: expected, tokenTypeIdx: expected.tokenTypeIdx ?? token.tokenTypeIdx })
    const opener = this.spanOf(top.token)
    this.diagnostics.push(
      brackets.wrongCloser({ closer: token.image, expected: symbolOf(expected), opener, span: this.spanOf(token) }),
    )
  }

  /** Closes the innermost bracket behind the token before. */
  private closeForgotten(): void {
    const opener = this.open.pop()
    const last = this.result.at(-1)
    if (opener === undefined || last === undefined) return
    const closer = emptyToken(closerOf(opener), last)
    this.result.push(closer)
    const expectedAt = { file: this.file, start: closer.startOffset, end: closer.startOffset }
    const span = this.spanOf(opener.token)
    this.broken.push({ file: this.file, start: span.start, end: expectedAt.end })
    const symbol = symbolOf(closerOf(opener))
    const isBlock = symbol === '}' && lineOf(opener.token) < lineOf(last) && this.isBlock(opener)
    const insertion = isBlock ? `\n${' '.repeat(opener.indent - 1)}}` : symbol
    this.diagnostics.push(
      brackets.unclosedBracket({ opener: opener.token.image, closer: symbol, insertion, expectedAt, span }),
    )
  }

  private spanOf(token: IToken): Span {
    return { file: this.file, start: token.startOffset, end: (token.endOffset ?? token.startOffset) + 1 }
  }
}

/** How many brackets of `rest` go wrong when each closer closes the nearest opener of its kind. */
function countFaults(openers: readonly t.TokenType[], rest: readonly t.TokenType[]): number {
  const open = [...openers]
  let faults = 0
  for (const type of rest) {
    if (t.CLOSER_OF.has(type)) {
      open.push(type)
      continue
    }
    const at = open.findLastIndex((opener) => t.CLOSER_OF.get(opener) === type)
    faults += at < 0 ? 1 : open.length - 1 - at
    if (at >= 0) open.length = at
  }
  return faults
}

function closerOf(opener: Opener): t.TokenType {
  const closer = t.CLOSER_OF.get(opener.token.tokenType)
  if (closer === undefined) throw new Error(`'${opener.token.image}' opens nothing`)
  return closer
}

const SYMBOLS: ReadonlyMap<t.TokenType, string> = new Map([
  [t.RBrace, '}'],
  [t.RParen, ')'],
  [t.RBracket, ']'],
])

function symbolOf(closer: t.TokenType): string {
  return SYMBOLS.get(closer) ?? ''
}
