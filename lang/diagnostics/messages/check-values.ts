// HGQ22xx: values that have the right type and are wrong all the same. Those that don't fit each other are in
// `check-fit.ts` (networks and data), `check-schedules.ts` and `check-targets.ts`.
import type { Span } from '../../source.js'
import { define } from '../define.js'

type Place = { readonly span: Span; readonly text: string }

export const outOfRange = define(
  'HGQ2201',
  'error',
  'a value outside its range',
  (facts: { readonly what: string; readonly shown: string; readonly rule: string; readonly span: Span }) => ({
    message: `${facts.what} cannot be ${facts.shown}`,
    span: facts.span,
    label: facts.rule,
  }),
)

export const splitSum = define(
  'HGQ2202',
  'error',
  'a split that is not 100 %',
  (facts: { readonly percent: string; readonly span: Span }) => ({
    message: `the parts of the split add up to ${facts.percent} %`,
    span: facts.span,
    label: 'train, validation and test make 100 %',
  }),
)

export const namedTwice = define(
  'HGQ2211',
  'error',
  'the same thing twice in a list',
  (facts: { readonly name: string; readonly where: string; readonly span: Span; readonly first: Span }) => ({
    message: `'${facts.name}' stands twice in ${facts.where}`,
    span: facts.span,
    label: 'the second time',
    related: [{ span: facts.first, text: 'the first' }],
  }),
)

export const notAChecksum = define(
  'HGQ2215',
  'error',
  'a checksum that is none',
  (facts: { readonly length: number; readonly span: Span }) => ({
    message: 'this is not the SHA-256 of a file',
    span: facts.span,
    label: `64 digits 0-9 and a-f; here ${facts.length === 64 ? 'are others' : `are ${facts.length} characters`}`,
  }),
)

export const emptyPath = define(
  'HGQ2227',
  'error',
  'a path that is empty',
  (facts: { readonly span: Span; readonly example: string }) => ({
    message: 'this path names no file',
    span: facts.span,
    label: `a file beside the pipeline, such as "${facts.example}"`,
  }),
)

export const limitsReversed = define(
  'HGQ2216',
  'error',
  'limits of which the lower is above the upper',
  (facts: { readonly low: number; readonly high: number; readonly span: Span }) => ({
    message: `the limits ${facts.low}..${facts.high} hold nothing`,
    span: facts.span,
    label: 'the lower stands first',
  }),
)

export const decayUnread = define(
  'HGQ2242',
  'warning',
  'a `decay` that nothing reads',
  (facts: { readonly overflow: string; readonly input: boolean; readonly span: Span }) => ({
    message: facts.input
      ? '`decay` does nothing here: the type of an input is declared, not learned'
      : `\`decay\` does nothing here: the quantizer has \`overflow = ${facts.overflow}\``,
    span: facts.span,
    label: 'leave it out',
    notes: [
      'it is how fast integer bits that follow the data may shrink, which those of `wrap` and `wrap_reflect` do; others are learned',
    ],
  }),
)

export const outsideLimits = define(
  'HGQ2217',
  'error',
  'a start width outside its limits',
  (facts: {
    readonly what: string
    readonly value: number
    readonly low: number
    readonly high: number
    readonly span: Span
    readonly limits: Span
  }) => ({
    message: `${facts.what} starts at ${facts.value}, outside its limits ${facts.low}..${facts.high}`,
    span: facts.span,
    related: [{ span: facts.limits, text: 'the limits' }],
  }),
)

export const budgetNeverMet = define(
  'HGQ2218',
  'error',
  'a bound that nothing can keep',
  (facts: {
    readonly quantity: string
    readonly relation: string
    readonly shown: string
    readonly why: string
    readonly span: Span
  }) => ({
    message: `nothing keeps ${facts.quantity} ${facts.relation} ${facts.shown}`,
    span: facts.span,
    label: facts.why,
  }),
)

export const notWhole = define(
  'HGQ2203',
  'error',
  'a quotient that should be a whole number',
  (facts: {
    readonly shown: string
    readonly value: number
    readonly span: Span
    readonly related: readonly Place[]
  }) => ({
    message: `${facts.shown} is not a whole number`,
    span: facts.span,
    label: `${facts.value}, where an int is needed`,
    related: facts.related,
  }),
)

export const twoOfOneName = define(
  'HGQ2219',
  'error',
  'declarations of one name in two files of one pipeline',
  (facts: { readonly kind: string; readonly name: string; readonly span: Span; readonly first: Span }) => ({
    message: `this pipeline uses two declarations \`${facts.kind} ${facts.name}\``,
    span: facts.span,
    label: 'one',
    related: [{ span: facts.first, text: 'the other' }],
    notes: ['artifacts and messages are called by these names: rename one of them'],
  }),
)
