import type { Built } from '../../lang/program.js'

/** The loss of a training, its arguments resolved. */
export type LossSettings =
  | { readonly kind: 'cross_entropy' | 'binary_cross_entropy' | 'mse' | 'mae' }
  /** ½ r² up to |r| = `delta` (in network units), `delta` · (|r| - ½ `delta`) beyond. */
  | { readonly kind: 'huber'; readonly delta: number }

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
