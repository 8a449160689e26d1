import type { IToken, TokenType } from 'chevrotain'
import { createTokenInstance } from './chevrotain.js'
import {
  Arrow,
  As,
  CLOSER_OF,
  CLOSERS,
  Colon,
  Comma,
  DECLARATION_KEYWORDS,
  Dot,
  Equal,
  Export,
  Extern,
  For,
  GreaterEqual,
  If,
  Import,
  In,
  isName,
  LBrace,
  LessEqual,
  Let,
  Newline,
  Not,
  OPERATORS,
  Question,
  RBrace,
  Return,
  STATEMENT_KEYWORDS,
  StringToken,
  With,
} from './tokens.js'

const CONTINUES: ReadonlySet<TokenType> = new Set([Question, Colon, Dot, Arrow, With, As, LBrace, Equal, Comma])
const WANTS_MORE: ReadonlySet<TokenType> = new Set([Question, Colon, Dot, Arrow, With, As, Equal, In, Not])

/** True when a line that starts with this token goes on with the line before: `|> relu`, `+ bias`, `{`. */
export function continuesLine(type: TokenType): boolean {
  return CONTINUES.has(type) || OPERATORS.has(type)
}

/**
 * Puts a `Newline` wherever a line end separates entries, statements or declarations: not inside parentheses and square
 * brackets, not before a line that starts with an operator, and not behind an operator, unless the next line plainly
 * starts something new, so that an unfinished line never swallows the next one. Brackets must be balanced.
 */
export function separateLines(tokens: readonly IToken[]): IToken[] {
  const result: IToken[] = []
  const open: TokenType[] = []
  for (const [index, token] of tokens.entries()) {
    const previous = tokens[index - 1]
    if (previous !== undefined && lineOf(token) > lineOf(previous)) {
      const inside = open.at(-1)
      if ((inside === undefined || inside === LBrace) && separates(previous, tokens, index)) {
        result.push(emptyToken(Newline, previous))
      }
    }
    if (CLOSER_OF.has(token.tokenType)) open.push(token.tokenType)
    else if (CLOSERS.has(token.tokenType)) open.pop()
    result.push(token)
  }
  return result
}

function separates(previous: IToken, tokens: readonly IToken[], index: number): boolean {
  const type = tokens[index]?.tokenType
  if (type === undefined || type === RBrace || previous.tokenType === LBrace) return false
  if (continuesLine(type)) return false
  if (WANTS_MORE.has(previous.tokenType) || OPERATORS.has(previous.tokenType)) return startsSomethingNew(tokens, index)
  return true
}

/** True when the token at `index` plainly starts an entry, a statement or a declaration. */
export function startsSomethingNew(tokens: readonly IToken[], index: number): boolean {
  const token = tokens[index]
  const next = tokens[index + 1]
  if (token === undefined) return true
  const type = token.tokenType
  if (type === Let || type === For || type === Return || type === If || type === RBrace) return true
  if (next === undefined || !isName(type)) return false
  if (next.tokenType === Equal || next.tokenType === LessEqual || next.tokenType === GreaterEqual) return true
  if (STATEMENT_KEYWORDS.includes(type) && isName(next.tokenType)) return true
  return startsDeclaration(tokens, index)
}

/** True when the token at `index` starts a declaration or an import, by its words alone. */
export function startsDeclaration(tokens: readonly IToken[], index: number): boolean {
  const type = tokens[index]?.tokenType
  const next = tokens[index + 1]?.tokenType
  if (type === undefined || next === undefined) return false
  if (type === Import) return next === StringToken || next === LBrace || isName(next)
  if (type === Export || type === Extern) return isName(next) || next === Let
  if (type === Let) return true
  return DECLARATION_KEYWORDS.includes(type) && isName(next) && next !== undefined
}

/** Number of the line on which a token ends. */
export function lineOf(token: IToken): number {
  return token.endLine ?? token.startLine ?? 1
}

/** A token of no width behind `previous`. */
export function emptyToken(type: TokenType, previous: IToken, image = ''): IToken {
  const at = (previous.endOffset ?? previous.startOffset) + 1
  const line = lineOf(previous)
  const column = (previous.endColumn ?? 1) + 1
  return createTokenInstance(type, image, at, at - 1, line, line, column, column)
}

/** Whether a closing bracket was put in by `emptyToken` for one that is missing, which is reported already. */
export function isMissingCloser({ tokenType, image }: IToken): boolean {
  return CLOSERS.has(tokenType) && image === ''
}
