// Runs every test file in a process of its own and fails when anything is amiss that uvu alone would let pass: a file
// that registers nothing, a suite that never ran, a crash, a hang, a total that shrank.
//
//   node dist/test/run.js [part of a file name]…      also from source: tsx test/run.ts
import { type ChildProcess, spawn } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { dirname, join, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import { stripVTControlCharacters } from 'node:util'

/** Fewer tests than this in a full run mean that some were lost. Raise it as the suite grows. */
const LEAST_TESTS = 1200
const FILE_TIMEOUT_MS = 15 * 60_000
const FILES_AT_ONCE = 2
/** What a file that has ended leaves behind may hold its outputs open for so long. */
const LEFT_BEHIND_MS = 5_000

interface Outcome {
  readonly file: string
  readonly passed: number
  readonly failed: number
  readonly skipped: number
  /** Why the file as a whole is bad, beside its failing tests. */
  readonly faults: readonly string[]
  readonly output: string
  readonly seconds: number
}

const folder = dirname(fileURLToPath(import.meta.url))
const suffix = import.meta.url.endsWith('.ts') ? '.test.ts' : '.test.js'
const patterns = process.argv.slice(2)
const started = performance.now()

const files = testFiles().filter(
  (file) => patterns.length === 0 || patterns.some((pattern) => slashed(file).includes(pattern)),
)
const outcomes: Outcome[] = []
const running = new Set<ChildProcess>()
// Each leads a group of its own, which no Ctrl-C reaches.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => {
    for (const child of running) endAll(child)
    process.exit(1)
  })
}
await Promise.all(Array.from({ length: FILES_AT_ONCE }, worker))
process.exitCode = summarize() ? 0 : 1

/** Takes files from the common list until it is empty. */
async function worker(): Promise<void> {
  for (let file = files.shift(); file !== undefined; file = files.shift()) {
    const outcome = await runFile(file)
    outcomes.push(outcome)
    show(outcome)
  }
}

/** Slow files first, so that none of them is the only one left at the end. */
function testFiles(): string[] {
  const all = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith(suffix))
  const rank = (file: string): number => (file.includes('.slow.') ? 0 : 1)
  return all.sort((a, b) => rank(a) - rank(b) || (slashed(a) < slashed(b) ? -1 : 1))
}

function runFile(file: string): Promise<Outcome> {
  return new Promise((resolve) => {
    const begin = performance.now()
    const child = spawn(process.execPath, [...process.execArgv, join(folder, file)], {
      env: { ...process.env, NO_COLOR: '1', FORCE_COLOR: '0' },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    })
    running.add(child)
    const chunks: Buffer[] = []
    child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk))
    child.stderr.on('data', (chunk: Buffer) => chunks.push(chunk))
    let timedOut = false
    const timer = setTimeout(() => {
      timedOut = true
      endAll(child)
    }, FILE_TIMEOUT_MS)
    let left: NodeJS.Timeout | undefined
    child.on('exit', () => {
      left = setTimeout(() => {
        endAll(child)
        child.stdout.destroy()
        child.stderr.destroy()
      }, LEFT_BEHIND_MS)
    })
    child.on('close', (code, signal) => {
      clearTimeout(timer)
      clearTimeout(left)
      running.delete(child)
      const output = stripVTControlCharacters(Buffer.concat(chunks).toString('utf8'))
      const ending = timedOut ? `took longer than ${FILE_TIMEOUT_MS / 60_000} min` : endingOf(code, signal)
      resolve({ file, output, seconds: (performance.now() - begin) / 1000, ...count(output, ending) })
    })
  })
}

/** Ends a test file with all that it started. */
function endAll({ pid }: ChildProcess): void {
  try {
    if (pid !== undefined) process.kill(-pid, 'SIGKILL')
  } catch {
    // Nothing is left of it.
  }
}

function endingOf(code: number | null, signal: string | null): string | null {
  if (signal !== null) return `was ended by ${signal}`
  return code === 0 ? null : `exited with code ${code}`
}

/** What the output of one file says, against what the kit registered. */
function count(output: string, ending: string | null): Pick<Outcome, 'passed' | 'failed' | 'skipped' | 'faults'> {
  const registered = sum(output, /^@registered (\d+)$/gm)
  const skipped = sum(output, /^@skipped (\d+)$/gm)
  const total = last(output, /^ {2}Total: +(\d+)$/gm)
  const passed = last(output, /^ {2}Passed: +(\d+)$/gm)
  const faults: string[] = []
  if (total === null || passed === null) faults.push('printed no result')
  else if (total !== registered) faults.push(`registered ${registered} tests, ran ${total}`)
  if (registered + skipped === 0) faults.push('registered no test')
  const failed = (total ?? 0) - (passed ?? 0)
  // Failing tests make the exit code 1 by themselves; any other ending is a fault of the file.
  if (ending !== null && (failed === 0 || ending !== 'exited with code 1')) faults.push(ending)
  return { passed: passed ?? 0, failed, skipped, faults }
}

function sum(text: string, pattern: RegExp): number {
  return [...text.matchAll(pattern)].reduce((total, match) => total + Number(match[1]), 0)
}

function last(text: string, pattern: RegExp): number | null {
  const match = [...text.matchAll(pattern)].at(-1)
  return match === undefined ? null : Number(match[1])
}

function show(outcome: Outcome): void {
  const { file, passed, failed, skipped, faults, seconds } = outcome
  const good = failed === 0 && faults.length === 0
  const skips = skipped === 0 ? '' : `, ${skipped} skipped`
  console.log(`${good ? 'ok  ' : 'FAIL'} ${slashed(file)}  ${passed} passed${skips}  ${seconds.toFixed(1)} s`)
  for (const line of outcome.output.split('\n')) if (line.startsWith('  skipped: ')) console.log(line)
  if (good) return
  console.log(outcome.output.trimEnd())
  for (const fault of faults) console.log(`  ${slashed(file)} ${fault}`)
}

/** Prints the totals; the last line is the one that scripts read. */
function summarize(): boolean {
  const add = (of: (outcome: Outcome) => number): number => outcomes.reduce((total, each) => total + of(each), 0)
  const passed = add((each) => each.passed)
  const skipped = add((each) => each.skipped)
  // A file that is bad as a whole counts as one failure.
  let failed = add((each) => each.failed + (each.faults.length > 0 ? 1 : 0))
  for (const each of outcomes)
    if (each.failed > 0 || each.faults.length > 0) console.log(`failed: ${slashed(each.file)}`)
  if (outcomes.length === 0) {
    console.log(`no test file matches ${patterns.join(' ')}`)
    failed++
  }
  if (patterns.length === 0 && passed + skipped < LEAST_TESTS) {
    console.log(`only ${passed + skipped} tests; at least ${LEAST_TESTS} are expected`)
    failed++
  }
  console.log(`${outcomes.length} files in ${((performance.now() - started) / 1000).toFixed(0)} s`)
  console.log(`${passed} passed, ${failed} failed${skipped === 0 ? '' : `, ${skipped} skipped`}`)
  return failed === 0
}

function slashed(file: string): string {
  return file.split(sep).join('/')
}
