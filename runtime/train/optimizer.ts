import type { Built } from '../../lang/program.js'

/** The optimiser of a training, its arguments resolved; rates come with each step. */
export type OptimizerSettings = (AdamSettings | MomentumSettings) & {
  /** Greatest norm of the gradient of the weights; a longer one is scaled down. Null: as it is. */
  readonly clipNorm: number | null
}

export interface AdamSettings {
  readonly kind: 'adam'
  readonly beta1: number
  readonly beta2: number
  readonly epsilon: number
  /** AdamW: weights (not widths) shrink by rate · weightDecay in each step. */
  readonly weightDecay: number
}

/** Stochastic gradient descent with momentum: v ← momentum · v + g, w ← w - rate · v (Nesterov: rate · (g + momentum · v)). */
export interface MomentumSettings {
  readonly kind: 'sgd'
  readonly momentum: number
  readonly nesterov: boolean
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
