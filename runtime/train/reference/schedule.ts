import { cos, exp, log } from '../../../compiler/numeric/exactmath.js'
import type { Built, Plain, Schedule } from '../../../lang/program.js'

/** How long a training is. */
export interface Length {
  readonly epochs: number
  readonly stepsPerEpoch: number
}

/** The value of a schedule by step, counted from 0 over the whole training. */
export function scheduleAt(schedule: Schedule, length: Length): (step: number) => number {
  if (typeof schedule === 'number') return () => schedule
  const total = length.epochs * length.stepsPerEpoch
  switch (schedule.kind) {
    case 'constant': {
      const value = number(schedule, 'value')
      return () => value
    }
    case 'cosine':
      return cosine(schedule, length)
    case 'linear': {
      const [from, to] = [number(schedule, 'from'), number(schedule, 'to')]
      const over = duration(schedule, 'over', length) ?? total
      return (step) => from + (to - from) * progress(step, over)
    }
    case 'geometric': {
      const [from, to] = [number(schedule, 'from'), number(schedule, 'to')]
      const hold = duration(schedule, 'hold', length) ?? 0
      const over = duration(schedule, 'over', length) ?? Math.max(1, total - hold)
      const rate = log(to / from)
      return (step) => (step < hold ? from : from * exp(rate * progress(step - hold, over)))
    }
    default:
      throw new Error(`unknown schedule ${schedule.kind}`)
  }
}

/** Half a cosine wave from `from` to `to`, `cycles` times, each from the top; before it a linear warm-up. After `over` it stays at `to`. */
function cosine(schedule: Built, length: Length): (step: number) => number {
  const [from, to] = [number(schedule, 'from'), number(schedule, 'to')]
  const over = Math.max(1, duration(schedule, 'over', length) ?? length.epochs * length.stepsPerEpoch)
  const warmup = Math.min(duration(schedule, 'warmup', length) ?? 0, over - 1)
  const cycles = Math.max(1, number(schedule, 'cycles'))
  const cycle = (over - warmup) / cycles
  return (step) => {
    if (step < warmup) return (from * (step + 1)) / warmup
    const position = step - warmup
    if (position >= over - warmup) return to
    const within = (position % cycle) / cycle
    return to + ((from - to) * (1 + cos(Math.PI * within))) / 2
  }
}

function progress(step: number, over: number): number {
  return over <= 1 ? 1 : Math.min(1, Math.max(0, step / (over - 1)))
}

function number(schedule: Built, name: string): number {
  const value = schedule[name]
  if (typeof value !== 'number') throw new Error(`schedule ${schedule.kind} has no ${name}`)
  return value
}

/** In steps; undefined where left out. */
function duration(schedule: Built, name: string, length: Length): number | undefined {
  const value = schedule[name]
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined
  const { epochs, steps } = value as { readonly epochs?: Plain; readonly steps?: Plain }
  if (typeof epochs === 'number') return Math.max(1, Math.round(epochs * length.stepsPerEpoch))
  return typeof steps === 'number' ? Math.max(1, Math.round(steps)) : undefined
}
