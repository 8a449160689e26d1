// How fast the engine trains: samples/s for batch sizes and numbers of threads, as a share of its own product of
// matrices.
//
//   node dist/test/bench/train.js [--batches 33200,2048,256] [--threads 1,2] [--node PATH]
import { execFile } from 'node:child_process'
import { cpus } from 'node:os'
import { fileURLToPath } from 'node:url'
import { parseArgs, promisify } from 'node:util'
import type { Measured } from './train/measure.js'

const run = promisify(execFile)

const { values } = parseArgs({
  options: {
    batches: { type: 'string', default: '33200,2048,256' },
    threads: { type: 'string', default: '1,2' },
    /** Another Node to measure with. */
    node: { type: 'string', default: process.execPath },
  },
})
const numbers = (list: string): number[] => list.split(',').map(Number)
const entry = fileURLToPath(new URL('./train/measure.js', import.meta.url))
const { stdout: version } = await run(values.node, ['--version'])
console.log(`${cpus()[0]?.model.trim()}, ${cpus().length} cores, Node ${version.trim()}, network 16-64-32-32-5\n`)
console.log(
  '| batch | threads | M samples/s | mean | GFLOP/s | product GFLOP/s | share | scaling | of the product | handover | MB | start |',
)
console.log('|---|---|---|---|---|---|---|---|---|---|---|---|')
for (const batch of numbers(values.batches)) {
  let single: Measured | undefined
  for (const threads of numbers(values.threads)) {
    const { stdout } = await run(values.node, [entry, String(batch), String(threads)])
    const line = JSON.parse(stdout) as Measured
    if (threads === 1) single = line
    console.log(rowOf(line, single))
  }
}

function rowOf(line: Measured, single: Measured | undefined): string {
  const ratio = (of: (each: Measured) => number): string =>
    single === undefined || single === line ? '' : `${(of(line) / of(single)).toFixed(2)} ×`
  const cells = [
    line.batch,
    line.threads,
    (line.samplesPerSecond / 1e6).toFixed(2),
    (line.meanSamplesPerSecond / 1e6).toFixed(2),
    line.gflops.toFixed(1),
    line.peakGflops.toFixed(1),
    (line.gflops / line.peakGflops).toFixed(2),
    ratio((each) => each.samplesPerSecond),
    ratio((each) => each.peakGflops),
    line.handoverNanoseconds === null ? '' : `${line.handoverNanoseconds.toFixed(0)} ns`,
    line.megabytes.toFixed(0),
    `${line.startSeconds.toFixed(2)} s`,
  ]
  return `| ${cells.join(' | ')} |`
}
