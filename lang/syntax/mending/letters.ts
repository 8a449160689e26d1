import type { IToken } from 'chevrotain'
import type { Diagnostic } from '../../diagnostics/diagnostic.js'
import * as signs from '../../diagnostics/messages/syntax-tokens.js'
import type { Lexed } from '../lexer.js'
import * as t from '../tokens.js'
import { retyped } from './retyped.js'

/** `µs`, of which only the letter is strange. */
const MICRO = /^[µμ](?:s|rad)$/

/**
 * Reads names with letters that a name has not, such as `données` or `λ`, as one name each, the same wherever it stands; reports
 * each name once. What else starts no token is left in `unknown`.
 */
export function joinLetters(
  { tokens, unknown }: Pick<Lexed, 'tokens' | 'unknown'>,
  text: string,
  file: string,
): { readonly tokens: readonly IToken[]; readonly unknown: Lexed['unknown']; readonly diagnostics: Diagnostic[] } {
  const isLetters = ({ start, end }: { start: number; end: number }): boolean =>
    /^[\p{L}\p{M}]+$/u.test(text.slice(start, end))
  const letters = unknown.filter(isLetters)
  if (letters.length === 0) return { tokens, unknown, diagnostics: [] }
  const diagnostics: Diagnostic[] = []
  const reported = new Set<string>()
  const result: IToken[] = []
  const taken = new Set<IToken>()
  for (let next = 0; next < letters.length; next++) {
    let [start, end] = [letters[next]?.start ?? 0, letters[next]?.end ?? 0]
    const parts: IToken[] = []
    for (let grows = true; grows; ) {
      grows = false
      for (const token of tokens) {
        if (token.startOffset > end) break
        if (taken.has(token) || !isWord(token) || (token.startOffset !== end && endOf(token) !== start)) continue
        parts.push(token)
        taken.add(token)
        start = Math.min(start, token.startOffset)
        end = Math.max(end, endOf(token))
        grows = true
      }
      for (let more = letters[next + 1]; more?.start === end; more = letters[++next + 1]) {
        end = more.end
        grows = true
      }
    }
    const image = text.slice(start, end)
    const model = tokens.findLast((token) => token.startOffset <= start) ?? tokens[0]
    if (model === undefined) continue
    const before = text.slice(0, start)
    const line = (before.match(/\r\n?|\n/g) ?? []).length + 1
    const column = start - Math.max(before.lastIndexOf('\n'), before.lastIndexOf('\r'))
    const place = { startLine: line, endLine: line, startColumn: column, endColumn: column + image.length - 1 }
    result.push(retyped({ ...model, startOffset: start, endOffset: end - 1, ...place }, t.Identifier, image))
    if (MICRO.test(image) || reported.has(image)) continue
    reported.add(image)
    diagnostics.push(signs.foreignLetters({ name: image, span: { file, start, end } }))
  }
  const all = [...tokens.filter((token) => !taken.has(token)), ...result].sort((a, b) => a.startOffset - b.startOffset)
  return { tokens: all, unknown: unknown.filter((each) => !isLetters(each)), diagnostics }
}

function isWord({ tokenType, image }: IToken): boolean {
  return t.isName(tokenType) || t.RESERVED.includes(tokenType) || (tokenType === t.NumberToken && /^\d+$/.test(image))
}

function endOf(token: IToken): number {
  return (token.endOffset ?? token.startOffset) + 1
}
