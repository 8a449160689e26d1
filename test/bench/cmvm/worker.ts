import { parentPort, workerData } from 'node:worker_threads'
import { minimalLatency, solve } from '../../../compiler/optimize/cmvm/solve.js'
import { byteInputs } from '../../fixtures/golden-cmvm.js'
import type { Job, Solved } from './jobs.js'

const { kernels, adderSize, extraDepth } = workerData as Job
let cost = 0
let levels = 0
const started = performance.now()
for (const kernel of kernels) {
  const model = { adderSize, carrySize: null, concatenates: false }
  const problem = { kernel, inputs: byteInputs(kernel.length), model }
  const least = extraDepth === null ? null : minimalLatency(problem)
  const solution = solve({ ...problem, latest: least === null || extraDepth === null ? null : least + extraDepth })
  if (solution === null) throw new Error('no solution')
  cost += solution.cost
  levels += solution.latency
}
parentPort?.postMessage({ cost, levels, seconds: (performance.now() - started) / 1000 } satisfies Solved)
