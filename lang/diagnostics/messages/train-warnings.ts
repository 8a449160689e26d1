// HGQ4003 and HGQ4008: trainings that end well by their numbers, and are worth little.
import type { Span } from '../../source.js'
import { define } from '../define.js'
import { counted } from './data-text.js'
import { type RawFeature, rawFeatureNote, rounded, singleText } from './train-text.js'

/** From this share of the task loss on, what EBOPs cost takes bits that the task needs. */
const PRESSED = 0.1

export const layerAllZero = define(
  'HGQ4003',
  'warning',
  'a tensor became all zero while training',
  (facts: {
    readonly path: string
    readonly what: 'weights' | 'outputs'
    readonly epoch: number
    readonly at: EpochCosts
  }) => ({
    message: `all ${facts.what} of '${facts.path}' are zero since epoch ${facts.epoch} of the training`,
    notes: [
      facts.what === 'weights'
        ? 'its quantizer rounds every weight to 0: nothing of this layer reaches the hardware'
        : 'its quantizer rounds every value to 0: what follows it is constant',
      causeOfDeath(facts.at),
    ],
  }),
)

/** Of the epoch in which a tensor died. */
interface EpochCosts {
  /** Mean task loss. */
  readonly loss: number
  readonly pressure: number
  readonly rate: number
  readonly widthRate: number
  /** The most that the network had in it. */
  readonly ebops: number
}

/** What took the bits: EBOPs, where they cost something beside the task, else steps that were too long. */
function causeOfDeath({ loss, pressure, rate, widthRate, ebops }: EpochCosts): string {
  const cost = pressure * ebops
  const costs = `\`pressure\` (${rounded(pressure)}) times ${rounded(ebops)} EBOPs is ${rounded(cost)} in that epoch`
  if (cost > PRESSED * loss)
    return `${costs}, the task loss ${rounded(loss)}: a lower \`pressure\` at the start, or more bits to begin with, keeps it alive`
  const rates =
    rate === widthRate
      ? `\`rate\` (${rounded(rate)}) or a \`width_rate\` below it`
      : `\`width_rate\` (${rounded(widthRate)}) or \`rate\` (${rounded(rate)})`
  return `${costs}, little beside the task loss of ${rounded(loss)}, so it is mostly a too high rate: try a lower ${rates}; more bits to begin with help as well`
}

export const nothingLearned = define(
  'HGQ4008',
  'warning',
  'no network of a training is clearly better than a constant',
  (facts: {
    readonly metric: string
    /** Of the best network that the training keeps. */
    readonly best: number
    readonly constant: number
    /** From here on it would be better by more than chance explains; null where the constant is as good or better. */
    readonly clear: number | null
    /** Of the validation part. */
    readonly rows: number
    /** What the constant is: `'red', the most frequent class`. */
    readonly always: string
    readonly target: StrangeTarget | undefined
    readonly raw: RawFeature | undefined
    /** Where the metric is the limit beyond which it leaves rows out, that limit, in mrad; else null. */
    readonly outlier: number | null
    readonly span: Span
  }) => ({
    message: `no network of this training is ${facts.clear === null ? '' : 'clearly '}better than always answering ${facts.always}`,
    span: facts.span,
    label: `${facts.metric} on the validation part: ${rounded(facts.best, 4)} at best, ${rounded(facts.constant, 4)} for the constant${
      facts.clear === null ? '' : `; clear from ${rounded(facts.clear, 4)} with ${counted(facts.rows, 'row')}`
    }`,
    notes: [
      ...(facts.outlier === null ? [] : [outlierNote(facts.outlier)]),
      ...(facts.target === undefined ? [] : targetNotes(facts.target)),
      ...(facts.raw === undefined ? [] : [rawFeatureNote(facts.raw)]),
      facts.target === undefined && facts.raw === undefined
        ? 'a too high `rate` or `width_rate` does that most often: try a tenth of it'
        : 'then a too high `rate` or `width_rate`: try a tenth of it',
      'then a `pressure` that takes the bits before anything is learned: start it lower',
      'then the data: labels or targets of other rows, or features that say nothing of them',
      'or there were too few epochs',
    ],
  }),
)

/** A target that is far from all others, and has a share in their spread as if it were many. */
export interface StrangeTarget {
  /** `target`, `target[1]`. */
  readonly column: string
  /** In physical units, as are the median of the column and that of the distances from it. */
  readonly value: number
  readonly median: number
  readonly spread: number
  /** How many rows of the part have just this value. */
  readonly count: number
  readonly part: 'training' | 'validation'
  readonly rows: number
}

function targetNotes({ column, value, median, spread, count, part, rows }: StrangeTarget): readonly string[] {
  return [
    `${column} is ${singleText(value)} in ${count} of the ${counted(rows, 'row')} of the ${part} part; half of that column is within ${rounded(spread)} of ${rounded(median)}`,
    'a mark for a missing value, a wrong cell or another unit does that, and the scale of the target follows it: correct the data first',
  ]
}

function outlierNote(outlier: number): string {
  return `fewer than half of the rows are within \`outlier\` (${rounded(outlier)} mrad): then that is the metric, and networks differ in nothing else. Raise it if it is small for this target`
}
