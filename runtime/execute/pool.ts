import { Worker } from 'node:worker_threads'
import { runsFromSource } from '../packaging/locations.js'
import { endGroups, sharedGroups } from '../tools/process-groups.js'
import {
  type ActionRunner,
  Interrupted,
  systemErrorOf,
  type Task,
  TaskCrash,
  type TaskEvents,
  type TaskResult,
} from './task.js'
import type { WorkerMessage } from './worker.js'

/** The list of running tools, which threads fill and the pool clears. */
const WORKER_OPTIONS = { workerData: { groups: sharedGroups() } }

/** A thread with the task that it has now. Its listeners stay for life: taking one off stops the flow of messages. */
interface Thread {
  readonly worker: Worker
  handle: (message: WorkerMessage) => void
  died: (reason: string, error?: unknown) => void
}

/** Runs each task in a worker thread; threads are started when needed and used again. */
export class WorkerPool implements ActionRunner {
  readonly #idle: Thread[] = []
  readonly #all = new Set<Thread>()
  #closed = false

  run(task: Task, events: TaskEvents): Promise<TaskResult> {
    if (this.#closed) return Promise.reject(new Interrupted())
    const thread = this.#idle.pop() ?? this.#start()
    return new Promise((resolve, reject) => {
      const rest = (): void => {
        thread.handle = () => undefined
        // What dies while it is idle belongs to no task.
        thread.died = () => undefined
        this.#idle.push(thread)
      }
      thread.handle = (message) => {
        switch (message.type) {
          case 'progress':
            events.onProgress(message.progress)
            return
          case 'message':
            events.onMessage(message.diagnostic)
            return
          case 'result':
            rest()
            resolve(message.result)
            return
          case 'crash':
            rest()
            reject(new TaskCrash(message.reason, message.system))
        }
      }
      thread.died = (reason, error) =>
        reject(this.#closed ? new Interrupted() : new TaskCrash(reason, systemErrorOf(error)))
      thread.worker.postMessage(task)
    })
  }

  /** Ends threads, and the tools that they run. */
  async close(): Promise<void> {
    this.#closed = true
    await Promise.all([...this.#all].map((thread) => thread.worker.terminate()))
    await endGroups()
  }

  #start(): Thread {
    const worker = runsFromSource
      ? workerFromSource()
      : new Worker(new URL('./worker.js', import.meta.url), WORKER_OPTIONS)
    const thread: Thread = { worker, handle: () => undefined, died: () => undefined }
    const end = (reason: string, error?: unknown): void => {
      this.#all.delete(thread)
      const index = this.#idle.indexOf(thread)
      if (index >= 0) this.#idle.splice(index, 1)
      thread.died(reason, error)
    }
    worker.on('message', (message: WorkerMessage) => thread.handle(message))
    worker.on('error', (error: Error) => end(error.stack ?? error.message, error))
    // What cannot be received, for lack of memory say, is waited for in vain.
    worker.on('messageerror', (error: Error) => {
      end(error.stack ?? error.message, error)
      void worker.terminate()
    })
    worker.on('exit', (code) => end(`the worker ended with code ${code}`))
    this.#all.add(thread)
    return thread
  }
}

/** A thread does not inherit the TypeScript loader of development (tsx), so it registers its own. */
function workerFromSource(): Worker {
  const loader = process.execArgv.find((argument) => argument.endsWith('/loader.mjs'))
  const entry = new URL('./worker.ts', import.meta.url).href
  if (loader === undefined) return new Worker(new URL(entry), WORKER_OPTIONS)
  const api = new URL('./esm/api/index.mjs', loader).href
  const code = `import(${JSON.stringify(api)}).then((tsx) => { tsx.register(); return import(${JSON.stringify(entry)}) })`
  return new Worker(code, { ...WORKER_OPTIONS, eval: true, execArgv: [] })
}
