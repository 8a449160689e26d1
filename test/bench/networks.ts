// Random quantized networks of all operations and modes: exact inference = emulator of the lowered graph = emulator of
// the optimized graph = the emitted text of every language, simulated. Ends with 1 where anything differs.
//
//   node dist/test/bench/networks.js [--networks 200] [--first 0] [--seed 1] [--vectors 10000] [--jobs N]
//                                    [--backends verilator,icarus,netlist,ghdl,vitis,oneapi]
//
// Everything that is wrong with a network comes again with its seed and number: `--seed S --first N --networks 1`.
import { availableParallelism } from 'node:os'
import { parseArgs } from 'node:util'
import { BACKENDS, type Backend } from './networks/backends.js'
import { Coverage } from './networks/coverage.js'
import { type Outcome, runNetwork } from './networks/run.js'

/** So many networks must have every kind and mode in them. */
const COMPLETE = 200

const { values } = parseArgs({
  options: {
    networks: { type: 'string', default: String(COMPLETE) },
    first: { type: 'string', default: '0' },
    seed: { type: 'string', default: '1' },
    vectors: { type: 'string', default: '10000' },
    jobs: { type: 'string', default: String(availableParallelism()) },
    backends: { type: 'string', default: BACKENDS.map(({ name }) => name).join() },
  },
})

function wholeNumber(option: 'networks' | 'first' | 'seed' | 'vectors' | 'jobs', least: number): number {
  const value = Number(values[option])
  if (Number.isSafeInteger(value) && value >= least) return value
  console.error(`--${option} is a whole number from ${least} on, not "${values[option]}"`)
  process.exit(2)
}

const networks = wholeNumber('networks', 1)
const first = wholeNumber('first', 0)
const seed = wholeNumber('seed', 0)
const vectors = wholeNumber('vectors', 1)
const jobs = wholeNumber('jobs', 1)

const backends: Backend[] = []
for (const name of values.backends.split(',').filter((part) => part !== '')) {
  const backend = BACKENDS.find((known) => known.name === name)
  if (backend === undefined) {
    console.error(`there is no backend "${name}", only ${BACKENDS.map((known) => known.name).join(', ')}`)
    process.exit(2)
  }
  const missing = await backend.missing()
  if (missing === null) backends.push(backend)
  else console.log(`${name}: skipped, for ${missing} is not installed`)
}

const coverage = new Coverage()
const totals = new Map<Outcome['backend'], { networks: number; wrong: number; seconds: number }>()
let next = first
let done = 0
await Promise.all(
  Array.from({ length: jobs }, async () => {
    while (next < first + networks) await one(next++)
  }),
)

console.log('| backend | networks | vectors | networks that differ | s |')
console.log('|---|---|---|---|---|')
for (const name of ['software', ...backends.map((backend) => backend.name)] as const) {
  const { networks, wrong, seconds } = totals.get(name) ?? { networks: 0, wrong: 0, seconds: 0 }
  console.log(`| ${name} | ${networks} | ${networks * vectors} | ${wrong} | ${seconds.toFixed(0)} |`)
}
console.log(coverage.summary())
const missing = networks < COMPLETE ? [] : coverage.missing()
if (missing.length > 0) console.log(`did not occur: ${missing.join('; ')}`)
const wrong = [...totals.values()].some((total) => total.wrong > 0)
process.exitCode = wrong || missing.length > 0 ? 1 : 0

async function one(index: number): Promise<void> {
  const { outcomes, ...made } = await runNetwork({ seed, index, vectors, backends })
  coverage.add(made)
  for (const { backend, problem, seconds } of outcomes) {
    const total = totals.get(backend) ?? { networks: 0, wrong: 0, seconds: 0 }
    totals.set(backend, {
      networks: total.networks + 1,
      wrong: total.wrong + (problem === null ? 0 : 1),
      seconds: total.seconds + seconds,
    })
    if (problem !== null) console.log(`seed ${seed}, network ${index}, ${backend}: ${problem}`)
  }
  done++
  if (done % 10 === 0 && done < networks) console.error(`${done} of ${networks} networks`)
}
