// HGQ22xx: values that have the right type and are wrong all the same, and values that don't fit each other.
import type { Span } from '../../source.js'
import { define, didYouMean } from '../define.js'

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

export const languageOfOtherVendor = define(
  'HGQ2214',
  'error',
  "an output language that the device's tools don't read",
  (facts: {
    readonly language: string
    readonly vendor: string
    readonly device: string
    readonly span: Span
    readonly related: readonly Place[]
  }) => ({
    message: `${facts.language} is not for ${facts.vendor}'s devices, as ${facts.device} is`,
    span: facts.span,
    label: 'verilog and vhdl are for every vendor',
    related: facts.related,
  }),
)

export const toolOfOtherVendor = define(
  'HGQ2223',
  'error',
  "a synthesis tool that does not build for the device's vendor",
  (facts: {
    readonly tool: string
    readonly vendor: string
    readonly device: string
    readonly span: Span
    readonly related: readonly Place[]
  }) => ({
    message: `${facts.tool} does not build for devices of ${facts.vendor}, as ${facts.device} is`,
    span: facts.span,
    label: 'amd has vivado and vitis_hls, altera has quartus; yosys estimates for either',
    related: facts.related,
  }),
)

export const toolOfOtherLanguage = define(
  'HGQ2224',
  'error',
  'a synthesis tool that does not read the output language',
  (facts: { readonly tool: string; readonly language: string; readonly span: Span }) => ({
    message: `${facts.tool} does not read ${facts.language}`,
    span: facts.span,
    label: 'vitis_hls is for language = vitis, and the others are for verilog and vhdl',
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

export const knotsOutOfOrder = define(
  'HGQ2220',
  'error',
  'knots of a schedule that do not come one after the other',
  (facts: { readonly at: string; readonly before: string; readonly span: Span; readonly first: Span }) => ({
    message: `a knot at ${facts.at} cannot follow one at ${facts.before}`,
    span: facts.span,
    label: 'must be later than the knot before',
    related: [{ span: facts.first, text: 'the knot before' }],
  }),
)

export const knotsOfTwoUnits = define(
  'HGQ2221',
  'error',
  'knots of a schedule in epochs and in steps',
  (facts: { readonly unit: string; readonly span: Span; readonly first: Span }) => ({
    message: `the knots of a schedule are all in epochs or all in steps`,
    span: facts.span,
    label: `must be in ${facts.unit}, as the knots before`,
    related: [{ span: facts.first, text: 'the knot before' }],
    notes: ['how many steps an epoch has is known only when the data are there'],
  }),
)

export const controllerLimits = define(
  'HGQ2222',
  'error',
  'a controller whose limits leave it nothing',
  (facts: { readonly low: number; readonly high: number; readonly span: Span }) => ({
    message: `no pressure lies between ${facts.low} and ${facts.high}`,
    span: facts.span,
    label: '`lowest` must be below `highest`',
  }),
)
