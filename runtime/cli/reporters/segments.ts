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
    if (!('address' in event) || event.address === undefined) return event
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
      case 'message':
        return event
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
