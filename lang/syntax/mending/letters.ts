import type { IToken } from 'chevrotain'
import type { Diagnostic } from '../../diagnostics/diagnostic.js'
import * as signs from '../../diagnostics/messages/syntax-tokens.js'
import { createTokenInstance } from '../chevrotain.js'
import type { Lexed } from '../lexer.js'
import * as t from '../tokens.js'
import { isUnit } from './numbers.js'

/** `µs`, of which only the letter is strange. */
const MICRO = /^[µμ](?:s|rad)$/

/** A word, or letters that start no token. */
interface Piece {
  readonly start: number
  readonly end: number
  /** Undefined for letters. */
  readonly token: IToken | undefined
}

/**
 * Reads names with letters that a name has not, such as `données` or `λ`, as one name each, the same wherever it stands; reports
 * each name once, but for a unit behind a number, of which `mendUnit` knows what is meant. What else starts no token is left in
 * `unknown`.
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
  const words = tokens.filter(isWord).map((token) => ({ start: token.startOffset, end: endOf(token), token }))
  const placeAt = places(text)
  const joined: IToken[] = []
  const taken = new Set<IToken>()
  for (const run of runs([...words, ...letters.map((each) => ({ ...each, token: undefined }))])) {
    if (run.every(({ token }) => token !== undefined)) continue
    const [first, end] = [run[0], run.at(-1)?.end ?? 0]
    // `25µs` is a number and its unit.
    const isNumber = first?.token?.tokenType === t.NumberToken && MICRO.test(text.slice(first.end, end))
    const parts = isNumber ? run.slice(1) : run
    for (const { token } of parts) if (token !== undefined) taken.add(token)
    const start = parts[0]?.start ?? 0
    const { line, column } = placeAt(start)
    joined.push(
      createTokenInstance(
        t.Identifier,
        text.slice(start, end),
        start,
        end - 1,
        line,
        line,
        column,
        column + end - start - 1,
      ),
    )
  }
  const kept = tokens.filter((token) => !taken.has(token))
  const all = [...kept, ...joined].sort((a, b) => a.startOffset - b.startOffset)
  return { tokens: all, unknown: unknown.filter((each) => !isLetters(each)), diagnostics: told(all, joined, file) }
}

/** The messages about the names among `all`, one for each. */
function told(all: readonly IToken[], names: readonly IToken[], file: string): Diagnostic[] {
  const wanted = new Set(names)
  const reported = new Set<string>()
  return all.flatMap((token, index) => {
    if (!wanted.has(token) || reported.has(token.image)) return []
    const before = all[index - 1]
    if (MICRO.test(token.image) && before !== undefined && isUnit(before, token, all[index + 1])) return []
    reported.add(token.image)
    const span = { file, start: token.startOffset, end: endOf(token) }
    return [signs.foreignLetters({ name: token.image, span })]
  })
}

/** Pieces that touch, together. */
function runs(pieces: readonly Piece[]): readonly (readonly Piece[])[] {
  const result: Piece[][] = []
  for (const piece of [...pieces].sort((a, b) => a.start - b.start)) {
    const last = result.at(-1)
    if (last !== undefined && last.at(-1)?.end === piece.start) last.push(piece)
    else result.push([piece])
  }
  return result
}

/** Gives the line and column of offsets as the lexer counts them, which must rise from call to call. */
function places(text: string): (offset: number) => { readonly line: number; readonly column: number } {
  const ends = /\r\n?|\n/g
  let [line, start] = [1, 0]
  let next = ends.exec(text)
  return (offset) => {
    for (; next !== null && next.index < offset; next = ends.exec(text)) {
      line++
      start = next.index + next[0].length
    }
    return { line, column: offset - start + 1 }
  }
}

function isWord({ tokenType, image }: IToken): boolean {
  return t.isName(tokenType) || t.RESERVED.includes(tokenType) || (tokenType === t.NumberToken && /^\d+$/.test(image))
}

function endOf(token: IToken): number {
  return (token.endOffset ?? token.startOffset) + 1
}
