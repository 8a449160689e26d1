import type { IToken, Lexer as LexerOf } from 'chevrotain'
import type { SourceFile } from '../source.js'
import { Lexer } from './chevrotain.js'
import { DocComment, LEXED } from './tokens.js'

export interface Lexed {
  /** Tokens of the text, without line ends and comments; lines and columns are 1-based. */
  readonly tokens: readonly IToken[]
  /** `//` and `///` comments in order, for the formatter. */
  readonly comments: readonly IToken[]
  /** Documentation by the start of the token that it stands above. */
  readonly docs: ReadonlyMap<number, string>
  /** Characters that start no token: start and end. */
  readonly unknown: readonly { readonly start: number; readonly end: number }[]
}

let shared: LexerOf | undefined

/** Splits a text into tokens. Never fails: what is no token comes back in `unknown`. */
export function lex(source: SourceFile): Lexed {
  shared ??= new Lexer([...LEXED], { ensureOptimizations: true, positionTracking: 'full' })
  const result = shared.tokenize(source.text)
  const comments = result.groups.comments ?? []
  return {
    tokens: result.tokens,
    comments,
    docs: attachDocs(result.tokens, comments, source.text),
    unknown: result.errors.map((error) => ({ start: error.offset, end: error.offset + error.length })),
  }
}

/** Joins the `///` lines above each token. One behind other text on its line documents nothing. */
function attachDocs(tokens: readonly IToken[], comments: readonly IToken[], text: string): Map<number, string> {
  const docs = new Map<number, string>()
  let next = 0
  for (const comment of comments) {
    if (comment.tokenType !== DocComment || !startsLine(comment, text)) continue
    let token = tokens[next]
    while (token !== undefined && token.startOffset < comment.startOffset) token = tokens[++next]
    if (token === undefined) break
    const line = comment.image.slice(3).replace(/^ /, '').trimEnd()
    const before = docs.get(token.startOffset)
    docs.set(token.startOffset, before === undefined ? line : `${before}\n${line}`)
  }
  return docs
}

function startsLine(comment: IToken, text: string): boolean {
  return /^[ \t]*$/.test(text.slice(text.lastIndexOf('\n', comment.startOffset - 1) + 1, comment.startOffset))
}
