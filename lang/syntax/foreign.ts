// What is no token of the language but often written. `mend.ts` reports each, and puts what was meant in its place.
import type { CustomPatternMatcherFunc, TokenType } from 'chevrotain'
import { createToken } from './chevrotain.js'

/** Python's, over lines as well. Two strings side by side are never right, so nothing else is meant. */
export const TripleQuotes = createToken({
  name: 'TripleQuotes',
  pattern: /"""(?:[^"]|"(?!""))*"""|'''(?:[^']|'(?!''))*'''/,
  line_breaks: true,
})

const OPENED_STRAIGHT = /"[^"“”„‟«»\r\n]*[“”«»]/y
/** `"red”, "green"`: opened by `"` and closed by a curly quote, where the quotes of the line come out even only so. */
export const MixedQuotes = createToken({
  name: 'MixedQuotes',
  pattern: matcher((text, offset) => {
    OPENED_STRAIGHT.lastIndex = offset
    const found = OPENED_STRAIGHT.exec(text)
    if (found === null) return null
    const rest = restOfLine(text, offset + found[0].length).replace(/\/\/.*$/, '')
    const isEnd = /^[ \t]*(?:[,\])}:=]|$)/.test(rest)
    return isEnd && (rest.match(/["“”„‟«»]/g) ?? []).length % 2 === 0 ? found : null
  }),
  start_chars_hint: ['"'],
  line_breaks: false,
})

/** In other quotes than `"`, also where the two differ, as editors leave them that make some curly; without a closing one, a word. */
export const ForeignQuotes = createToken({
  name: 'ForeignQuotes',
  pattern:
    /'(?:[^'\\\r\n]|\\.)*'|['‘’‚‛](?:[^'‘’"\\\r\n]|\\.|['’](?=\w))*['‘’]|[“”„‟«»](?:[^“”„‟«»"\\\r\n]|\\.)*[“”«»"]|"[^"“”„‟«»\r\n]*[“”«»]|[`´][^`´'\r\n]*[`´']|[‘’‚‛“”„‟«»`´'][\w./:-]+/,
})
/** A string that goes on in the next lines, up to a quote at the end of one; no entry stands between. */
export const StringOverLines = createToken({
  name: 'StringOverLines',
  pattern: /"[^"\\\r\n]*(?:\r?\n[^"=\r\n]*){1,3}"(?=[ \t]*[,)\]}]*[ \t]*(?![^\r\n]))/,
  line_breaks: true,
})
/** Without the brackets and commas at the end of the line, which hardly belong to the text. */
export const UnclosedString = createToken({
  name: 'UnclosedString',
  pattern: /"(?:(?![ \t]*[)\]},;]*[ \t]*(?![^\r\n]))(?:[^"\\\r\n]|\\.))*/,
})

export const BlockComment = createToken({
  name: 'BlockComment',
  pattern: /\/\*(?:[^*]|\*(?!\/))*\*\//,
  line_breaks: true,
})
export const UnclosedComment = createToken({ name: 'UnclosedComment', pattern: /\/\*[^\r\n]*/ })
export const MarkupComment = createToken({ name: 'MarkupComment', pattern: /<!--[^\r\n]*/ })
export const HashComment = createToken({ name: 'HashComment', pattern: /#[^\r\n]*/ })
/** `% text`, as in MATLAB, at the start of a line. */
export const PercentComment = createToken({
  name: 'PercentComment',
  pattern: matcher((text, offset) => (startsLine(text, offset) ? matchAt(/%[^\r\n]*/y, text, offset) : null)),
  start_chars_hint: ['%'],
  line_breaks: false,
})
/**
 * `-- text`, as in VHDL, at the start of a line. Behind something these may be two operators: there it is a comment if words follow
 * each other without an operator, or if the only word stands nowhere else.
 */
export const DashComment = createToken({
  name: 'DashComment',
  pattern: matcher((text, offset) => {
    if (startsLine(text, offset)) return matchAt(/--(?:[ \t][^\r\n]*|-*(?=[ \t]*(?![^\r\n])))/y, text, offset)
    const comment = matchAt(/--[^\r\n]*/y, text, offset)
    const words = comment === null ? null : /^--[ \t]*([A-Za-z]\w*)(.*)$/.exec(comment[0])
    if (comment === null || words === null) return null
    const [, word = '', rest = ''] = words
    const isProse = /^[ \t]+(?!(?:and|or|with|as)\b)[A-Za-z]/.test(rest)
    const isAlone = rest.trim() === '' && (text.match(new RegExp(`\\b${word}\\b`, 'g')) ?? []).length === 1
    return isProse || isAlone ? comment : null
  }),
  start_chars_hint: ['-'],
  line_breaks: false,
})
export const Foreign = createToken({
  name: 'Foreign',
  pattern: /=>|=<|===|!==|&&|\|\||\*\*|\*\/|\^|>>|:=|\+=|-=|\*=|!(?!=)|;|[≤≥⩽⩾≠−–—×·⋅÷→…＝，：；（）]/,
})

/** In the order in which the lexer tries them, before and behind those of the language that start alike. */
export const FOREIGN_COMMENTS: readonly TokenType[] = [
  BlockComment,
  UnclosedComment,
  MarkupComment,
  HashComment,
  PercentComment,
  DashComment,
]
export const FOREIGN_BEFORE_STRINGS: readonly TokenType[] = [TripleQuotes, MixedQuotes]
export const FOREIGN_BEHIND_STRINGS: readonly TokenType[] = [ForeignQuotes, StringOverLines, UnclosedString]

function matcher(match: (text: string, offset: number) => RegExpExecArray | null): CustomPatternMatcherFunc {
  return match
}

function matchAt(sticky: RegExp, text: string, offset: number): RegExpExecArray | null {
  sticky.lastIndex = offset
  return sticky.exec(text)
}

function startsLine(text: string, offset: number): boolean {
  return text.slice(text.lastIndexOf('\n', offset - 1) + 1, offset).trim() === ''
}

function restOfLine(text: string, offset: number): string {
  return /[^\r\n]*/.exec(text.slice(offset, offset + 2_000))?.[0] ?? ''
}
