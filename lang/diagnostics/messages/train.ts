// HGQ4xxx: training, calibration, the front. One function per message; `check.ts` shows the pattern. A failure that
// is about no place in a source file leaves `span` out and names file and row, or the tool, in its message.
import { define } from '../define.js'

export const engineMissing = define(
  'HGQ4001',
  'error',
  'the native training engine is not installed',
  (facts: { readonly reason: string }) => ({
    message: '`engine = tfjs_node` needs the package @tensorflow/tfjs-node, which cannot be loaded here',
    notes: [
      facts.reason,
      'leave `engine` out to train on `tfjs`, which runs everywhere, or build its library: docs/tfjs-node.md',
    ],
  }),
)

export const trainingDiverged = define(
  'HGQ4002',
  'error',
  'training produced a number that is not finite',
  (facts: { readonly epoch: number; readonly step: number; readonly what: string }) => ({
    message: `training diverged in epoch ${facts.epoch}, step ${facts.step}: ${facts.what}`,
    notes: ['a lower `rate` or `width_rate`, a longer `warmup`, or a lower `pressure` usually cures it'],
  }),
)

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
  (facts: { readonly problem: string; readonly cure?: string | undefined }) => ({
    message: facts.problem,
    notes: facts.cure === undefined ? [] : [facts.cure],
  }),
)
