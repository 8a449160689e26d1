import { Listr, type ListrTask, PRESET_TIMER } from 'listr2'
import type { Event } from '../../events.js'

type End = 'ran' | 'failed' | 'cancelled'

/** One step on the screen. */
interface Line {
  readonly address: string
  readonly ended: Promise<End>
  readonly end: (how: End) => void
  /** Shown under the title once the list has begun to show it. */
  show: (text: string) => void
}

type Wrapper = Parameters<NonNullable<ListrTask['task']>>[1]

const OPTIONS = {
  concurrent: true,
  exitOnError: false,
  // Ctrl-C is for the scheduler; the view only shows what comes of it.
  registerSignalListeners: false,
} as const

/** How long a step took, where that is worth saying. */
const TIMER = { ...PRESET_TIMER, condition: (milliseconds: number) => milliseconds > 500 }

/**
 * The steps as a list of listr2. A list there is fixed once it runs, while steps here come one by one; so the last
 * entry of each list has no title, hence no line, and becomes a list with the next step when that starts.
 */
export class TaskView {
  readonly #lines = new Map<string, Line>()
  readonly #done: Promise<unknown>
  #announce: (line: Line | null) => void = () => undefined

  constructor() {
    const list = new Listr([this.#next()], {
      ...OPTIONS,
      rendererOptions: { collapseSubtasks: false, collapseErrors: false, showErrorMessage: false, timer: TIMER },
      fallbackRendererOptions: { timer: TIMER },
    })
    this.#done = list.run()
  }

  handle(event: Event): void {
    switch (event.type) {
      case 'action-started': {
        const line = newLine(event.address)
        this.#lines.set(event.address, line)
        this.#announce(line)
        return
      }
      case 'action-progress':
        this.#lines.get(event.address)?.show(event.progress.text)
        return
      case 'action-finished':
        this.#lines.get(event.address)?.end('ran')
        return
      case 'action-failed':
        this.#lines.get(event.address)?.end('failed')
        return
      case 'action-cancelled':
        this.#lines.get(event.address)?.end('cancelled')
        return
      case 'build-started':
      case 'actions-planned':
      case 'message':
      case 'design-ready':
      case 'front-ready':
      case 'build-finished':
        return
    }
  }

  async finish(): Promise<void> {
    for (const line of this.#lines.values()) line.end('cancelled')
    this.#announce(null)
    await this.#done
  }

  /** The entry without a title that waits for the next step. */
  #next(): ListrTask {
    const queue: (Line | null)[] = []
    let wake: () => void = () => undefined
    this.#announce = (line) => {
      queue.push(line)
      wake()
    }
    return {
      task: async (_, task) => {
        while (queue.length === 0) {
          await new Promise<void>((resolve) => {
            wake = resolve
          })
        }
        const lines = queue.splice(0)
        const started = lines.filter((line) => line !== null)
        const entries = started.map((line) => entryOf(line))
        if (lines.includes(null)) return entries.length === 0 ? undefined : task.newListr(entries, OPTIONS)
        return task.newListr([...entries, this.#next()], OPTIONS)
      },
    }
  }
}

function newLine(address: string): Line {
  let end: Line['end'] = () => undefined
  const ended = new Promise<End>((resolve) => {
    end = resolve
  })
  return { address, ended, end, show: () => undefined }
}

function entryOf(line: Line): ListrTask {
  return {
    title: line.address,
    task: async (_, task: Wrapper) => {
      line.show = (text) => {
        task.output = text
      }
      const how = await line.ended
      if (how === 'failed') throw new Error(line.address)
      if (how === 'cancelled') task.skip(`${line.address} (stopped)`)
    },
  }
}
