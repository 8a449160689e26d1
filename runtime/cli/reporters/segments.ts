import { parseSegment } from '../../../compiler/plan/segments.js'
import type { Event } from '../../events.js'

interface Group {
  /** Addresses of segments that are not done. */
  readonly left: Set<string>
  /** Shown as running. */
  open: boolean
  milliseconds: number
}

/**
 * Makes the segments of a training one step, `train/scan`, for people who watch: it begins with the first segment that
 * runs and ends with the last one. Everything else passes as it is.
 */
export class SegmentsAsOne {
  readonly #groups = new Map<string, Group>()

  /** The event as it is to be shown; null for what only concerns a segment. */
  translate(event: Event): Event | null {
    if (event.type === 'actions-planned')
      for (const { address } of event.actions) this.#group(address)?.left.add(address)
    if (!('address' in event)) return event
    const group = this.#group(event.address)
    const training = parseSegment(event.address)?.training
    if (group === undefined || training === undefined) return event
    switch (event.type) {
      case 'action-started': {
        // One whose stored result was damaged runs a second time.
        group.left.add(event.address)
        const first = !group.open
        group.open = true
        return first ? { ...event, address: training } : null
      }
      case 'action-finished': {
        group.left.delete(event.address)
        group.milliseconds += event.milliseconds
        if (group.left.size > 0 || !group.open) return null
        group.open = false
        return { ...event, address: training, how: 'ran', milliseconds: group.milliseconds }
      }
      case 'action-cancelled':
        if (!group.open) return null
        group.open = false
        return { ...event, address: training }
      case 'action-failed':
        group.open = false
        return { ...event, address: training }
      case 'action-progress':
        return { ...event, address: training }
    }
  }

  #group(address: string): Group | undefined {
    const training = parseSegment(address)?.training
    if (training === undefined) return undefined
    const group = this.#groups.get(training) ?? { left: new Set(), open: false, milliseconds: 0 }
    this.#groups.set(training, group)
    return group
  }
}

/** Items of a list of actions that stand for one or, where segments of a training follow each other, for several. */
export interface Folded<T> {
  /** `train/scan/segment[0..17]` for several. */
  readonly address: string
  readonly items: readonly T[]
}

/** Joins neighbours in a list that are segments of one training, one after the other, and alike. */
export function foldSegments<T>(
  items: readonly T[],
  addressOf: (item: T) => string,
  alike: (a: T, b: T) => boolean,
): readonly Folded<T>[] {
  const runs: T[][] = []
  for (const item of items) {
    const run = runs.at(-1)
    const before = run?.at(-1)
    if (run !== undefined && before !== undefined && alike(before, item) && follows(addressOf(before), addressOf(item)))
      run.push(item)
    else runs.push([item])
  }
  return runs.map((run) => ({ address: foldedAddress(run.map(addressOf)), items: run }))
}

function follows(before: string, after: string): boolean {
  const [a, b] = [parseSegment(before), parseSegment(after)]
  return a !== null && b !== null && a.training === b.training && b.segment === a.segment + 1
}

function foldedAddress(addresses: readonly string[]): string {
  const [first = '', ...rest] = addresses
  const [from, to] = [parseSegment(first), parseSegment(rest.at(-1) ?? '')]
  return from === null || to === null ? first : `${from.training}/segment[${from.segment}..${to.segment}]`
}
