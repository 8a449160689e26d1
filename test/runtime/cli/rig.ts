import { type ChildProcess, spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { randomKey, uniformAt } from '../../../compiler/numeric/random.js'
import { whenTestEnds } from '../../kit.js'

const main = fileURLToPath(
  new URL(
    import.meta.url.endsWith('.ts') ? '../../../runtime/cli/main.ts' : '../../../runtime/cli/main.js',
    import.meta.url,
  ),
)

/** The words that start the real command. */
export const COMMAND: readonly [string, ...string[]] = [process.execPath, ...process.execArgv, main]

export interface Finished {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
}

export interface Started {
  readonly child: ChildProcess
  readonly finished: Promise<Finished>
  /** Resolves once standard output holds `text`. */
  printed(text: string): Promise<void>
}

/** Starts the real command in a folder; it does not outlive the test. `fault` names the place where it is to be killed, `within` is what starts it. */
export function start(
  folder: string,
  args: readonly string[],
  fault?: string,
  within: readonly string[] = [],
): Started {
  const [program = '', ...rest] = [...within, ...COMMAND]
  const child = spawn(program, [...rest, ...args], {
    cwd: folder,
    env: { ...process.env, NO_COLOR: '1', NODE_ENV: 'test', ...(fault === undefined ? {} : { HGQ_FAULT: fault }) },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  whenTestEnds(() => child.kill('SIGKILL'))
  let stdout = ''
  let stderr = ''
  const waiting: { readonly text: string; readonly resolve: () => void }[] = []
  child.stdout.on('data', (chunk: Buffer) => {
    stdout += chunk.toString('utf8')
    for (const each of waiting) if (stdout.includes(each.text)) each.resolve()
  })
  child.stderr.on('data', (chunk: Buffer) => {
    stderr += chunk.toString('utf8')
  })
  const finished = new Promise<Finished>((resolve) => {
    child.on('close', (code, signal) => {
      for (const each of waiting) each.resolve()
      resolve({ code, signal, stdout, stderr })
    })
  })
  const printed = (text: string): Promise<void> =>
    new Promise((resolve) => (stdout.includes(text) ? resolve() : waiting.push({ text, resolve })))
  return { child, finished, printed }
}

export function hgq(folder: string, args: readonly string[], fault?: string): Promise<Finished> {
  return start(folder, args, fault).finished
}

/** Three classes of points in four dimensions that a small network can tell apart. */
export const sample = `hgq 1

import "std/layers" { dense, relu }
import "std/quantizers" { per_parameter }
import "std/devices" { xcvu13p, xcvu9p }

dataset points {
  source = csv("points.csv")
  labels = "class"
  split = { train = 60 %, validation = 20 %, test = 20 % }
  standardize = true
  seed = 1
}

architecture tagger() {
  input x[4]
  let inner = x |> dense(4) |> relu
  output inner |> dense(3)
}

train scan {
  model = tagger() with per_parameter
  dataset = points
  loss = cross_entropy
  metric = accuracy
  optimizer = adam(rate = 2e-2)
  epochs = 6
  batch = 64
  pressure = geometric(1e-6, 1e-4)
  keep = pareto(accuracy, ebops, size = 4)
  seed = 7
}

budget small {
  ebops <= 100_000
  lut <= 100_000
}

target fast { device = xcvu13p, clock = 200 MHz, language = verilog }
target slow { device = xcvu9p, clock = 10 ns, language = verilog }

build tagger_build {
  from = scan
  within = small
  targets = [fast]
}
`

/** Writes the sample, with its data, into a folder. */
export function writeSample(folder: string, text: string = sample): void {
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'pipeline.hgq'), text)
  // The simulator that starts fastest for a tiny design.
  writeFileSync(join(folder, 'hgq.config.json'), '{ "simulator": "netlist" }\n')
  const key = randomKey(5, 'points')
  const lines = ['a,b,c,d,class']
  for (let row = 0; row < 400; row++) {
    const kind = row % 3
    const values = [0, 1, 2, 3].map((column) => (kind === column ? 1 : 0) + uniformAt(key, row * 4 + column))
    lines.push(`${values.map((value) => value.toFixed(3)).join(',')},${['red', 'green', 'blue'][kind]}`)
  }
  writeFileSync(join(folder, 'points.csv'), `${lines.join('\n')}\n`)
}

/** Digest of every file under a folder, by path. */
export function tree(folder: string): Readonly<Record<string, string>> {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((path) =>
    statSync(join(folder, path)).isFile(),
  )
  return Object.fromEntries(
    files.sort().map((path) => [
      path,
      createHash('sha256')
        .update(readFileSync(join(folder, path)))
        .digest('hex'),
    ]),
  )
}

/** The steps that ran, in order, of a command with `--reporter ndjson`. */
export function stepsRun(finished: Finished): readonly string[] {
  return finished.stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as { readonly type: string; readonly address?: string })
    .flatMap((event) => (event.type === 'action-started' && event.address !== undefined ? [event.address] : []))
}
