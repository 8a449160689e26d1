import type { Plain, Schedule } from '../../lang/program.js'
import type { TrainingSettings } from './train.js'

/** What else than lower settings makes the steps of a training softer. */
export interface SofterSteps {
  /**
   * A rate that rises first: its schedule has a `warmup`, or can have one (`cosine` alone), or a `cosine` can take its
   * place. Null where it went wrong too late for that to matter, and where none fits.
   */
  readonly warmup: 'longer' | 'added' | { readonly from: number; readonly to: number; readonly epochs: number } | null
  /**
   * The bound on the gradient, `none` where there is no bound yet. Null for Adam: what all gradients have in common
   * cancels in its steps.
   */
  readonly clipNorm: number | 'none' | null
}

/** Epochs after the start, or after a warm-up, in which a training goes wrong for want of a longer one. */
const EARLY = 5

/** Of a training of `total` epochs that diverged in `epoch`, counted from 1. */
export function softerSteps(
  { optimizer }: Pick<TrainingSettings, 'optimizer'>,
  epoch: number,
  total: number,
  stepsPerEpoch: number,
): SofterSteps {
  const { clip_norm } = optimizer
  const clipNorm = optimizer.kind === 'sgd' ? (typeof clip_norm === 'number' ? clip_norm : 'none') : null
  // What an optimiser has for a rate is a number or a schedule, as the prelude declares it.
  return { clipNorm, warmup: warmupOf((optimizer.rate ?? 0) as Schedule, epoch, total, stepsPerEpoch) }
}

function warmupOf(rate: Schedule, epoch: number, total: number, stepsPerEpoch: number): SofterSteps['warmup'] {
  const epochs = Math.min(EARLY, Math.floor(total / 4))
  if (epochs === 0) return null
  if (typeof rate === 'number') return epoch <= EARLY && rate > 0 ? { from: rate, to: 0, epochs } : null
  const { from, to } = rate
  switch (rate.kind) {
    case 'cosine': {
      const warmup = inEpochs(rate.warmup, stepsPerEpoch)
      if (epoch > EARLY + warmup) return null
      return warmup > 0 ? 'longer' : 'added'
    }
    case 'linear':
    case 'geometric':
      // One that rises is a warm-up of its own.
      if (typeof from !== 'number' || typeof to !== 'number' || from <= to) return null
      return epoch <= EARLY ? { from, to, epochs } : null
    default:
      return null
  }
}

/** A duration, which is in epochs or in steps; 0 where it is left out. */
function inEpochs(duration: Plain | undefined, stepsPerEpoch: number): number {
  if (typeof duration !== 'object' || duration === null || Array.isArray(duration)) return 0
  const { epochs, steps } = duration as { readonly epochs?: Plain; readonly steps?: Plain }
  if (typeof epochs === 'number') return epochs
  return typeof steps === 'number' ? steps / stepsPerEpoch : 0
}
