import { type ChildProcess, fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { type Row, runTask, type Task } from './run.js'

type Answer = { readonly row: Row } | { readonly error: string }

export interface JobEvents {
  onProgress(task: Task, text: string): void
  onRow(row: Row): void
}

/**
 * Makes all tasks, `jobs` at once in as many processes; a single one in this process. Rows in the order of the tasks.
 */
export async function runTasks(tasks: readonly Task[], jobs: number, events: JobEvents): Promise<Row[]> {
  const rows: Row[] = []
  let next = 0
  const work = async (run: (task: Task) => Promise<Row>): Promise<void> => {
    for (let index = next++; index < tasks.length; index = next++) {
      const task = tasks[index]
      if (task === undefined) continue
      const row = await run(task)
      rows[index] = row
      events.onRow(row)
    }
  }
  if (jobs <= 1) {
    await work((task) => runTask(task, (text) => events.onProgress(task, text)))
    return rows
  }
  const children = Array.from({ length: Math.min(jobs, tasks.length) }, () =>
    fork(fileURLToPath(new URL('./worker.js', import.meta.url)), { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] }),
  )
  try {
    await Promise.all(children.map((child) => work((task) => ask(child, task))))
  } finally {
    for (const child of children) child.kill()
  }
  return rows
}

function ask(child: ChildProcess, task: Task): Promise<Row> {
  return new Promise((resolve, reject) => {
    const done = (): void => {
      child.off('message', onMessage)
      child.off('exit', onExit)
    }
    const onMessage = (answer: Answer): void => {
      done()
      if ('row' in answer) resolve(answer.row)
      else reject(new Error(answer.error))
    }
    const onExit = (code: number | null): void => {
      done()
      reject(new Error(`the process of seed ${task.seed} ended with ${code}`))
    }
    child.on('message', onMessage)
    child.on('exit', onExit)
    child.send(task)
  })
}
