import type { Built } from '../../lang/program.js'

/** The optimiser of a training, its arguments resolved; rates come with each step. */
export type OptimizerSettings = (AdamSettings | MomentumSettings) & {
  /**
   * Greatest norm of the gradients of the group `weight` taken together; a longer one is scaled down. Squares are
   * summed in double, in the order of the declarations (`declareState`) and of the elements. Null: as it is.
   */
  readonly clipNorm: number | null
}

/** Adam with bias correction; epsilon stands outside of the square root. */
export interface AdamSettings {
  readonly kind: 'adam'
  readonly beta1: number
  readonly beta2: number
  readonly epsilon: number
  /** AdamW: weights (not widths) shrink by rate · weightDecay in each step. */
  readonly weightDecay: number
}

/**
 * Stochastic gradient descent with momentum: v ← momentum · v + g, w ← w - rate · v (Nesterov: rate · (g + momentum ·
 * v)).
 */
export interface MomentumSettings {
  readonly kind: 'sgd'
  readonly momentum: number
  readonly nesterov: boolean
}

/**
 * `beta`^`steps`, by one product per step as a running optimiser makes it, so that a training that goes on has the bits
 * of one without a break.
 */
export function powerAfter(beta: number, steps: number): number {
  let power = 1
  for (let step = 0; step < steps && power > 0; step++) power *= beta
  return power
}

/** Narrows the optimiser of a Program; another kind is a bug and throws. */
export function readOptimizer(optimizer: Built): OptimizerSettings {
  const number = (name: string, otherwise: number): number => {
    const value = optimizer[name]
    return typeof value === 'number' ? value : otherwise
  }
  const clipNorm = typeof optimizer.clip_norm === 'number' ? optimizer.clip_norm : null
  switch (optimizer.kind) {
    case 'adam':
    case 'adamw':
      return {
        kind: 'adam',
        beta1: number('beta_1', 0.9),
        beta2: number('beta_2', 0.999),
        epsilon: number('epsilon', 1e-7),
        weightDecay: optimizer.kind === 'adamw' ? number('weight_decay', 1e-4) : 0,
        clipNorm,
      }
    case 'sgd':
      return { kind: 'sgd', momentum: number('momentum', 0.9), nesterov: optimizer.nesterov === true, clipNorm }
    default:
      throw new Error(`unknown optimizer ${optimizer.kind}`)
  }
}
