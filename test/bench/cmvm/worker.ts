import { parentPort, workerData } from 'node:worker_threads'
import { minimalLatency, solve } from '../../../compiler/optimize/cmvm/solve.js'
import { byteInputs } from '../../fixtures/golden-cmvm.js'
import type { Job, Solved } from './jobs.js'

const { kernels, adderSize, extraDepth } = workerData as Job
const each: { cost: number; levels: number; seconds: number }[] = []
const started = performance.now()
for (const kernel of kernels) {
  const began = performance.now()
  const model = { adderSize, carrySize: null, concatenates: false }
  const problem = { kernel, inputs: byteInputs(kernel.length), model }
  const least = extraDepth === null ? null : minimalLatency(problem)
  const solution = solve({ ...problem, latest: least === null || extraDepth === null ? null : least + extraDepth })
  if (solution === null) throw new Error('no solution')
  each.push({ cost: solution.cost, levels: solution.latency, seconds: (performance.now() - began) / 1000 })
}
const sum = (of: (solved: (typeof each)[number]) => number): number => each.reduce((total, own) => total + of(own), 0)
parentPort?.postMessage({
  cost: sum(({ cost }) => cost),
  levels: sum(({ levels }) => levels),
  each,
  seconds: (performance.now() - started) / 1000,
} satisfies Solved)
