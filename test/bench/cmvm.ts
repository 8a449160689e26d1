// Adder graphs of constant matrix–vector products: cost against da4ml 0.6.0, and how long solving takes.
//
//   node dist/test/bench/cmvm.js [--part golden,random,dense] [--threads 2] [--sizes 16,32,64]
import { parseArgs } from 'node:util'
import { checkSolution } from '../../compiler/optimize/cmvm/check.js'
import { solve } from '../../compiler/optimize/cmvm/solve.js'
import { benchKernels, goldenCmvm } from '../fixtures/golden-cmvm.js'
import { solveAll } from './cmvm/jobs.js'

const { values } = parseArgs({
  options: {
    part: { type: 'string', default: 'golden,random,dense' },
    threads: { type: 'string', default: '2' },
    sizes: { type: 'string', default: '16,32,64' },
  },
})
const parts = values.part.split(',')
const threads = Number(values.threads)
if (parts.includes('golden')) golden()
if (parts.includes('random')) await random()
if (parts.includes('dense')) await dense()

/** The 193 recorded problems, both solutions counted by one function. */
function golden(): void {
  const cases = goldenCmvm()
  if (cases === null) {
    console.log('golden: no ../shared/golden/cmvm_da4ml_0.6.0.json')
    return
  }
  const started = performance.now()
  let [ours, theirs, reported, worst, late] = [0, 0, 0, 0, 0]
  for (const { problem, reference, reported: own } of cases) {
    const solution = solve(problem)
    if (solution === null) throw new Error('no solution')
    checkSolution(problem, solution)
    ours += solution.cost
    theirs += reference.cost
    reported += own
    if (reference.cost > 0) worst = Math.max(worst, solution.cost / reference.cost)
    if (problem.latest !== null && reference.latency > problem.latest) late++
  }
  const seconds = (performance.now() - started) / 1000
  console.log(`golden: ${cases.length} problems, cost ${ours}, da4ml ${theirs} (reports ${reported})`)
  console.log(`  sum ${percent(ours / theirs)}, worst ${percent(worst)} of da4ml's, ${seconds.toFixed(1)} s`)
  console.log(`  da4ml breaks its own depth bound in ${late}, we in none`)
}

/** The reference's benchmark set. */
async function random(): Promise<void> {
  const kernels = benchKernels()
  if (kernels === null) {
    console.log('random: no ../shared/golden/cmvm_bench_seed0.json')
    return
  }
  for (const [name, adderSize, extraDepth, theirs] of [
    ['adder bits at hard_dc 2', 1, 2, 740_851],
    ['adders without a bound', null, null, 59_932],
  ] as const) {
    const before = process.cpuUsage()
    const { cost, levels, seconds } = await solveAll({ kernels, adderSize, extraDepth }, threads)
    const { user, system } = process.cpuUsage(before)
    console.log(`random: ${kernels.length} kernels, ${name}: ${cost}, da4ml ${theirs} (${percent(cost / theirs)})`)
    console.log(
      `  mean depth ${(levels / kernels.length).toFixed(2)}, ${seconds.toFixed(1)} s on ${threads} threads, ` +
        `${((user + system) / 1e6).toFixed(1)} s of CPU`,
    )
  }
}

/** Square kernels of signed bytes, for the time they take. */
async function dense(): Promise<void> {
  for (const size of values.sizes.split(',').map(Number)) {
    const kernel = denseKernel(size)
    for (const [name, adderSize, extraDepth] of [
      ['bits at hard_dc 2', 1, 2],
      ['adders', null, null],
    ] as const) {
      const { cost, levels, seconds } = await solveAll({ kernels: [kernel], adderSize, extraDepth }, 1)
      console.log(`dense ${size}x${size}: ${cost} ${name}, depth ${levels}, ${seconds.toFixed(2)} s on one thread`)
    }
  }
}

function denseKernel(size: number): readonly (readonly number[])[] {
  let state = size
  const next = (): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return (state >>> 24) - 128
  }
  return Array.from({ length: size }, () => Array.from({ length: size }, next))
}

function percent(ratio: number): string {
  return `${(100 * ratio).toFixed(2)} %`
}
