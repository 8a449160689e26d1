// The entry of every worker thread: runs one task after another, loading the code of a kind when it first comes.
import { parentPort, workerData } from 'node:worker_threads'
import type { Diagnostic } from '../../lang/diagnostics/diagnostic.js'
import type { Progress } from '../events.js'
import { faultPoint } from '../store/fault.js'
import { useSharedGroups } from '../tools/process-groups.js'
import { loadAction } from './load-action.js'
import { type SystemError, systemErrorOf, type Task, type TaskResult } from './task.js'

export type WorkerMessage =
  | { readonly type: 'progress'; readonly progress: Progress }
  | { readonly type: 'message'; readonly diagnostic: Diagnostic }
  | { readonly type: 'result'; readonly result: TaskResult }
  | { readonly type: 'crash'; readonly reason: string; readonly system: SystemError }

/** Views redraw no faster; a message per step of a training would cost more than the step. */
const PROGRESS_MS = 100

function post(message: WorkerMessage): void {
  parentPort?.postMessage(message)
}

async function perform(task: Task): Promise<void> {
  try {
    const run = await loadAction(task.kind)
    faultPoint(`run:${task.kind}`)
    let posted = Number.NEGATIVE_INFINITY
    const result = await run(task, {
      onProgress: (progress) => {
        faultPoint(`progress:${task.kind}`)
        if (performance.now() - posted < PROGRESS_MS) return
        posted = performance.now()
        post({ type: 'progress', progress })
      },
      onMessage: (diagnostic) => post({ type: 'message', diagnostic }),
    })
    faultPoint(`ran:${task.kind}`)
    post({ type: 'result', result })
  } catch (error) {
    const reason = error instanceof Error ? (error.stack ?? error.message) : String(error)
    post({ type: 'crash', reason, system: systemErrorOf(error) })
  }
}

// What this thread starts has to end even where the thread is ended first.
if (workerData?.groups instanceof SharedArrayBuffer) useSharedGroups(workerData.groups)

parentPort?.on('message', (task: Task) => void perform(task))
// Ends the thread, as an error that nobody catches does, and with it the task that could not be received.
parentPort?.on('messageerror', (error: unknown) => {
  throw error
})
