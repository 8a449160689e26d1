// Adder graphs of constant matrix–vector products: cost against da4ml 0.6.0, and how long solving takes.
//
//   node dist/test/bench/cmvm.js [--part golden,luts,random,dense,growth] [--threads 2] [--sizes 16,32,64]
import { parseArgs } from 'node:util'
import { checkSolution } from '../../compiler/optimize/cmvm/check.js'
import { solve } from '../../compiler/optimize/cmvm/solve.js'
import { benchKernels, goldenCmvm } from '../fixtures/golden-cmvm.js'
import { lookUpTables } from './cmvm/circuit.js'
import { solveAll } from './cmvm/jobs.js'

const MOST_SYNTHESIZED = 20
const GROWTH_SIZES = [8, 16, 32, 64, 128]
const DENSE = [
  ['bits at hard_dc 2', 1, 2],
  ['adders', null, null],
] as const

const { values } = parseArgs({
  options: {
    part: { type: 'string', default: 'golden,luts,random,dense' },
    threads: { type: 'string', default: '2' },
    sizes: { type: 'string', default: '16,32,64' },
  },
})
const parts = values.part.split(',')
const threads = Number(values.threads)
if (parts.includes('golden')) golden()
if (parts.includes('luts')) await luts()
if (parts.includes('random')) await random()
if (parts.includes('dense')) await dense()
if (parts.includes('growth')) await growth()

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

/** Do fewer adder bits give fewer look-up tables? The largest recorded problems in which a bit costs a table, in Yosys. */
async function luts(): Promise<void> {
  const cases = goldenCmvm()
  if (cases === null) {
    console.log('luts: no ../shared/golden/cmvm_da4ml_0.6.0.json')
    return
  }
  const largest = cases
    .filter(({ problem }) => problem.model.adderSize === 1 && problem.model.carrySize === null)
    .sort((a, b) => b.reference.cost - a.reference.cost)
    .slice(0, MOST_SYNTHESIZED)
  const sums = { bits: 0, theirBits: 0, tables: 0, theirTables: 0 }
  for (const { problem, reference } of largest) {
    const solution = solve(problem)
    if (solution === null) throw new Error('no solution')
    sums.bits += solution.cost
    sums.theirBits += reference.cost
    sums.tables += await lookUpTables(problem.inputs, solution)
    sums.theirTables += await lookUpTables(problem.inputs, reference)
  }
  const { bits, theirBits, tables, theirTables } = sums
  console.log(
    `luts: ${largest.length} problems in Yosys: ${tables} LUT, da4ml ${theirTables} (${percent(tables / theirTables)})`,
  )
  console.log(`  adder bits ${bits}, da4ml ${theirBits} (${percent(bits / theirBits)})`)
}

/** Square kernels of signed bytes, for the time they take: the first of a fresh thread, and then some more. */
async function dense(): Promise<void> {
  for (const size of values.sizes.split(',').map(Number)) {
    const more = size <= 32 ? 8 : 0
    for (const [name, adderSize, extraDepth] of DENSE) {
      const kernels = Array.from({ length: 1 + more }, (_, n) => denseKernel(size, n))
      const { each } = await solveAll({ kernels, adderSize, extraDepth }, 1)
      const [first, ...rest] = each
      if (first === undefined) throw new Error('nothing was solved')
      const later = rest.reduce((sum, { seconds }) => sum + seconds, 0) / rest.length
      const then = more > 0 ? `, ${later.toFixed(3)} s for each of ${more} more` : ''
      console.log(
        `dense ${size}x${size}: ${first.cost} ${name}, depth ${first.levels}, ${first.seconds.toFixed(2)} s on one thread${then}`,
      )
    }
  }
}

/** Time by size, both axes logarithmic: a bar ten characters longer stands for ten times the time. */
async function growth(): Promise<void> {
  for (const [name, adderSize, extraDepth] of DENSE) {
    console.log(`growth: dense N×N, ${name}, one thread`)
    let before: number | null = null
    for (const size of GROWTH_SIZES) {
      // Code that has run before is faster: small sizes would show how it is compiled.
      const warm = Array.from({ length: 4 }, (_, n) => denseKernel(16, 100 + n))
      const { each } = await solveAll({ kernels: [...warm, denseKernel(size, 0)], adderSize, extraDepth }, 1)
      const seconds = each.at(-1)?.seconds ?? 0
      const bar = '█'.repeat(Math.max(1, Math.round(10 * Math.log10(seconds / 1e-3))))
      const factor = before === null ? '' : ` ×${(seconds / before).toFixed(1)}`
      console.log(`  ${String(size).padStart(3)} ${bar} ${seconds.toPrecision(2)} s${factor}`)
      before = seconds
    }
  }
}

function denseKernel(size: number, seed: number): readonly (readonly number[])[] {
  let state = size + 1000 * seed
  const next = (): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return (state >>> 24) - 128
  }
  return Array.from({ length: size }, () => Array.from({ length: size }, next))
}

function percent(ratio: number): string {
  return `${(100 * ratio).toFixed(2)} %`
}
