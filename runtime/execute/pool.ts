import { Worker } from 'node:worker_threads'
import type { Result } from '../../lang/diagnostics/diagnostic.js'
import { runsFromSource } from '../packaging/locations.js'
import { type ActionRunner, Interrupted, type Outputs, type Task, TaskCrash, type TaskEvents } from './task.js'
import type { WorkerMessage } from './worker.js'

/** Runs each task in a worker thread; threads are started when needed and used again. */
export class WorkerPool implements ActionRunner {
  readonly #idle: Worker[] = []
  readonly #all = new Set<Worker>()
  #closed = false

  run(task: Task, events: TaskEvents): Promise<Result<Outputs>> {
    if (this.#closed) return Promise.reject(new Interrupted())
    const worker = this.#idle.pop() ?? this.#start()
    return new Promise((resolve, reject) => {
      const settle = (act: () => void): void => {
        worker.removeAllListeners()
        // An error while it is idle belongs to no task; the thread is then used no more.
        worker.on('error', () => this.#forget(worker))
        act()
      }
      worker.on('message', (message: WorkerMessage) => {
        switch (message.type) {
          case 'progress':
            events.onProgress(message.progress)
            return
          case 'message':
            events.onMessage(message.diagnostic)
            return
          case 'result':
            settle(() => {
              this.#idle.push(worker)
              resolve(message.result)
            })
            return
          case 'crash':
            settle(() => {
              this.#idle.push(worker)
              reject(new TaskCrash(message.reason))
            })
        }
      })
      const died = (reason: string): void =>
        settle(() => {
          this.#forget(worker)
          reject(this.#closed ? new Interrupted() : new TaskCrash(reason))
        })
      worker.on('error', (error: Error) => died(error.stack ?? error.message))
      worker.on('exit', (code) => died(`the worker ended with code ${code}`))
      worker.postMessage(task)
    })
  }

  async close(): Promise<void> {
    this.#closed = true
    await Promise.all([...this.#all].map((worker) => worker.terminate()))
  }

  #forget(worker: Worker): void {
    this.#all.delete(worker)
    const index = this.#idle.indexOf(worker)
    if (index >= 0) this.#idle.splice(index, 1)
  }

  #start(): Worker {
    const worker = runsFromSource ? workerFromSource() : new Worker(new URL('./worker.js', import.meta.url))
    this.#all.add(worker)
    return worker
  }
}

/** A thread does not inherit the TypeScript loader of development (tsx), so it registers its own. */
function workerFromSource(): Worker {
  const loader = process.execArgv.find((argument) => argument.endsWith('/loader.mjs'))
  const entry = new URL('./worker.ts', import.meta.url).href
  if (loader === undefined) return new Worker(new URL(entry))
  const api = new URL('./esm/api/index.mjs', loader).href
  const code = `import(${JSON.stringify(api)}).then((tsx) => { tsx.register(); return import(${JSON.stringify(entry)}) })`
  return new Worker(code, { eval: true, execArgv: [] })
}
