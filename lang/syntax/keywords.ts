import type { IToken } from 'chevrotain'
import type { Diagnostic } from '../diagnostics/diagnostic.js'
import * as messages from '../diagnostics/messages/syntax.js'
import { meantBy } from '../habits.js'
import { lineOf } from './layout.js'
import * as t from './tokens.js'

const TOP_LEVEL: ReadonlyMap<string, t.TokenType> = new Map(
  [...t.DECLARATION_KEYWORDS, t.Let, t.Import, t.Export].map((type) => [wordOf(type), type]),
)
const IN_BODY: ReadonlyMap<string, t.TokenType> = new Map(
  [...t.STATEMENT_KEYWORDS, t.Let, t.For, t.Return].map((type) => [wordOf(type), type]),
)

function wordOf(type: t.TokenType): string {
  return type.name.replace(/^\w+_/, '')
}

/** The kinds of declarations as users know them, for messages. */
export const DECLARATION_WORDS: readonly string[] = [...TOP_LEVEL.keys()].filter((word) => word !== 'export')

/**
 * Mends misspelled keywords where the words around leave no doubt: `architecure tagger(…) {` at the left margin, and
 * `imput x[16]` in a body. What it declares is then known to the rest of the file.
 */
export function mendKeywords(
  tokens: readonly IToken[],
  file: string,
): { tokens: readonly IToken[]; diagnostics: Diagnostic[] } {
  const diagnostics: Diagnostic[] = []
  let result: IToken[] | undefined
  for (const [index, token] of tokens.entries()) {
    const previous = tokens[index - 1]
    const next = tokens[index + 1]
    const startsLine = previous === undefined || lineOf(previous) < lineOf(token)
    const afterExport = previous?.tokenType === t.Export
    if (!(startsLine || afterExport) || token.tokenType !== t.Identifier || next === undefined) continue
    if (lineOf(next) !== lineOf(token)) continue
    const atTop = token.startColumn === 1 || afterExport
    const words = atTop ? TOP_LEVEL : IN_BODY
    const meant = meantBy(token.image, words.keys())
    const type = meant === undefined ? undefined : words.get(meant)
    if (meant === undefined || type === undefined || !fits(type, next, atTop ? tokens[index + 2] : undefined)) continue
    const span = { file, start: token.startOffset, end: token.startOffset + token.image.length }
    diagnostics.push(
      atTop
        ? messages.unknownDeclaration({ word: token.image, nearest: meant, kinds: DECLARATION_WORDS, span })
        : messages.unknownStatement({ word: token.image, nearest: meant, span }),
    )
    result ??= [...tokens]
    result[index] = { ...token, image: meant, tokenType: type, tokenTypeIdx: type.tokenTypeIdx ?? token.tokenTypeIdx }
  }
  return { tokens: result ?? tokens, diagnostics }
}

/** Whether what stands behind a word is what stands behind this keyword. */
function fits(type: t.TokenType, next: IToken, second: IToken | undefined): boolean {
  if (type === t.Import) return next.tokenType === t.StringToken
  if (type === t.Return || type === t.Output)
    return t.startsValue(next.tokenType) && !t.opensCallOrIndex(next.tokenType)
  if (!t.isName(next.tokenType)) return false
  if (type === t.Let || type === t.For || STATEMENTS.has(type) || type === t.Export) return true
  return second?.tokenType === t.LBrace || second?.tokenType === t.LParen
}

const STATEMENTS: ReadonlySet<t.TokenType> = new Set(t.STATEMENT_KEYWORDS)
