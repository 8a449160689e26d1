// How fast the engine trains: samples/s for batch sizes and numbers of threads, as a share of its own product of
// matrices.
//
//   node dist/test/bench/train.js [--batches 33200,2048,256] [--threads 1,2] [--weights 1] [--node PATH]
import { execFile } from 'node:child_process'
import { cpus } from 'node:os'
import { fileURLToPath } from 'node:url'
import { parseArgs, promisify } from 'node:util'
import type { Measured, Round } from './train/measure.js'
import { FLOP_PER_SAMPLE } from './train/network.js'

const run = promisify(execFile)

const { values } = parseArgs({
  options: {
    batches: { type: 'string', default: '33200,2048,256' },
    threads: { type: 'string', default: '1,2' },
    /** Shares of the weights that are left as they begin; the others are 0. */
    weights: { type: 'string', default: '1' },
    /** Another Node to measure with. */
    node: { type: 'string', default: process.execPath },
  },
})
/** Two processors are near each other where a word takes no longer from one to the other: they share a cache. */
const NEAR_NANOSECONDS = 100

const numbers = (list: string): number[] => list.split(',').map(Number)
const entry = fileURLToPath(new URL('./train/measure.js', import.meta.url))
const { stdout: version } = await run(values.node, ['--version'])
console.log(`${cpus()[0]?.model.trim()}, ${cpus().length} cores, Node ${version.trim()}, network 16-64-32-32-5\n`)
console.log(
  '| batch | weights | threads | M samples/s | mean | GFLOP/s | product GFLOP/s | share | scaling | near | far | MB | start |',
)
console.log('|---|---|---|---|---|---|---|---|---|---|---|---|---|')
for (const batch of numbers(values.batches))
  for (const weights of numbers(values.weights)) {
    let single: Measured | undefined
    for (const threads of numbers(values.threads)) {
      const { stdout } = await run(values.node, [entry, ...[batch, threads, weights].map(String)])
      const line = JSON.parse(stdout) as Measured
      if (threads === 1) single = line
      console.log(rowOf(line, single))
    }
  }

function rowOf({ rounds, ...line }: Measured, single: Measured | undefined): string {
  // Where the host moved the processors within a round it counts for neither.
  const near = rounds.filter(({ handovers }) => handovers.every((each) => each <= NEAR_NANOSECONDS))
  const far = rounds.filter(({ handovers }) => handovers.every((each) => each > NEAR_NANOSECONDS))
  const best = bestOf(rounds)
  const gflops = (best.samplesPerSecond * FLOP_PER_SAMPLE) / 1e9
  const alone = line.threads === 1 || single === undefined ? null : bestOf(single.rounds)
  const cells = [
    line.batch,
    `${(100 * line.weights).toFixed(0)} %`,
    line.threads,
    (best.samplesPerSecond / 1e6).toFixed(2),
    (line.meanSamplesPerSecond / 1e6).toFixed(2),
    gflops.toFixed(1),
    best.peakGflops.toFixed(1),
    (gflops / best.peakGflops).toFixed(2),
    scaling(rounds, alone),
    scaling(near, alone),
    scaling(far, alone),
    line.megabytes.toFixed(0),
    `${line.startSeconds.toFixed(2)} s`,
  ]
  return `| ${cells.join(' | ')} |`
}

type Speeds = Pick<Round, 'samplesPerSecond' | 'peakGflops'>

/** The best windows of all rounds. */
function bestOf(rounds: readonly Round[]): Speeds {
  return {
    samplesPerSecond: Math.max(0, ...rounds.map((round) => round.samplesPerSecond)),
    peakGflops: Math.max(0, ...rounds.map((round) => round.peakGflops)),
  }
}

/** Of the steps, and of the product. */
function scaling(rounds: readonly Round[], alone: Speeds | null): string {
  if (alone === null || rounds.length === 0) return ''
  const best = bestOf(rounds)
  const steps = best.samplesPerSecond / alone.samplesPerSecond
  return `${steps.toFixed(2)} × (${(best.peakGflops / alone.peakGflops).toFixed(2)} ×)`
}
