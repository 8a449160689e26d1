// HGQ2243 to 2247: trainings that start from others, or are taught by them.
import type { Span } from '../../source.js'
import { define } from '../define.js'

type Place = { readonly span: Span; readonly text: string }

export const entryWithoutOther = define(
  'HGQ2243',
  'error',
  'an entry that says something about one that is missing',
  (facts: { readonly name: string; readonly other: string; readonly about: string; readonly span: Span }) => ({
    message: `'${facts.name}' is ${facts.about}, and there is no '${facts.other}'`,
    span: facts.span,
    label: `add \`${facts.other} = …\`, or leave this out`,
  }),
)

export const boundOfDesign = define(
  'HGQ2244',
  'error',
  'a bound on a network to start from that only a design has',
  (facts: { readonly quantity: string; readonly span: Span; readonly related: readonly Place[] }) => ({
    message: `a network to start from has no '${facts.quantity}': that is measured of a design`,
    span: facts.span,
    label: 'of designs alone',
    related: facts.related,
    notes: ['bounds on `ebops` and on metrics choose among the networks of a training'],
  }),
)

export const startsFromOtherNetwork = define(
  'HGQ2245',
  'error',
  'a network to start from that is built in another way',
  (facts: {
    readonly name: string
    readonly difference: string
    readonly span: Span
    readonly related: readonly Place[]
  }) => ({
    message: `the network of '${facts.name}' is another one: ${facts.difference}`,
    span: facts.span,
    label: 'starts from this',
    related: facts.related,
    notes: [
      'both need the same layers, of the same sizes, with widths of the same granularity; start widths, limits, rounding, overflow and signs may differ',
    ],
  }),
)

export const notTrainedHere = define(
  'HGQ2246',
  'error',
  'a network from a file where a training is needed',
  (facts: {
    readonly name: string
    readonly entry: string
    readonly span: Span
    readonly related: readonly Place[]
  }) => ({
    message: `'${facts.name}' takes its network from a file, and \`${facts.entry}\` needs a training`,
    span: facts.span,
    label: 'is not trained here',
    related: facts.related,
  }),
)

export const teacherOfOther = define(
  'HGQ2247',
  'error',
  'a teacher that has learned something else',
  (facts: {
    readonly name: string
    readonly what: 'data set' | 'loss'
    /** Theirs and that of the training. */
    readonly theirs: string
    readonly own: string
    readonly span: Span
    readonly related: readonly Place[]
  }) => ({
    message: `'${facts.name}' cannot teach this: its ${facts.what} is '${facts.theirs}', that of the training '${facts.own}'`,
    span: facts.span,
    label: `learns ${facts.what === 'loss' ? 'by' : 'from'} '${facts.theirs}'`,
    related: facts.related,
    notes: [
      facts.what === 'loss'
        ? 'what it answers has to have the form of what is learned: give both the same `loss`'
        : 'it is asked about the rows of the training part, and must not have seen those that others are held back for: give both the same `dataset`',
    ],
  }),
)
