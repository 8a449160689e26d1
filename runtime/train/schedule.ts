import { cos, exp, log } from '../../compiler/numeric/exactmath.js'
import type { Knot } from '../../compiler/plan/schedules.js'
import type { Built, Plain, Schedule } from '../../lang/program.js'

/**
 * The value of a schedule by step, counted from 0 over the whole training. It is one that `scheduleWithin` has
 * prepared: what has no `over` has `until`, the end of the training.
 */
export function scheduleAt(schedule: Schedule, stepsPerEpoch: number): (step: number) => number {
  if (typeof schedule === 'number') return () => schedule
  switch (schedule.kind) {
    case 'constant': {
      const value = number(schedule, 'value')
      return () => value
    }
    case 'linear': {
      const [from, to] = [number(schedule, 'from'), number(schedule, 'to')]
      const over = duration(schedule, 'over', stepsPerEpoch) ?? 0
      return (step) => interpolate('linear', from, to, progress(step, over))
    }
    case 'geometric': {
      const [from, to] = [number(schedule, 'from'), number(schedule, 'to')]
      const hold = duration(schedule, 'hold', stepsPerEpoch) ?? 0
      const until = duration(schedule, 'until', stepsPerEpoch) ?? 0
      const over = duration(schedule, 'over', stepsPerEpoch) ?? until - hold
      return (step) => (step < hold ? from : interpolate('geometric', from, to, progress(step - hold, over)))
    }
    case 'cosine':
      return cosine(schedule, stepsPerEpoch)
    case 'piecewise':
      return piecewise(schedule, stepsPerEpoch)
    default:
      throw new Error(`unknown schedule ${schedule.kind}`)
  }
}

/**
 * Half a cosine wave from `from` to `to`, `cycles` times, each from its top; before it a linear warm-up. After `over`
 * it stays at `to`.
 */
function cosine(schedule: Built, stepsPerEpoch: number): (step: number) => number {
  const [from, to] = [number(schedule, 'from'), number(schedule, 'to')]
  const over = Math.max(1, duration(schedule, 'over', stepsPerEpoch) ?? 1)
  const warmup = Math.min(duration(schedule, 'warmup', stepsPerEpoch) ?? 0, over - 1)
  const shrink = typeof schedule.shrink === 'number' ? schedule.shrink : 1
  const cycle = (over - warmup) / number(schedule, 'cycles')
  return (step) => {
    if (step < warmup) return (from * (step + 1)) / warmup
    const position = step - warmup
    if (position >= over - warmup) return to
    const height = (from - to) * power(shrink, Math.floor(position / cycle))
    return to + (height * (1 + cos(Math.PI * ((position % cycle) / cycle)))) / 2
  }
}

/** Before the first knot its value, after the last one that of the last. */
function piecewise(schedule: Built, stepsPerEpoch: number): (step: number) => number {
  // As `scheduleWithin` makes them.
  const knots = (schedule.knots as readonly Knot[]).map(({ at, value, between = 'constant' }) => ({
    step: Math.round('epochs' in at ? at.epochs * stepsPerEpoch : at.steps),
    value,
    between,
  }))
  const [first] = knots
  if (first === undefined) throw new Error('a piecewise schedule has a knot')
  return (step) => {
    const next = knots.findIndex((knot) => knot.step > step)
    if (next === 0) return first.value
    const left = knots.at(next < 0 ? -1 : next - 1) ?? first
    const right = next < 0 ? undefined : knots[next]
    if (right === undefined) return left.value
    return interpolate(left.between, left.value, right.value, (step - left.step) / (right.step - left.step))
  }
}

/** Exactly `from` at 0 and `to` at 1. */
function interpolate(how: 'constant' | 'linear' | 'geometric', from: number, to: number, part: number): number {
  if (part <= 0 || how === 'constant') return from
  if (part >= 1) return to
  return how === 'linear' ? from + (to - from) * part : from * exp(log(to / from) * part)
}

/** `base`^`exponent` for a whole exponent, by squaring. */
function power(base: number, exponent: number): number {
  let result = 1
  for (let left = exponent, square = base; left > 0; left = Math.floor(left / 2), square *= square)
    if (left % 2 === 1) result *= square
  return result
}

/** 1 in the last of `over` steps. */
function progress(step: number, over: number): number {
  return over <= 1 ? 1 : step / (over - 1)
}

function number(schedule: Built, name: string): number {
  const value = schedule[name]
  if (typeof value !== 'number') throw new Error(`schedule ${schedule.kind} has no ${name}`)
  return value
}

/** What a schedule is given as a duration, in steps; undefined where left out. */
export function duration(schedule: Built, name: string, stepsPerEpoch: number): number | undefined {
  const value = schedule[name]
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined
  const { epochs, steps } = value as { readonly epochs?: Plain; readonly steps?: Plain }
  if (typeof epochs === 'number') return Math.round(epochs * stepsPerEpoch)
  return typeof steps === 'number' ? Math.round(steps) : undefined
}
