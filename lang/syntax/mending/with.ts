import type { IToken } from 'chevrotain'
import type { Diagnostic } from '../../diagnostics/diagnostic.js'
import * as signs from '../../diagnostics/messages/syntax-tokens.js'
import { lineOf } from '../layout.js'
import * as t from '../tokens.js'

/** `with: q`, `with = q`, `with quantizer q`, `with quantizer = q`: only the quantizer itself follows `with`. */
export function mendWith(
  tokens: readonly IToken[],
  file: string,
): { tokens: readonly IToken[]; diagnostics: Diagnostic[] } {
  if (!tokens.some(({ tokenType }) => tokenType === t.With)) return { tokens, diagnostics: [] }
  const diagnostics: Diagnostic[] = []
  const result: IToken[] = []
  for (let index = 0; index < tokens.length; index++) {
    const token = tokens[index]
    if (token === undefined) break
    result.push(token)
    if (token.tokenType !== t.With) continue
    const count = surplus(tokens, index + 1)
    const [first, last, next] = [tokens[index + 1], tokens[index + count], tokens[index + count + 1]]
    if (count === 0 || first === undefined || last === undefined || next === undefined) continue
    const span = { file, start: first.startOffset, end: next.startOffset }
    const found = tokens.slice(index + 1, index + count + 1).map(({ image }) => image)
    diagnostics.push(
      signs.surplusBehindWith({ found: found.join(' '), span: { ...span, end: (last.endOffset ?? span.start) + 1 } }),
    )
    index += count
  }
  return { tokens: result, diagnostics }
}

/** How many tokens from `index` on stand between `with` and the quantizer. */
function surplus(tokens: readonly IToken[], index: number): number {
  const [first, second, third] = [tokens[index], tokens[index + 1], tokens[index + 2]]
  if (first === undefined || second === undefined || lineOf(second) !== lineOf(first)) return 0
  if (joins(first)) return 1
  if (first.tokenType !== t.Quantizer) return 0
  if (joins(second)) return third !== undefined && lineOf(third) === lineOf(first) ? 2 : 0
  return t.isName(second.tokenType) ? 1 : 0
}

function joins({ tokenType }: IToken): boolean {
  return tokenType === t.Colon || tokenType === t.Equal
}
