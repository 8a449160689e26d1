import type { IToken } from 'chevrotain'
import { lineOf } from '../layout.js'
import * as t from '../tokens.js'

/** A text as a string of this language, whatever it was escaped for. */
export function inDoubleQuotes(content: string): string {
  return `"${content.replaceAll("\\'", "'").replaceAll('"', '\\"')}"`
}

/** `f"…"` of Python. */
export function isPrefix(prefix: IToken | undefined, string: IToken): boolean {
  if (prefix === undefined || !/^(?:[fub]|[fb]?r|r[fb])$/i.test(prefix.image)) return false
  return prefix.tokenType === t.Identifier && prefix.endOffset === string.startOffset - 1
}

/** The keyword of a declaration at the left margin. */
export function isHead(token: IToken | undefined): boolean {
  return token !== undefined && token.startColumn === 1 && t.DECLARATION_KEYWORDS.includes(token.tokenType)
}

/** What a string stands in the place of the name of: `"clock" = …`, `"clock": …`, `target "vu13p" {`. */
export function namesWhat(
  previous: IToken | undefined,
  string: IToken,
  next: IToken | undefined,
): 'entry' | 'declaration' | undefined {
  if (next?.tokenType === t.Equal) return 'entry'
  if (isHead(previous) && (next?.tokenType === t.LBrace || next?.tokenType === t.LParen)) return 'declaration'
  if (next?.tokenType !== t.Colon || previous?.tokenType === t.Question) return undefined
  const starts = previous === undefined || lineOf(previous) < (string.startLine ?? 1)
  return starts || previous?.tokenType === t.LBrace || previous?.tokenType === t.Comma ? 'entry' : undefined
}

/** `lambda x: …`. */
export function startsFunction(word: IToken, next: IToken | undefined): boolean {
  if (word.tokenType !== t.Identifier || next === undefined || lineOf(next) !== lineOf(word)) return false
  return t.isName(next.tokenType) || next.tokenType === t.Colon
}
