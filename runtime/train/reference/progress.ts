import type { TrainingSpec } from '../../../lang/program.js'
import type { Progress } from '../../events.js'

export interface EpochFigures {
  readonly loss: number
  readonly metric: number
  readonly ebops: number
}

/** One line per epoch: epoch, loss, validation metric, EBOPs, speed, time left. The clock is shown, never stored. */
export class ProgressLine {
  readonly #training: Pick<TrainingSpec, 'epochs' | 'metric'>
  readonly #rows: number
  readonly #start = performance.now()

  constructor(training: Pick<TrainingSpec, 'epochs' | 'metric'>, rows: number) {
    this.#training = training
    this.#rows = rows
  }

  after(epoch: number, { loss, metric, ebops }: EpochFigures): Progress {
    const { epochs, metric: spec } = this.#training
    const seconds = (performance.now() - this.#start) / 1000
    const speed = (epoch * this.#rows) / Math.max(seconds, 1e-3)
    const left = (seconds / epoch) * (epochs - epoch)
    const parts = [
      `epoch ${epoch}/${epochs}`,
      `loss ${loss.toPrecision(3)}`,
      `${spec.kind} ${metric.toPrecision(4)}`,
      `EBOPs ${Math.round(ebops)}`,
      speed >= 1000 ? `${(speed / 1000).toFixed(1)} k samples/s` : `${Math.round(speed)} samples/s`,
      `${durationText(left)} left`,
    ]
    return { fraction: epoch / epochs, text: parts.join('  ') }
  }
}

function durationText(seconds: number): string {
  const whole = Math.ceil(seconds)
  return whole < 100 ? `${whole} s` : `${Math.floor(whole / 60)} min ${whole % 60} s`
}
