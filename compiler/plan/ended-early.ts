import type { Built, Plain, Schedule } from '../../lang/program.js'
import { scheduleWithin } from './schedules.js'
import type { EpochRange } from './segments.js'

/** What of the slice of a segment depends on where it ends. */
interface Ending {
  readonly epochs: EpochRange
  readonly optimizer: Built
  readonly pressure: Schedule
}

/** Whether a schedule of a segment lasts as long as the training, so that a shorter training is another one. */
export function isOpen({ optimizer, pressure }: Pick<Ending, 'optimizer' | 'pressure'>): boolean {
  return [optimizer.rate, optimizer.width_rate, pressure].some(
    (schedule) => typeof schedule === 'object' && schedule !== null && 'until' in schedule,
  )
}

/**
 * Of the slice that `segmentSlice` made of a segment, that of the last segment of the same training with `epochs = to`,
 * which ends within it. Null where that is another training.
 */
export function endedEarly<T extends Ending>(slice: T, to: number): T | null {
  if (isOpen(slice)) return null
  const epochs = { from: slice.epochs.from, to }
  const within = (schedule: Plain | undefined): Schedule | undefined =>
    // No schedule is left that asks for the length of the training.
    schedule === undefined ? undefined : scheduleWithin(schedule as Schedule, to, epochs)
  const { rate, width_rate } = slice.optimizer
  const optimizer = { ...slice.optimizer, ...defined({ rate: within(rate), width_rate: within(width_rate) }) }
  return { ...slice, epochs, optimizer, pressure: scheduleWithin(slice.pressure, to, epochs) }
}

function defined(record: { readonly [name: string]: Schedule | undefined }): { readonly [name: string]: Schedule } {
  const entries: [string, Schedule][] = []
  for (const [name, value] of Object.entries(record)) if (value !== undefined) entries.push([name, value])
  return Object.fromEntries(entries)
}
