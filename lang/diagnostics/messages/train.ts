// HGQ4xxx: training, calibration, the front. One function per message; `check.ts` shows the pattern. A failure that
// is about no place in a source file leaves `span` out and names file and row, or the tool, in its message.
import type { Span } from '../../source.js'
import { define } from '../define.js'
import { type LastingSchedule, lengthNotes } from './train-lengths.js'

export const engineMissing = define(
  'HGQ4001',
  'error',
  'the native training engine is not installed',
  (facts: { readonly reason: string }) => ({
    message: '`engine = tfjs_node` needs the package @tensorflow/tfjs-node, which cannot be loaded here',
    notes: [
      facts.reason,
      'leave `engine` out to train on `hgq`, which runs everywhere, or build its library: docs/tfjs-node.md',
    ],
  }),
)

export const trainingDiverged = define(
  'HGQ4002',
  'error',
  'training diverged: a number that is not finite, or a loss beyond all measure',
  (facts: {
    readonly epoch: number
    /** Counted from 1 over the whole training. */
    readonly step: number
    readonly what: string
    /** A number among the rows that explains it: its column, and what half of that column is below. */
    readonly data: UnusualNumber | undefined
    /** Where it is the width of a quantizer that broke, its `regularize`; else null. */
    readonly regularize: number | null
    /** At that step. */
    readonly settings: { readonly rate: number; readonly widthRate: number; readonly pressure: number }
    /** Epochs before the segment that failed. */
    readonly start: number
    /** Schedules that last as long as the training. */
    readonly schedules: readonly LastingSchedule[]
  }) => ({
    message: `training diverged in epoch ${facts.epoch}, step ${facts.step}: ${facts.what}`,
    notes: [...(facts.data === undefined ? [settingsNote(facts)] : dataNotes(facts.data)), ...keptNotes(facts)],
  }),
)

/** A number among the rows, or in what a teacher says of them. */
interface UnusualNumber {
  readonly column: string
  readonly isTaught: boolean
  readonly value: number
  readonly median: number
}

function dataNotes({ column, isTaught, value, median }: UnusualNumber): string[] {
  return [
    `${column} is ${Number(value.toPrecision(3))} in one of the rows; half of that column is within ±${Number(median.toPrecision(3))}`,
    isTaught
      ? 'the `teacher` answers that where the data are usual: look at its metric, train it anew, or go without'
      : 'a wrong cell, a mark for a missing value or another unit does that: correct the data; where all is as it should be, `standardize = true` brings features to order 1',
  ]
}

/** What to lower, the likeliest first. */
function settingsNote(facts: {
  readonly regularize: number | null
  readonly settings: { readonly rate: number; readonly widthRate: number; readonly pressure: number }
}): string {
  const { regularize, settings } = facts
  const { rate, widthRate, pressure } = settings
  const number = (value: number): string => String(Number(value.toPrecision(3)))
  const ofWidths = [
    // Where a bit costs more than the whole task it is not the task that moved the width.
    ...(regularize !== null && regularize > 1 ? [`\`regularize\` (${number(regularize)})`] : []),
    ...(pressure > 1 || regularize !== null ? [`\`pressure\` (${number(pressure)})`] : []),
  ]
  const rates =
    rate === widthRate || regularize === null
      ? [`\`rate\` (${number(rate)})`]
      : [`\`width_rate\` (${number(widthRate)})`, `\`rate\` (${number(rate)})`]
  const first = pressure > 1 || (regularize ?? 0) > 1 ? [...ofWidths, ...rates] : [...rates, ...ofWidths]
  return `lower, in this order, what was at that step ${first.join(', ')}; a longer \`warmup\` or a \`clip_norm\` helps as well`
}

/** What a training that diverged leaves, and how to get at it. */
function keptNotes(facts: {
  readonly epoch: number
  readonly start: number
  readonly schedules: readonly LastingSchedule[]
}): readonly string[] {
  const { epoch, start, schedules } = facts
  if (epoch === 1) return ['nothing of this training is stored: it went wrong in its first epoch']
  const well = epochsText(1, epoch - 1)
  const later = start === 0 ? '' : `; what changes later epochs alone goes on from epoch ${start + 1}`
  const kept = schedules.some(({ over }) => over === 'unknown')
    ? `${well} went well: \`epochs = ${epoch - 1}\` ends there${later}`
    : `${well} are stored: \`epochs = ${epoch - 1}\` builds what they gave${later}`
  return [kept, ...lengthNotes(schedules)]
}

