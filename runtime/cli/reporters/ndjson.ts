import type { Event } from '../../events.js'
import { EVENT_VERSION } from './ndjson-schema.js'
import type { Reporter, Screen } from './reporter.js'

/** One JSON object per line and event, for programs; see `ndjson-schema.ts`. */
export class NdjsonReporter implements Reporter {
  readonly #screen: Screen

  constructor(screen: Screen) {
    this.#screen = screen
  }

  handle(event: Event): void {
    this.#screen.out(JSON.stringify({ v: EVENT_VERSION, ...event }))
  }

  finish(): Promise<void> {
    return Promise.resolve()
  }
}
