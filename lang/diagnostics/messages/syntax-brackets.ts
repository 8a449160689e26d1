// HGQ1xxx: brackets that do not match, and what is nested too deeply.
import type { Span } from '../../source.js'
import { define, replaceBy } from '../define.js'

interface Place {
  readonly span: Span
}

const insert = (at: Span, text: string, title: string) => [{ title, edits: [{ span: at, text }] }]

export const unclosedBracket = define(
  'HGQ1003',
  'error',
  'an opening bracket without its closing one',
  (
    facts: Place & {
      readonly opener: string
      readonly closer: string
      readonly insertion: string
      readonly expectedAt: Span
    },
  ) => ({
    message: `this '${facts.opener}' is never closed`,
    span: facts.span,
    label: `opened here`,
    related: [{ span: facts.expectedAt, text: `'${facts.closer}' is expected here` }],
    fixes: insert(facts.expectedAt, facts.insertion, `insert '${facts.closer}'`),
  }),
)

export const strayCloser = define(
  'HGQ1004',
  'error',
  'a closing bracket without its opening one',
  (facts: Place & { readonly closer: string }) => ({
    message: `this '${facts.closer}' closes nothing`,
    span: facts.span,
    label: `no opening bracket belongs to it`,
    fixes: replaceBy(facts.span, '', `remove '${facts.closer}'`),
  }),
)

export const wrongCloser = define(
  'HGQ1005',
  'error',
  'a closing bracket of the wrong kind',
  (facts: Place & { readonly closer: string; readonly expected: string; readonly opener: Span }) => ({
    message: `expected '${facts.expected}', found '${facts.closer}'`,
    span: facts.span,
    label: `this should be '${facts.expected}'`,
    related: [{ span: facts.opener, text: 'to close this bracket' }],
    fixes: replaceBy(facts.span, facts.expected),
  }),
)

export const wrongOpener = define(
  'HGQ1056',
  'error',
  'a block that another bracket opens than closes',
  (facts: Place & { readonly opener: string; readonly closer: Span }) => ({
    message: `a block starts with '{', not with '${facts.opener}'`,
    span: facts.span,
    label: "this should be '{'",
    related: [{ span: facts.closer, text: 'closed here' }],
    fixes: replaceBy(facts.span, '{'),
  }),
)

export const missingOpener = define(
  'HGQ1028',
  'error',
  'an opening bracket is missing',
  (facts: Place & { readonly opener: string; readonly closer: Span }) => ({
    message: `'${facts.opener}' is missing here`,
    span: facts.span,
    label: `'${facts.opener}' is expected here`,
    related: [{ span: facts.closer, text: 'this bracket closes it' }],
    fixes: insert({ ...facts.span, end: facts.span.start }, facts.opener, `insert '${facts.opener}'`),
  }),
)

export const listInParentheses = define(
  'HGQ1046',
  'error',
  'a list in parentheses',
  (facts: { readonly open: Span; readonly close: Span }) => ({
    message: 'a list stands in square brackets',
    span: { ...facts.open, end: facts.close.end },
    label: "write it between '[' and ']'",
    fixes: [
      {
        title: 'use square brackets',
        edits: [
          { span: facts.open, text: '[' },
          { span: facts.close, text: ']' },
        ],
      },
    ],
  }),
)

export const nestedTooDeeply = define(
  'HGQ1033',
  'error',
  'text that is nested too deeply',
  (facts: Place & { readonly deepest: number }) => ({
    message: `this is nested more than ${facts.deepest} levels deep`,
    span: facts.span,
    label: 'too deep',
    notes: ["give a name to a part of it with 'let'"],
  }),
)

export const chainTooLong = define(
  'HGQ1034',
  'error',
  'an expression of too many operators',
  (facts: Place & { readonly longest: number }) => ({
    message: `this expression has more than ${facts.longest} operators in a row`,
    span: facts.span,
    label: 'too long',
    notes: ["give a name to a part of it with 'let'"],
  }),
)
