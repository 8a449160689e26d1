import type { IToken } from 'chevrotain'
import { lineOf } from '../layout.js'
import * as t from '../tokens.js'

/** What was meant by a symbol of another language: its text and its token, or nothing that could be put in its place. */
interface Meaning {
  /** Undefined where a single symbol does not do it; then it is read as a product. */
  readonly text: string | undefined
  readonly type?: t.TokenType
  readonly note?: string
}

const MEANINGS: Readonly<Record<string, Meaning>> = {
  '=<': { text: '<=', type: t.LessEqual },
  '===': { text: '==', type: t.EqualEqual },
  '!==': { text: '!=', type: t.NotEqual },
  '&&': { text: 'and', type: t.And },
  '||': { text: 'or', type: t.Or },
  ':=': { text: '=', type: t.Equal },
  '!': { text: 'not ', type: t.Not },
  ';': { text: '', note: 'an entry or a statement ends with its line' },
  '≤': { text: '<=', type: t.LessEqual },
  '≥': { text: '>=', type: t.GreaterEqual },
  '≠': { text: '!=', type: t.NotEqual },
  '−': { text: '-', type: t.Minus },
  '×': { text: '*', type: t.Star },
  '→': { text: '->', type: t.Arrow },
  '…': { text: '..', type: t.Range },
  '+=': { text: '=', type: t.Equal, note: "write 'x = x + …'" },
  '-=': { text: '=', type: t.Equal, note: "write 'x = x - …'" },
  '*=': { text: '=', type: t.Equal, note: "write 'x = x * …'" },
  '**': { text: undefined, type: t.Star, note: 'there are no powers; write a product' },
  '^': { text: undefined, type: t.Star, note: 'there are no powers; write a product' },
  '>>': { text: '|>', type: t.Pipe },
}

/** What was meant by the foreign symbol at `index`. */
export function meaningAt(tokens: readonly IToken[], index: number): Meaning {
  const [token, next] = [tokens[index], tokens[index + 1]]
  const separates = token !== undefined && next !== undefined && lineOf(next) === lineOf(token)
  // On one line a comma does what a `;` does elsewhere.
  if (token?.image === ';' && separates && !t.CLOSERS.has(next.tokenType)) return { text: ',', type: t.Comma }
  return MEANINGS[token?.image ?? ''] ?? arrowMeaning(tokens, index)
}

/** `=>`: in a bound it is `>=`; elsewhere nobody knows. */
function arrowMeaning(tokens: readonly IToken[], index: number): Meaning {
  const value = tokens[index + 1]?.tokenType
  const number = value === t.NumberToken || value === t.Quantity
  return number ? { text: '>=', type: t.GreaterEqual } : { text: '=', type: t.Equal }
}
