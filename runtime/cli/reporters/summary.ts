import type { Diagnostic } from '../../../lang/diagnostics/diagnostic.js'
import type { Event } from '../../events.js'
import { type Column, formatFront, formatTable } from '../../report/format.js'
import type { FrontRow } from '../../report/schema.js'
import { duration, type Screen } from './reporter.js'

/** Gathers what a view for people shows at the end: messages, the table of numbers, what was done. */
export class Summary {
  readonly #screen: Screen
  readonly #columns: Column[] = []
  readonly #fronts: { readonly build: string; readonly front: readonly FrontRow[] }[] = []
  readonly #messages: Diagnostic[] = []

  constructor(screen: Screen) {
    this.#screen = screen
  }

  note(event: Event): void {
    if (event.type === 'design-ready') this.#columns.push(event)
    else if (event.type === 'front-ready') this.#fronts.push(event)
    else if (event.type === 'message' || event.type === 'action-failed') this.#messages.push(event.diagnostic)
  }

  print(end: Extract<Event, { type: 'build-finished' }>): void {
    for (const message of this.#messages) this.#screen.error(`${this.#screen.render(message)}\n`)
    for (const { build, front } of this.#fronts) this.#screen.out(`${formatFront(build, front)}\n`)
    if (this.#columns.length > 0) this.#screen.out(`${formatTable(this.#columns)}\n`)
    this.#screen.out(endText(end))
  }
}

function endText(end: Extract<Event, { type: 'build-finished' }>): string {
  const took = `in ${duration(end.milliseconds)}`
  if (end.exitCode === 130) return `interrupted; ${count(end.ran)} done and stored, build again to go on`
  const done = end.ran === 0 ? `nothing to do: ${count(end.hits)} stored` : `${count(end.ran)} run, ${end.hits} stored`
  return end.exitCode === 0 ? `${done}, ${took}` : `failed ${took}: ${end.ran} run, ${end.hits} stored`
}

function count(steps: number): string {
  return steps === 1 ? '1 step' : `${steps} steps`
}
