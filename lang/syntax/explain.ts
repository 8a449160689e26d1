import type { IToken } from 'chevrotain'
import type { Diagnostic } from '../diagnostics/diagnostic.js'
import * as messages from '../diagnostics/messages/syntax.js'
import * as brackets from '../diagnostics/messages/syntax-brackets.js'
import type { Span } from '../source.js'
import { EOF } from './chevrotain.js'
import { curesOf } from './cures.js'
import { END_OF_STATEMENT, NAME_BEFORE_EQUALS, STATEMENT, VALUE } from './expected.js'
import { lineOf } from './layout.js'
import * as t from './tokens.js'

/** Where and why the grammar could not go on. */
export interface Failure {
  readonly file: string
  /** What would have been right, in the user's words. */
  readonly expected: string
  /** Stands before `previous`. */
  readonly before: IToken
  readonly previous: IToken
  readonly found: IToken
  readonly next: IToken
}

/** What is wrong, in the user's words: the mistake that was probably made rather than the state of the parser. */
export function explain(failure: Failure): Diagnostic {
  const { previous } = failure
  const startsWithEquals = failure.found.tokenType === t.Equal && lineOf(failure.found) > lineOf(previous)
  if (startsWithEquals) return unexpectedAt(failure, NAME_BEFORE_EQUALS, spanOf(failure.file, failure.found))
  const expected = failure.expected
  const span = placeOf(failure)
  const found = span.start === span.end ? { ...failure.found, ...LINE_END } : failure.found
  if (failure.found.tokenType === t.StrayCloser) {
    return brackets.strayCloser({ closer: failure.found.image, span: spanOf(failure.file, failure.found) })
  }
  if (failure.found.tokenType === t.Comma && previous.tokenType === t.Comma)
    return messages.missingValue({ after: "','", found: "','", span })
  if (expected === VALUE && JOINS.has(previous.tokenType)) {
    const after = previous.tokenType === t.Comma ? "','" : describe(previous)
    if (!t.RESERVED.includes(found.tokenType)) {
      const isPositive = found.tokenType === t.Plus && failure.next.tokenType === t.NumberToken
      return messages.missingValue({ after, found: describe(found), isPositive, span })
    }
  }
  if (expected === STATEMENT && t.isName(found.tokenType)) return strayValueAt(failure, span)
  if (t.RESERVED.includes(found.tokenType)) {
    const word = found.image
    const asName = t.joinsEntry(failure.next.tokenType) || !/entry|parameter/.test(expected)
    if (/\bname\b|parameter/.test(expected) && asName) return messages.reservedWord({ word, expected, span })
    if (expected.includes('entry')) return messages.misplacedStatement({ word, where: 'among entries', span })
    if (word === 'if' || word === 'else') return messages.misplacedStatement({ word, where: 'here', span })
  }
  return unexpectedAt({ ...failure, found }, expected, span)
}

function unexpectedAt(failure: Failure, expected: string, span: Span): Diagnostic {
  const { found } = failure
  return messages.unexpected({ expected, found: describe(found), span, notes: curesOf({ ...failure, expected }) })
}

/** A line such as `x |> relu`, of which nothing takes the value. */
function strayValueAt({ found, next }: Failure, span: Span): Diagnostic {
  return messages.strayValue({ span, piped: next.tokenType === t.Pipe ? found.image : undefined })
}

/** What stands on a later line is not what was found; the end of the line is. */
const LINE_END = { tokenType: t.Newline, image: '' }

const JOINS: ReadonlySet<t.TokenType> = new Set([
  t.Equal,
  t.LessEqual,
  t.GreaterEqual,
  t.Comma,
  t.Question,
  t.Colon,
  t.Return,
  t.Output,
  t.In,
  t.As,
  t.With,
  t.Not,
  ...t.OPERATORS,
])

/** Behind these, the next line is expected to start something. */
const STARTS: ReadonlySet<t.TokenType> = new Set([t.Newline, t.LBrace, t.LParen, t.LBracket, t.Comma])

/** True for what stands at the end of a line, or of the file. */
export function isAtLineEnd(token: IToken): boolean {
  return token.tokenType === t.Newline || token.tokenType === EOF || token.image === ''
}

/** The found token, or where the line ends that lacks one. */
function placeOf({ file, found, previous, expected }: Failure): Span {
  // What goes on with the line before is too much itself.
  if (expected === END_OF_STATEMENT && !isAtLineEnd(found)) return spanOf(file, found)
  const hasPrevious = previous.tokenType !== EOF && !Number.isNaN(previous.startOffset)
  const startsAnew = STARTS.has(previous.tokenType)
  if (hasPrevious && (isAtLineEnd(found) || (!startsAnew && lineOf(found) > lineOf(previous)))) {
    const end = (previous.endOffset ?? previous.startOffset) + 1
    return { file, start: end, end }
  }
  return spanOf(file, found)
}

function spanOf(file: string, token: IToken): Span {
  if (token.tokenType === EOF || Number.isNaN(token.startOffset)) return { file, start: 0, end: 0 }
  return { file, start: token.startOffset, end: (token.endOffset ?? token.startOffset) + 1 }
}

/** A token as a message names it. */
export function describe(token: IToken): string {
  switch (token.tokenType) {
    case EOF:
      return 'the end of the file'
    case t.Newline:
      return 'the end of the line'
    case t.StringToken:
      return token.image.length > 24 ? 'a string' : token.image
    default:
      if (token.image === '') return 'the end of the line'
      return `'${token.image}'`
  }
}
