import type { IToken } from 'chevrotain'
import type { Diagnostic } from '../../diagnostics/diagnostic.js'
import * as signs from '../../diagnostics/messages/syntax-tokens.js'
import { lineOf } from '../layout.js'
import * as t from '../tokens.js'

const MARKS: ReadonlySet<t.TokenType> = new Set([t.Minus, t.Star, t.Dot])

/** `- seed = 7`, `* seed: 7`: an entry behind the mark of a list, as YAML and plain text have it. */
export function mendMarks(
  tokens: readonly IToken[],
  file: string,
): { tokens: readonly IToken[]; diagnostics: Diagnostic[] } {
  const diagnostics: Diagnostic[] = []
  const kept = tokens.filter((token, index) => {
    const [previous, name, joint] = [tokens[index - 1], tokens[index + 1], tokens[index + 2]]
    if (!MARKS.has(token.tokenType) || name === undefined || joint === undefined) return true
    if (previous === undefined || lineOf(previous) === lineOf(token)) return true
    if (!t.isName(name.tokenType) || !t.joinsEntry(joint.tokenType) || lineOf(joint) !== lineOf(token)) return true
    // `a ? b` and its other case may stand on two lines.
    if (joint.tokenType === t.EqualEqual) return true
    const note = 'entries and statements stand on lines of their own, without a mark before them'
    const span = { file, start: token.startOffset, end: token.startOffset + 1 }
    diagnostics.push(signs.foreignSymbol({ found: token.image, meant: '', note, span }))
    return false
  })
  return { tokens: diagnostics.length === 0 ? tokens : kept, diagnostics }
}
