// A process of `jobs.ts`: makes the tasks that it is sent, one after the other.
import { runTask, type Task } from './run.js'

process.on('message', (task: Task) => {
  runTask(task, () => {}).then(
    (row) => process.send?.({ row }),
    (error: unknown) =>
      process.send?.({ error: error instanceof Error ? (error.stack ?? error.message) : String(error) }),
  )
})
