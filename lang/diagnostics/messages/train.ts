// HGQ4xxx: training, calibration, the front; what a training that went wrong says is in `train-divergence.ts` and
// `train-warnings.ts`. One function per message; `check.ts` shows the pattern. A failure that is about no place in a source
// file leaves `span` out and names file and row, or the tool, in its message.
import type { Span } from '../../source.js'
import { define } from '../define.js'

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
