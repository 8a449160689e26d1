import type { Event } from '../../events.js'
import { duration, type Reporter, type Screen } from './reporter.js'
import { SegmentsAsOne } from './segments.js'
import { Summary } from './summary.js'

/** A long step says this often how far it is. */
const PROGRESS_MS = 5_000

/** Lines for logs: one when a step starts, ends, or has been at it for a while; then the numbers. */
export class PlainReporter implements Reporter {
  readonly #screen: Screen
  readonly #summary: Summary
  readonly #segments = new SegmentsAsOne()
  readonly #spoke = new Map<string, number>()

  constructor(screen: Screen) {
    this.#screen = screen
    this.#summary = new Summary(screen)
  }

  handle(event: Event): void {
    this.#summary.note(event)
    const shown = this.#segments.translate(event)
    if (shown !== null) this.#show(shown)
  }

  #show(event: Event): void {
    switch (event.type) {
      case 'action-started':
        this.#spoke.set(event.address, performance.now())
        this.#screen.out(`start  ${event.address}`)
        return
      case 'action-progress': {
        const spoke = this.#spoke.get(event.address) ?? 0
        if (performance.now() - spoke < PROGRESS_MS) return
        this.#spoke.set(event.address, performance.now())
        this.#screen.out(`       ${event.address}: ${event.progress.text}`)
        return
      }
      case 'action-finished':
        if (event.how === 'ran') this.#screen.out(`done   ${event.address} (${duration(event.milliseconds)})`)
        return
      case 'action-failed':
        this.#screen.out(`failed ${event.address}`)
        return
      case 'build-finished':
        this.#summary.print(event)
        return
      case 'build-started':
      case 'actions-planned':
      case 'action-cancelled':
      case 'message':
      case 'design-ready':
      case 'front-ready':
        return
    }
  }

  finish(): Promise<void> {
    return Promise.resolve()
  }
}
