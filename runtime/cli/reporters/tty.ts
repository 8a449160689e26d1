import type { Event } from '../../events.js'
import type { Reporter, Screen } from './reporter.js'
import { SegmentsAsOne } from './segments.js'
import { Summary } from './summary.js'
import type { TaskView } from './task-view.js'

/**
 * A live list of the steps that run. Its library is loaded when the first step starts: a build that has nothing to do
 * should not wait for it.
 */
export class TtyReporter implements Reporter {
  readonly #summary: Summary
  readonly #segments = new SegmentsAsOne()
  #view: Promise<TaskView> | undefined
  #end: Extract<Event, { type: 'build-finished' }> | undefined

  constructor(screen: Screen) {
    this.#summary = new Summary(screen)
  }

  handle(event: Event): void {
    this.#summary.note(event)
    if (event.type === 'build-finished') this.#end = event
    const shown = this.#segments.translate(event)
    if (shown === null) return
    if (event.type === 'action-started') this.#view ??= import('./task-view.js').then((module) => new module.TaskView())
    // Handlers of one promise run in the order in which they were added, so the view sees events in order.
    this.#view?.then((view) => view.handle(shown)).catch(() => undefined)
  }

  async finish(): Promise<void> {
    await (await this.#view)?.finish()
    if (this.#end !== undefined) this.#summary.print(this.#end)
  }
}
