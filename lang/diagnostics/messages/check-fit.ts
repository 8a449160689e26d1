// HGQ22xx: networks, data sets, losses and metrics that don't fit each other.
import type { Span } from '../../source.js'
import { define, didYouMean } from '../define.js'

type Place = { readonly span: Span; readonly text: string }

export const featuresDontNameInput = define(
  'HGQ2204',
  'error',
  'features of an input that the network has not',
  (facts: {
    readonly name: string
    readonly inputs: readonly string[]
    readonly network: string
    readonly nearest: string | undefined
    readonly span: Span
    readonly related: readonly Place[]
  }) => ({
    message: `${facts.network} has no input '${facts.name}'`,
    span: facts.span,
    label: `inputs: ${facts.inputs.join(', ')}`,
    related: facts.related,
    notes: didYouMean(facts.nearest),
  }),
)

export const inputWithoutFeatures = define(
  'HGQ2205',
  'error',
  'an input that no features feed',
  (facts: {
    readonly inputs: readonly string[]
    readonly network: string
    readonly single: boolean
    readonly span: Span
    readonly related: readonly Place[]
  }) => ({
    message: facts.single
      ? `${facts.network} has ${facts.inputs.length} inputs, but one selection of features`
      : `no features feed ${facts.inputs.length === 1 ? 'the input' : 'the inputs'} ${facts.inputs.map((name) => `'${name}'`).join(', ')}`,
    span: facts.span,
    related: facts.related,
    notes: facts.single
      ? [`say which feeds which: \`features = { ${facts.inputs.map((name) => `${name} = …`).join(', ')} }\``]
      : [`add to \`features\`: ${facts.inputs.map((name) => `\`${name} = …\``).join(', ')}`],
  }),
)

export const wrongTask = define(
  'HGQ2206',
  'error',
  'a loss or metric of the other task',
  (facts: {
    readonly what: string
    readonly name: string
    readonly task: string
    readonly instead: readonly string[]
    readonly span: Span
    readonly related: readonly Place[]
  }) => ({
    message: `the ${facts.what} '${facts.name}' is not for ${facts.task}`,
    span: facts.span,
    label: `for ${facts.task}: ${facts.instead.join(', ')}`,
    related: facts.related,
  }),
)

export const outputSize = define(
  'HGQ2207',
  'error',
  'a network whose output does not fit the data set',
  (facts: {
    readonly shape: string
    readonly wanted: string
    readonly span: Span
    readonly related: readonly Place[]
    readonly cure: string
  }) => ({
    message: `the network gives ${facts.shape}, ${facts.wanted}`,
    span: facts.span,
    label: `this is ${facts.shape}`,
    related: facts.related,
    notes: [facts.cure],
  }),
)

export const dataShape = define(
  'HGQ2208',
  'error',
  'data of another shape than the input it feeds',
  (facts: {
    readonly input: string
    readonly inputShape: string
    readonly column: string
    readonly dataShape: string
    readonly span: Span
    readonly related: readonly Place[]
  }) => ({
    message: `the data don't fit the input '${facts.input}'`,
    span: facts.span,
    label: `${facts.column} is ${facts.dataShape}; '${facts.input}' is ${facts.inputShape}`,
    related: facts.related,
    notes: ['shapes are those of one row'],
  }),
)

export const severalOutputs = define(
  'HGQ2209',
  'error',
  'a training of a network with several outputs',
  (facts: { readonly names: readonly string[]; readonly span: Span; readonly related: readonly Place[] }) => ({
    message: `a training needs a network with one output; this has ${facts.names.join(', ')}`,
    span: facts.span,
    related: facts.related,
    notes: ['join them: `output concat([…])`, with `concat` of "std/layers"'],
  }),
)

export const unknownColumn = define(
  'HGQ2210',
  'error',
  'a column that the data file has not',
  (facts: {
    readonly name: string
    readonly columns: readonly string[]
    readonly nearest: string | undefined
    /** What seems to separate the columns of a table that was read as one column. */
    readonly separator: string | undefined
    readonly span: Span
    readonly related: readonly Place[]
  }) => ({
    message: `the data have no column or array '${facts.name}'`,
    span: facts.span,
    label: `there are ${facts.columns.slice(0, 12).join(', ')}${facts.columns.length > 12 ? ', …' : ''}`,
    related: facts.related,
    notes: [
      ...didYouMean(facts.nearest),
      ...(facts.separator === undefined
        ? []
        : [`is the separator ${facts.separator}? Say so: csv("…", separator = ${facts.separator})`]),
    ],
  }),
)

export const keepsOtherMetric = define(
  'HGQ2212',
  'error',
  'checkpoints kept by another metric than they are compared by',
  (facts: {
    readonly kept: string
    readonly metric: string
    readonly span: Span
    readonly related: readonly Place[]
  }) => ({
    message: `checkpoints are kept by '${facts.kept}', but the metric of the training is '${facts.metric}'`,
    span: facts.span,
    label: `write '${facts.metric}' here, or change \`metric\``,
    related: facts.related,
  }),
)

export const metricWithoutData = define(
  'HGQ2225',
  'error',
  'a metric of a network from a file, without a data set',
  (facts: { readonly metric: string; readonly span: Span; readonly related: readonly Place[] }) => ({
    message: `there are no data to measure '${facts.metric}' on`,
    span: facts.span,
    label: 'this is measured on data',
    related: facts.related,
    notes: ['give the network from the file a `dataset`, or leave the metric out'],
  }),
)

export const sourceWithoutData = define(
  'HGQ2226',
  'error',
  'a network without a data set among others',
  (facts: { readonly name: string; readonly span: Span }) => ({
    message: `'${facts.name}' has no data set, so it cannot be compared with other networks`,
    span: facts.span,
    label: 'one of several in `from`',
    notes: ['a build chooses by what it measures on the validation part: give it a `dataset`, or a build of its own'],
  }),
)

export const metricNeedsUnit = define(
  'HGQ2213',
  'error',
  'a metric of another dimension than the target',
  (facts: {
    readonly metric: string
    readonly needs: string
    /** `none` where the data set gives the target none. */
    readonly unit: string
    readonly span: Span
    readonly related: readonly Place[]
  }) => ({
    message: `'${facts.metric}' is measured in ${facts.needs}; the target ${facts.unit === 'none' ? 'has no unit' : `is in ${facts.unit}`}`,
    span: facts.span,
    label: `for targets with \`unit = ${facts.needs}\``,
    related: facts.related,
    notes: [`give the data in ${facts.needs}, or use 'mse' or 'mae', which take any unit`],
  }),
)
