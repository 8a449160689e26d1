import type { IToken } from 'chevrotain'
import type * as t from '../tokens.js'

/** A token of another type and with another text, where the first one stands. */
export function retyped(token: IToken, type: t.TokenType, image: string): IToken {
  return { ...token, image, tokenType: type, tokenTypeIdx: type.tokenTypeIdx ?? token.tokenTypeIdx }
}
