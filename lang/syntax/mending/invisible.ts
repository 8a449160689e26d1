import type { IToken } from 'chevrotain'
import type { Diagnostic } from '../../diagnostics/diagnostic.js'
import * as signs from '../../diagnostics/messages/syntax-tokens.js'
import { UNITS } from '../../units.js'
import { lineOf } from '../layout.js'
import { type Lexed, lex } from '../lexer.js'
import * as t from '../tokens.js'
import { retyped } from './retyped.js'

/** Blanks without a width, and what joins or parts letters, as texts from web pages and word processors have them. */
const INVISIBLE = '[\\u00ad\\u200b-\\u200d\\u2060\\ufeff]+'
export const ONLY_INVISIBLE = new RegExp(`^${INVISIBLE}$`)
const WITHIN_WORD = new RegExp(`(?<=[\\p{L}\\p{M}\\p{N}_])${INVISIBLE}(?=[\\p{L}\\p{M}\\p{N}_])`, 'gu')

/** Joins the words that an invisible character cuts in two, and reports each. Strings and comments hold what they like. */
export function joinAcrossInvisible(
  { tokens, unknown }: Pick<Lexed, 'tokens' | 'unknown'>,
  text: string,
  file: string,
): Pick<Lexed, 'tokens' | 'unknown'> & { readonly diagnostics: readonly Diagnostic[] } {
  const cuts = [...text.matchAll(WITHIN_WORD)].map(({ 0: found, index }) => ({
    start: index,
    end: index + found.length,
  }))
  if (cuts.length === 0) return { tokens, unknown, diagnostics: [] }
  const startingAt = new Map(cuts.map((cut) => [cut.start, cut]))
  const joined: { readonly cut: { readonly start: number; readonly end: number }; readonly at: number }[] = []
  const result: IToken[] = []
  for (const token of tokens) {
    const before = result.at(-1)
    const cut = before === undefined ? undefined : startingAt.get(endOf(before))
    if (before === undefined || cut?.end !== token.startOffset) {
      result.push(token)
      continue
    }
    const image = before.image + token.image
    // `ta` and `rget` are a keyword together, `1` and `0 ns` a quantity.
    const [whole, other] = lex({ path: file, text: image }).tokens
    if (whole === undefined || other !== undefined) {
      result.push(token)
      continue
    }
    result[result.length - 1] = { ...retyped(before, whole.tokenType, image), endOffset: endOf(token) - 1 }
    joined.push({ cut, at: result.length - 1 })
  }
  const diagnostics = joined.map(({ cut, at }) =>
    signs.invisibleCharacter({
      found: text.slice(cut.start, cut.end),
      within: result[at]?.image,
      span: { file, ...cut },
    }),
  )
  const told = new Set(joined.map(({ cut }) => cut.start))
  return {
    tokens: withUnits(result, new Set(joined.map(({ at }) => result[at]))),
    unknown: unknown.filter(({ start }) => !told.has(start)),
    diagnostics,
  }
}

/** `50 ns`, where the unit has just been joined. */
function withUnits(tokens: readonly IToken[], joined: ReadonlySet<IToken | undefined>): readonly IToken[] {
  const result: IToken[] = []
  for (const token of tokens) {
    const before = result.at(-1)
    const isUnit = joined.has(token) && UNITS.has(token.image) && before?.tokenType === t.NumberToken
    if (before !== undefined && isUnit && lineOf(before) === lineOf(token)) {
      const image = `${before.image} ${token.image}`
      result[result.length - 1] = { ...retyped(before, t.Quantity, image), endOffset: endOf(token) - 1 }
    } else result.push(token)
  }
  return result
}

function endOf(token: IToken): number {
  return (token.endOffset ?? token.startOffset) + 1
}
