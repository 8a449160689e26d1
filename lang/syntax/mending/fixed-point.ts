import type { IToken } from 'chevrotain'
import { fixedPointMeant } from '../../hints.js'
import * as t from '../tokens.js'
import { retyped } from './retyped.js'

/** `ap_fixed<16, 6>` at `index`, as it is written here, with the tokens of that; `length` is how many those of it are. */
export function fixedPointAt(
  tokens: readonly IToken[],
  index: number,
): { readonly text: string; readonly tokens: readonly IToken[]; readonly length: number } | undefined {
  if (tokens[index + 1]?.tokenType !== t.Less) return undefined
  const end = tokens.findIndex((token, at) => at > index && token.tokenType === t.Greater)
  if (end < 0) return undefined
  const parts = tokens.slice(index, end + 1)
  const text = fixedPointMeant(parts.map(({ image }) => image).join(''))
  const [name, open, width, comma, integer] = parts
  const close = parts.at(-1)
  if (text === undefined || !name || !open || !width || !comma || !integer || !close) return undefined
  const call = [
    retyped(name, t.Identifier, 'fixed'),
    retyped(open, t.LParen, '('),
    retyped(width, t.NumberToken, '1'),
    comma,
    retyped(integer, t.NumberToken, '1'),
    retyped(close, t.RParen, ')'),
  ]
  return { text, tokens: call, length: parts.length }
}
