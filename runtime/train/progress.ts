import type { TrainingSpec } from '../../lang/program.js'
import type { Progress } from '../events.js'

/** What is shown of an epoch. */
export interface EpochFigures {
  readonly loss: number
  readonly metric: number
  readonly ebops: number
}

/** Where a part of a training lies in the whole. */
export interface ProgressSpan {
  /** Epochs that are done before it. */
  readonly from: number
  /** Of the whole training. */
  readonly epochs: number
  /** Of one epoch. */
  readonly rows: number
}

/** One line per epoch: epoch, loss, validation metric, EBOPs, speed, time left. The clock is shown, never stored. */
export class ProgressLine {
  readonly #metric: string
  readonly #span: ProgressSpan
  readonly #start = performance.now()

  constructor({ metric }: Pick<TrainingSpec, 'metric'>, span: ProgressSpan) {
    this.#metric = metric.kind
    this.#span = span
  }

  /** `epoch` is counted from 1 over the whole training. */
  after(epoch: number, { loss, metric, ebops }: EpochFigures): Progress {
    const { from, epochs, rows } = this.#span
    const seconds = (performance.now() - this.#start) / 1000
    const done = epoch - from
    const speed = (done * rows) / Math.max(seconds, 1e-3)
    const left = (seconds / done) * (epochs - epoch)
    const parts = [
      `epoch ${epoch}/${epochs}`,
      `loss ${loss.toPrecision(3)}`,
      `${this.#metric} ${metric.toPrecision(4)}`,
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