function epochsText(from: number, to: number): string {
  return from === to ? `epoch ${from}` : `epochs ${from} to ${to}`
}

/** A tensor that dies in as few epochs is seldom pressed to death. */
const EARLY = 5

export const layerAllZero = define(
  'HGQ4003',
  'warning',
  'a tensor became all zero while training',
  (facts: { readonly path: string; readonly what: 'weights' | 'outputs'; readonly epoch: number }) => ({
    message: `all ${facts.what} of '${facts.path}' are zero since epoch ${facts.epoch} of the training`,
    notes: [
      facts.what === 'weights'
        ? 'its quantizer rounds every weight to 0: nothing of this layer reaches the hardware'
        : 'its quantizer rounds every value to 0: what follows it is constant',
      facts.epoch <= EARLY
        ? 'so early it is mostly a too high `rate` or `width_rate`; else a lower `pressure` at the start, or more bits to begin with, keeps it alive'
        : 'a lower `pressure` at the start, or more bits to begin with, keeps it alive',
    ],
  }),
)

export const nothingLearned = define(
  'HGQ4008',
  'warning',
  'no network of a training is better than a constant',
  (facts: {
    readonly metric: string
    /** Of the best network that the training keeps. */
    readonly best: number
    readonly constant: number
    /** What the constant is: `the most frequent class, 'red'`. */
    readonly always: string
    readonly span: Span
  }) => ({
    message: `no network of this training is better than always answering ${facts.always}`,
    span: facts.span,
    label: `${facts.metric} on the validation part: ${figure(facts.best)} at best, ${figure(facts.constant)} for the constant`,
    notes: [
      'a too high `rate` or `width_rate` does that most often: try a tenth of it',
      'then a `pressure` that takes the bits before anything is learned: start it lower',
      'then the data: features far from order 1, which `standardize = true` cures, or labels or targets of other rows',
      'or there were too few epochs',
    ],
  }),
)

function figure(value: number): string {
  return String(Number(value.toPrecision(4)))
}

export const unquantizedInput = define(
  'HGQ4004',
  'error',
  'an input meets arithmetic before any quantizer',
  (facts: { readonly input: string }) => ({
    message: `input '${facts.input}' is used before anything quantizes it, so its port has no type`,
    notes: ['declare its type, `input x[16] as fixed(integer = 3, fraction = 4)`, or quantize it first'],
  }),
)

export const datasetDoesNotFit = define(
  'HGQ4005',
  'error',
  'the data do not fit the network or the loss',
  (facts: { readonly problem: string; readonly cure: string; readonly span: Span }) => ({
    message: facts.problem,
    span: facts.span,
    notes: [facts.cure],
  }),
)

export const notEnoughMemory = define(
  'HGQ4006',
  'error',
  'a training takes more memory than there is',
  (facts: {
    readonly bytes: number
    /** What the engine can hold at most; null where it is the machine that has no more. */
    readonly most: number | null
    /** Bytes of the rows of the data set, which are among `bytes`. */
    readonly data: number
  }) => ({
    message:
      facts.most === null
        ? `the engine \`hgq\` needs ${gigabytes(facts.bytes)} at once for this training, and this machine does not give them`
        : `the engine \`hgq\` needs ${gigabytes(facts.bytes)} at once for this training, and can hold ${gigabytes(facts.most)}`,
    notes: [
      `${gigabytes(facts.data)} of them are the rows for training and validation; the rest is the network, and values and gradients of a batch`,
      'fewer rows or features, a smaller `batch` or a smaller network cures it; `engine = tfjs` takes in one batch at a time, but is slower',
    ],
  }),
)

export const tableTooLarge = define(
  'HGQ4007',
  'error',
  'a look-up table with too many entries',
  (facts: {
    readonly function: string
    /** What made the operand: the path of a quantizer, or the name of an input. */
    readonly maker: string
    readonly element: number
    readonly bits: number
    readonly limit: number
    readonly span: Span
  }) => ({
    message: `the operand of a table has ${facts.bits} bits: element ${facts.element} of '${facts.maker}'`,
    span: facts.span,
    label: `its table of '${facts.function}' would have 2^${facts.bits} entries`,
    notes: [
      `operands of tables have at most ${facts.limit} bits, the sign included`,
      'limit the quantizer in front of the table, for instance `integer_limits = -6..6, fraction_limits = -5..5`, or let it saturate; or raise the `pressure`',
    ],
  }),
)

function gigabytes(bytes: number): string {
  return `${(bytes / 1e9).toFixed(2)} GB`
}
