// HGQ2072 to 2079, 2045, 2049 and 2092: entries of declarations, fields of records, bounds of budgets.
import type { Span } from '../../source.js'
import { define, didYouMean, replaceBy } from '../define.js'
import { lacks, list } from './check-text.js'

export const wrongBoundRelation = define(
  'HGQ2045',
  'error',
  'a value where a bound is expected',
  (facts: { readonly name: string; readonly span: Span; readonly value: Span }) => ({
    message: `a bound is written \`${facts.name} <= …\` or \`${facts.name} >= …\``,
    span: facts.span,
    label: '`=` is no bound',
  }),
)

export const boundOnBetterSide = define(
  'HGQ2238',
  'warning',
  'a bound that refuses the better networks',
  (facts: { readonly name: string; readonly better: 'higher' | 'lower'; readonly span: Span }) => ({
    message: `'${facts.name}' is better when it is ${facts.better}, and this bound refuses what is better`,
    span: facts.span,
    label: `is '${facts.better === 'higher' ? '>=' : '<='}' meant?`,
  }),
)

export const boundTwice = define(
  'HGQ2049',
  'error',
  'a bound that is given twice',
  (facts: { readonly name: string; readonly relation: string; readonly span: Span; readonly first: Span }) => ({
    message: `'${facts.name} ${facts.relation}' is given twice`,
    span: facts.span,
    label: 'a second time',
    related: [{ span: facts.first, text: 'first here' }],
  }),
)

export const unknownField = define(
  'HGQ2072',
  'error',
  'a record entry that does not exist',
  (facts: {
    readonly name: string
    readonly span: Span
    readonly what: string
    readonly names: readonly string[]
    readonly nearest: string | undefined
    readonly missing: readonly string[]
  }) => ({
    message: `${facts.what} has no entry '${facts.name}'`,
    span: facts.span,
    label: 'unknown entry',
    notes: [
      ...didYouMean(facts.nearest),
      ...(facts.nearest === undefined ? [`it has ${list(facts.names)}`] : []),
      ...lacks(facts.missing),
    ],
    fixes: replaceBy(facts.span, facts.nearest),
  }),
)

export const missingFields = define(
  'HGQ2073',
  'error',
  'record entries that are missing',
  (facts: {
    readonly span: Span
    readonly what: string
    readonly names: readonly string[]
    readonly examples: readonly string[]
  }) => ({
    message: `${facts.what} lacks ${list(facts.names)}`,
    span: facts.span,
    label: facts.names.length === 1 ? 'an entry is missing' : 'these are missing',
    notes: [`for example \`${facts.examples.join(', ')}\``],
  }),
)

export const labelsAndTarget = define(
  'HGQ2074',
  'error',
  'a data set with both labels and a target',
  (facts: { readonly name: string; readonly span: Span; readonly other: Span }) => ({
    message: `'${facts.name}' has both labels and a target`,
    span: facts.span,
    label: 'only one of the two',
    related: [{ span: facts.other, text: 'the other one' }],
    notes: ['`labels` are classes to tell apart; `target` is a number to predict'],
  }),
)

export const labelsOrTarget = define(
  'HGQ2075',
  'error',
  'a data set with nothing to learn',
  (facts: { readonly name: string; readonly span: Span }) => ({
    message: `the dataset '${facts.name}' has nothing to learn: neither 'labels' nor 'target'`,
    span: facts.span,
    label: 'an entry is missing',
    notes: ['for classification `labels = "class"`; for regression `target = "angle"` with `unit = mrad`'],
  }),
)

export const unitMissing = define(
  'HGQ2076',
  'error',
  'a target without its unit',
  (facts: { readonly span: Span }) => ({
    message: "a target needs its 'unit'",
    span: facts.span,
    label: 'in which unit?',
    notes: ['for example `unit = mrad`, or `unit = none` for a plain number'],
  }),
)

export const unitWithoutTarget = define(
  'HGQ2077',
  'error',
  'a unit without a target',
  (facts: { readonly span: Span }) => ({
    message: 'labels have no unit',
    span: facts.span,
    label: "this is the unit of a 'target'",
  }),
)

export const unknownBound = define(
  'HGQ2078',
  'error',
  'a bound on what is not measured',
  (facts: {
    readonly name: string
    readonly span: Span
    readonly nearest: string | undefined
    readonly known: readonly string[]
  }) => ({
    message: `nothing measures '${facts.name}'`,
    span: facts.span,
    label: 'unknown quantity or metric',
    notes: [...didYouMean(facts.nearest), `a budget bounds ${list(facts.known)}`],
    fixes: replaceBy(facts.span, facts.nearest),
  }),
)

export const boundsMissing = define(
  'HGQ2079',
  'error',
  'a budget without bounds',
  (facts: { readonly name: string; readonly span: Span }) => ({
    message: `the budget '${facts.name}' bounds nothing`,
    span: facts.span,
    label: 'empty',
    notes: ['for example `lut <= 30_000` or `latency <= 100 ns`'],
  }),
)

export const entryOfTraining = define(
  'HGQ2092',
  'error',
  'an entry about training beside a checkpoint',
  (facts: { readonly name: string; readonly span: Span; readonly checkpoint: Span }) => ({
    message: `'${facts.name}' has no effect beside a checkpoint`,
    span: facts.span,
    label: 'leave it out',
    related: [{ span: facts.checkpoint, text: 'the network comes from a file' }],
    notes: [
      'a network from a file is not trained: beside `checkpoint`, only `dataset`, `metric` and `seed` say something',
    ],
  }),
)
