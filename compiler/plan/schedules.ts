// Schedules as one segment of a training reads them. What a segment does not read is not in its key: more epochs, or a
// later part of a schedule, leave the segments before as they are.
import type { Built, Plain, Schedule, TrainingSpec } from '../../lang/program.js'
import type { EpochRange } from './segments.js'

/** A point of a `piecewise` schedule, as an action gets it; `between`, up to the next one, is missing in the last. */
export type Knot = {
  readonly at: { readonly epochs: number } | { readonly steps: number }
  readonly value: number
  readonly between?: 'constant' | 'linear' | 'geometric'
}

/**
 * What of a schedule the epochs of a segment depend on. One that lasts until the end of the training gets the `over` that
 * says the same, so that writing it out changes no key; one that rests there is a number.
 */
export function scheduleWithin(schedule: Schedule, epochs: number, range: EpochRange): Schedule {
  if (typeof schedule === 'number') return schedule
  switch (schedule.kind) {
    case 'constant':
      return numberOf(schedule, 'value')
    case 'linear':
    case 'geometric':
      return rampWithin(schedule, epochs, range)
    case 'cosine':
      return isOver(schedule, range) ? numberOf(schedule, 'to') : closed(schedule, epochs)
    case 'piecewise':
      return knotsWithin(schedule, range)
    default:
      return schedule
  }
}

function rampWithin(schedule: Built, epochs: number, range: EpochRange): Schedule {
  const hold = wholeEpochs(schedule.hold)
  if (hold !== undefined && range.to <= hold) return numberOf(schedule, 'from')
  if (isOver(schedule, range)) return numberOf(schedule, 'to')
  return closed(schedule, epochs)
}

/**
 * A schedule with its length. After a `hold` of steps or of parts of epochs it is known only with the data, whose rows say
 * how many steps an epoch has: then `until` is the end instead.
 */
function closed(schedule: Built, epochs: number): Schedule {
  if (schedule.over !== undefined) return schedule
  const hold = holdOf(schedule)
  return hold === undefined ? { ...schedule, until: { epochs } } : { ...schedule, over: { epochs: epochs - hold } }
}

/**
 * The schedules of a segment, as `scheduleWithin` gives them, that end with a training of `epochs`, by the entry that has
 * them; with the `over` in epochs that says so, whether or not it was written, or `unknown` where none does.
 */
export function lastingSchedules(
  { optimizer, pressure }: { readonly optimizer: Built; readonly pressure: Schedule },
  epochs: number,
): readonly { readonly entry: string; readonly over: number | 'unknown' }[] {
  const { rate, width_rate } = optimizer
  return Object.entries({ rate, width_rate, pressure }).flatMap(([entry, schedule]) => {
    // What an optimiser has for a rate is a number or a schedule, as the prelude declares it.
    const over = schedule === undefined ? undefined : lengthUntil(schedule as Schedule, epochs)
    return over === undefined ? [] : [{ entry, over }]
  })
}

/** The entries of a training whose schedules, as written, leave open how long they last: as long as the training. */
export function openSchedules({
  optimizer,
  pressure,
}: Pick<TrainingSpec, 'optimizer' | 'pressure'>): readonly string[] {
  const { rate, width_rate } = optimizer
  return Object.entries({ rate, width_rate, pressure }).flatMap(([entry, schedule]) => {
    if (typeof schedule !== 'object' || schedule === null || Array.isArray(schedule)) return []
    const { kind, over } = schedule as Built
    return (kind === 'linear' || kind === 'geometric' || kind === 'cosine') && over === undefined ? [entry] : []
  })
}

function lengthUntil(schedule: Schedule, epochs: number): number | 'unknown' | undefined {
  if (typeof schedule === 'number') return undefined
  if (schedule.until !== undefined) return 'unknown'
  const [hold, over] = [holdOf(schedule), wholeEpochs(schedule.over)]
  return hold !== undefined && over !== undefined && hold + over === epochs ? over : undefined
}

/** Of a schedule without `hold` 0; undefined for one of steps or of parts of epochs. */
function holdOf({ hold }: Built): number | undefined {
  return hold === undefined ? 0 : wholeEpochs(hold)
}

/** Whether the last value is reached before the segment begins. Parts of epochs and steps leave it open here. */
function isOver(schedule: Built, { from }: EpochRange): boolean {
  const over = wholeEpochs(schedule.over)
  const hold = holdOf(schedule)
  return over !== undefined && hold !== undefined && from >= hold + over
}

/** The knots around the segment and within it. */
function knotsWithin(schedule: Built, { from, to }: EpochRange): Schedule {
  const otherwise = schedule.between as Knot['between']
  // As `std`'s prelude declares them, and the elaborator has checked.
  const all = (schedule.knots as readonly Knot[]).map((knot, index, { length }): Knot => {
    const { at, value, between = otherwise ?? 'linear' } = knot
    return index === length - 1 ? { at, value } : { at, value, between }
  })
  const epoch = ({ at }: Knot): number | undefined => ('epochs' in at ? at.epochs : undefined)
  const isBy = (knot: Knot | undefined, end: number): boolean => {
    const at = knot === undefined ? undefined : epoch(knot)
    return at !== undefined && at <= end
  }
  const first = all.filter((knot, index) => index > 0 && isBy(knot, from)).length
  const after = all.findIndex((knot) => (epoch(knot) ?? Number.NEGATIVE_INFINITY) >= to)
  const knots = all.slice(first, after < 0 ? undefined : Math.max(after, first) + 1)
  const [left, right] = knots
  if (left === undefined) throw new Error('a piecewise schedule has a knot')
  if (right === undefined) return left.value
  // Before the first knot, and on a level piece up to the next one, nothing else is read.
  if (knots.length === 2 && left.between === 'constant' && (epoch(right) ?? 0) >= to) return left.value
  return { kind: 'piecewise', knots: knots.map((knot, index) => (index === knots.length - 1 ? last(knot) : knot)) }
}

function last({ at, value }: Knot): Knot {
  return { at, value }
}

function wholeEpochs(value: Plain | undefined): number | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined
  const { epochs } = value as { readonly epochs?: Plain }
  return typeof epochs === 'number' && Number.isInteger(epochs) ? epochs : undefined
}

function numberOf(schedule: Built, name: string): number {
  const value = schedule[name]
  if (typeof value !== 'number') throw new Error(`schedule ${schedule.kind} has no ${name}`)
  return value
}
