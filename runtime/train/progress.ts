import type { TrainingSpec } from '../../lang/program.js'
import type { Progress, TrainingFigures } from '../events.js'

/** Where a part of a training lies in the whole. */
export interface ProgressSpan {
  /** Epochs that are done before it. */
  readonly from: number
  /** Of the whole training. */
  readonly epochs: number
  /** Of one epoch. */
  readonly rows: number
}

/** One line per epoch: epoch, task loss, validation metric, EBOPs, pressure, speed, time left. The clock is shown, never stored. */
export class ProgressLine {
  readonly #metric: string
  readonly #span: ProgressSpan
  readonly #clock: () => number
  readonly #start: number

  /** `clock` tells milliseconds. */
  constructor(
    { metric }: Pick<TrainingSpec, 'metric'>,
    span: ProgressSpan,
    clock: () => number = () => performance.now(),
  ) {
    this.#metric = metric.kind
    this.#span = span
    this.#clock = clock
    this.#start = clock()
  }

  after(figures: TrainingFigures): Progress {
    const { epoch, loss, metric, ebops, pressure } = figures
    const { from, epochs, rows } = this.#span
    const seconds = (this.#clock() - this.#start) / 1000
    const done = epoch - from
    const speed = (done * rows) / Math.max(seconds, 1e-3)
    const left = (seconds / done) * (epochs - epoch)
    const parts = [
      `epoch ${epoch}/${epochs}`,
      `loss ${loss.toPrecision(3)}`,
      `${this.#metric} ${metric.toPrecision(4)}`,
      `EBOPs ${Math.round(ebops)}`,
      `pressure ${pressure === 0 ? '0' : pressure.toExponential(1)}`,
      speed >= 1000 ? `${(speed / 1000).toFixed(1)} k samples/s` : `${Math.round(speed)} samples/s`,
      `${durationText(left)} left`,
    ]
    return { fraction: epoch / epochs, text: parts.join('  '), figures }
  }
}

function durationText(seconds: number): string {
  const whole = Math.ceil(seconds)
  return whole < 100 ? `${whole} s` : `${Math.floor(whole / 60)} min ${whole % 60} s`
}
