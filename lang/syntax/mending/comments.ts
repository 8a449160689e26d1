import type { IToken } from 'chevrotain'
import type { Diagnostic } from '../../diagnostics/diagnostic.js'
import * as signs from '../../diagnostics/messages/syntax-tokens.js'
import type { Span } from '../../source.js'
import * as f from '../foreign.js'

/** The message about a comment of another language; undefined for what is none. */
export function foreignCommentOf({ tokenType, image }: IToken, span: Span): Diagnostic | undefined {
  switch (tokenType) {
    case f.HashComment:
    case f.PercentComment:
      return signs.foreignComment({ start: image.charAt(0), replacement: `//${image.slice(1)}`, span })
    case f.DashComment:
      return signs.foreignComment({ start: '--', replacement: `//${image.slice(2)}`, span })
    case f.BlockComment:
      return signs.foreignComment({ start: '/*', replacement: inLines(image.slice(2, -2), '//'), span })
    case f.UnclosedComment:
      return signs.foreignComment({ start: '/*', replacement: `//${image.slice(2)}`, isOpen: true, span })
    case f.MarkupComment:
      return signs.foreignComment({ start: '<!--', replacement: `//${image.slice(4).replace(/-->.*$/, '')}`, span })
    default:
      return undefined
  }
}

/** A comment over lines, each after `start`. */
export function inLines(content: string, start: '//' | '///'): string {
  const lines = content
    .replace(/^\*+/, '')
    .trim()
    .split(/\s*\n[ \t*]*/)
  return lines.map((line) => `${start} ${line}`.trimEnd()).join('\n')
}
