import { exp, log } from '../../compiler/numeric/exactmath.js'
import type { Built } from '../../lang/program.js'

/** What `pid(…)` of the prelude was given. */
export interface ControllerSettings {
  /** EBOPs. */
  readonly target: number
  readonly start: number
  /** Epochs. */
  readonly warmup: number
  readonly kp: number
  readonly ki: number
  readonly kd: number
  readonly lowest: number
  readonly highest: number
  readonly damping: number
}

/** What a controller remembers from one epoch to the next. Plain JSON. */
export interface ControllerMemory {
  readonly pressure: number
  /** Sum of ki · e, in decades of pressure, and the last e; null before the end of the warm-up. */
  readonly integral: number | null
  readonly error: number
}

/**
 * Holds EBOPs at a target by the pressure: with e = log10(EBOPs / target), log10(pressure) = kp · e + Σ ki · e + kd ·
 * Δe, adjusted after each epoch. At the end of the warm-up the sum is set so that the pressure does not jump. Where the
 * pressure is at a limit, the sum does not grow further beyond it.
 */
export class PressureController {
  readonly #settings: ControllerSettings
  #memory: ControllerMemory

  constructor(settings: ControllerSettings, memory: ControllerMemory | null) {
    this.#settings = settings
    this.#memory = memory ?? { pressure: this.#within(settings.start), integral: null, error: 0 }
  }

  /** For the epoch that comes. */
  get pressure(): number {
    return this.#memory.pressure
  }

  get memory(): ControllerMemory {
    return this.#memory
  }

  /** `epoch`, counted from 1, has ended with so many EBOPs. */
  observe(epoch: number, ebops: number): void {
    const { target, warmup, kp, ki, kd, lowest, highest, damping } = this.#settings
    if (epoch < warmup) return
    // A network without EBOPs has no logarithm; it counts as one with a single EBOP.
    const error = log10(Math.max(1, ebops) / target)
    const { integral, error: before, pressure } = this.#memory
    if (integral === null) {
      this.#memory = { pressure, integral: log10(pressure) - kp * error, error }
      return
    }
    const direct = kp * error + kd * (error - before)
    // The sum grows up to where the pressure is at its limit, and not beyond, so that it is back at once.
    const sum =
      error > 0
        ? Math.min(integral + ki * error, Math.max(integral, log10(highest) - direct))
        : Math.max(integral + ki * error, Math.min(integral, log10(lowest) - direct))
    const asked = this.#within(exp((direct + sum) * Math.LN10))
    this.#memory = { pressure: error < 0 ? this.#within(asked * (1 - damping)) : asked, integral: sum, error }
  }

  #within(pressure: number): number {
    return Math.min(Math.max(pressure, this.#settings.lowest), this.#settings.highest)
  }
}

function log10(x: number): number {
  return log(x) / Math.LN10
}

/** Narrows a controller of a Program; a missing number is a bug and throws. */
export function readController(controller: Built): ControllerSettings {
  const number = (name: string): number => {
    const value = controller[name]
    if (typeof value !== 'number') throw new Error(`controller ${controller.kind} has no ${name}`)
    return value
  }
  const { warmup } = controller
  const epochs = typeof warmup === 'object' && warmup !== null && 'epochs' in warmup ? warmup.epochs : undefined
  if (typeof epochs !== 'number') throw new Error(`controller ${controller.kind} has no warmup`)
  return {
    target: number('target'),
    start: number('start'),
    warmup: epochs,
    kp: number('kp'),
    ki: number('ki'),
    kd: number('kd'),
    lowest: number('lowest'),
    highest: number('highest'),
    damping: number('damping'),
  }
}
