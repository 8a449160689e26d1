import type { Built } from '../../lang/program.js'

/** The loss of a training, its arguments resolved. */
export type LossSettings =
  | { readonly kind: 'cross_entropy' | 'binary_cross_entropy' | 'mse' | 'mae' }
  /** ½ r² up to |r| = `delta` (in network units), `delta` · (|r| - ½ `delta`) beyond. */
  | { readonly kind: 'huber'; readonly delta: number }

/**
 * The loss that a step computes: that of its training, whose cross entropy is a soft one where it learns a probability for
 * each class in place of a class number.
 */
export type StepLoss = LossSettings | { readonly kind: 'soft_cross_entropy' }

/** The loss of the steps of a training that learns what is `taught`, or the targets of its data where that is null. */
export function stepLoss(loss: LossSettings, taught: Float32Array | null): StepLoss {
  return loss.kind === 'cross_entropy' && taught !== null ? { kind: 'soft_cross_entropy' } : loss
}

/** Narrows the loss of a Program; another kind is a bug and throws. */
export function readLoss(loss: Built): LossSettings {
  const { kind } = loss
  switch (kind) {
    case 'cross_entropy':
    case 'binary_cross_entropy':
    case 'mse':
    case 'mae':
      return { kind }
    case 'huber':
      return { kind, delta: typeof loss.delta === 'number' ? loss.delta : 1 }
    default:
      throw new Error(`unknown loss ${kind}`)
  }
}
