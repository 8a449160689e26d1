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

const NO_POWERS = 'there are no powers; write a product, and a power of ten as in `1e-3`'

const MEANINGS: Readonly<Record<string, Meaning>> = {
  '=<': { text: '<=', type: t.LessEqual },
  '===': { text: '==', type: t.EqualEqual },
  '!==': { text: '!=', type: t.NotEqual },
  '&&': { text: 'and', type: t.And },
  '||': { text: 'or', type: t.Or },
  ':=': { text: '=', type: t.Equal },
  '!': { text: 'not ', type: t.Not },
  ';': { text: '', note: 'an entry or a statement ends with its line' },
  '；': { text: '', note: 'an entry or a statement ends with its line' },
  '≤': { text: '<=', type: t.LessEqual },
  '≥': { text: '>=', type: t.GreaterEqual },
  '≠': { text: '!=', type: t.NotEqual },
  '⩽': { text: '<=', type: t.LessEqual },
  '⩾': { text: '>=', type: t.GreaterEqual },
  '−': { text: '-', type: t.Minus },
  '–': { text: '-', type: t.Minus },
  '—': { text: '-', type: t.Minus },
  '×': { text: '*', type: t.Star },
  '·': { text: '*', type: t.Star },
  '⋅': { text: '*', type: t.Star },
  '÷': { text: '/', type: t.Slash },
  '＝': { text: '=', type: t.Equal },
  '，': { text: ',', type: t.Comma },
  '：': { text: '=', type: t.Equal },
  '（': { text: '(', type: t.LParen },
  '）': { text: ')', type: t.RParen },
  '*/': { text: '', note: "there are no comments over lines; '//' starts one, up to the end of its line" },
  '→': { text: '->', type: t.Arrow },
  '…': { text: '..', type: t.Range },
  '+=': { text: '=', type: t.Equal, note: "write 'x = x + …'" },
  '-=': { text: '=', type: t.Equal, note: "write 'x = x - …'" },
  '*=': { text: '=', type: t.Equal, note: "write 'x = x * …'" },
  '**': { text: undefined, type: t.Star, note: NO_POWERS },
  '^': { text: undefined, type: t.Star, note: NO_POWERS },
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

/** `=>`: in a bound it is `>=`; elsewhere it joins a name and a value. */
function arrowMeaning(tokens: readonly IToken[], index: number): Meaning {
  const heads = tokens.slice(0, index).filter(({ startColumn }) => startColumn === 1)
  const head = heads.findLast(({ tokenType }) => !t.CLOSERS.has(tokenType))
  return head?.tokenType === t.Budget ? { text: '>=', type: t.GreaterEqual } : { text: '=', type: t.Equal }
}

/** The `;` of `for (let i = 0; i < 3; i++)`, of which the parentheses are reported. */
export function isInLoopOfC(tokens: readonly IToken[], index: number): boolean {
  const token = tokens[index]
  let first = index
  while (token !== undefined && first > 0 && lineOf(tokens[first - 1] ?? token) === lineOf(token)) first--
  return tokens[first]?.tokenType === t.For && tokens[first + 1]?.tokenType === t.LParen
}
