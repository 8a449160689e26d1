import { Worker } from 'node:worker_threads'

type Kernel = readonly (readonly number[])[]

/** Kernels to solve for signed bytes one after another. */
export interface Job {
  readonly kernels: readonly Kernel[]
  readonly adderSize: number | null
  /** Levels beyond the least; null without a bound. */
  readonly extraDepth: number | null
}

export interface Solved {
  readonly cost: number
  /** Σ latencies. */
  readonly levels: number
  /** Of each thread's kernels in turn. */
  readonly each: readonly { readonly cost: number; readonly levels: number; readonly seconds: number }[]
  /** From the start of the first to the end of the last, on the slowest thread. */
  readonly seconds: number
}

/** Solves all kernels on so many threads, each with its own share of them; the time does not hold the threads' start. */
export async function solveAll(job: Job, threads: number): Promise<Solved> {
  const parts = Array.from({ length: threads }, (_, thread) => ({
    ...job,
    kernels: job.kernels.filter((_, n) => n % threads === thread),
  }))
  const solved = await Promise.all(parts.map(solvePart))
  return solved.reduce((a, b) => ({
    cost: a.cost + b.cost,
    levels: a.levels + b.levels,
    each: [...a.each, ...b.each],
    seconds: Math.max(a.seconds, b.seconds),
  }))
}

function solvePart(job: Job): Promise<Solved> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL('./worker.js', import.meta.url), { workerData: job })
    worker.once('message', resolve)
    worker.once('error', reject)
  })
}
