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
  'training produced a number that is not finite',
  (facts: {
    readonly epoch: number
    /** Counted from 1 over the whole training. */
    readonly step: number
    readonly what: string
    /** Epochs before the segment that failed: they are in the store. */
    readonly stored: number
    /** Schedules that last as long as the training. */
    readonly schedules: readonly LastingSchedule[]
  }) => ({
    message: `training diverged in epoch ${facts.epoch}, step ${facts.step}: ${facts.what}`,
    notes: [
      'a lower `rate` or `width_rate`, a longer `warmup`, a `clip_norm`, or a lower `pressure` usually cures it',
      ...keptNotes(facts),
    ],
  }),
)

/** What a training that diverged leaves, and how to get at it. */
function keptNotes(facts: {
  readonly epoch: number
  readonly stored: number
  readonly schedules: readonly LastingSchedule[]
}): string[] {
  const { epoch, stored, schedules } = facts
  const kept =
    stored === 0
      ? 'nothing of this training is stored yet: it is in its first segment'
      : `${epochsText(1, stored)} are stored: what changes later epochs alone goes on from epoch ${stored + 1}`
  if (epoch === 1) return [kept]
  const lost = `${epochsText(stored + 1, epoch - 1)} went well, and are trained again the same`
  const cure = `\`epochs = ${epoch - 1}\` ends there and keeps them`
  return [kept, ...(epoch - 1 > stored ? [`${lost}: ${cure}`] : []), ...lengthNotes(schedules)]
}

function epochsText(from: number, to: number): string {
  return from === to ? `epoch ${from}` : `epochs ${from} to ${to}`
}

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
      'a lower `pressure` at the start, or more bits to begin with, keeps it alive',
    ],
  }),
)

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
