import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import type { Result } from '../../lang/diagnostics/diagnostic.js'
import { toolFailed } from '../../lang/diagnostics/messages/tools.js'
import { excerpt, firstComplaint, runTool } from './process.js'

export interface YosysRequest {
  /** Commands separated by `;` or line breaks. */
  readonly script: string
  /** Files that the script reads, by name. */
  readonly files: { readonly [name: string]: string }
  /** Files that it writes and that are wanted back. */
  readonly outputs: readonly string[]
  /** As in `failed while reading the emitted Verilog`. */
  readonly doing: string
  /** A Yosys of the system to run instead of the one that comes as a package. */
  readonly system?: SystemYosys | undefined
}

export interface SystemYosys {
  readonly program: string
  readonly version: string
  /** Where temporary folders are made. */
  readonly scratch: string
  readonly timeoutSeconds: number
}

export interface YosysAnswer {
  readonly version: string
  readonly outputs: { readonly [name: string]: string }
}

/** What the worker says of a run: Yosys throws an `Exit` where it ends with an error. */
type Reply =
  | { readonly id: number; readonly version: string; readonly outputs: { readonly [name: string]: string } }
  | { readonly id: number; readonly log: string }

/**
 * Runs inside the worker. It is text because a worker's file would have another name when run from source; it only
 * loads the package and hands files in and out. Yosys blocks its thread while it runs, which is why it gets one.
 */
const WORKER = `
const { parentPort, workerData } = require('node:worker_threads')
const loaded = import(workerData)
const text = (value) => (typeof value === 'string' ? value : new TextDecoder().decode(value))
parentPort.on('message', async ({ id, script, files, outputs }) => {
  const log = []
  const keep = (bytes) => { if (bytes !== null) log.push(text(bytes)) }
  try {
    const yosys = await loaded
    const tree = await yosys.runYosys(['-q', '-p', script], files, { stdout: keep, stderr: keep })
    const wanted = outputs.filter((name) => tree[name] !== undefined).map((name) => [name, text(tree[name])])
    parentPort.postMessage({ id, version: yosys.version, outputs: Object.fromEntries(wanted) })
  } catch (error) {
    parentPort.postMessage({ id, log: log.join('') || String(error && error.message || error) })
  }
})
`

/** A loaded Yosys holds some hundred megabytes, so it goes when it has had nothing to do for so long. */
const IDLE_MS = 10_000

let worker: Worker | null = null
let idle: NodeJS.Timeout | undefined
let runs = 0
const waiting = new Map<number, (reply: Reply) => void>()

/**
 * Runs a script in the Yosys that comes as a package, so that nothing has to be installed. The first run of a process
 * takes some seconds to load it. Runs queue up: one thread does them all. A complaint of Yosys is a diagnostic.
 */
export async function runYosysScript(request: YosysRequest): Promise<Result<YosysAnswer>> {
  if (request.system !== undefined) return runSystemYosys(request, request.system)
  const reply = await ask(request)
  if ('log' in reply) {
    const problem = firstComplaint(reply.log) ?? 'no message'
    return {
      ok: false,
      error: toolFailed({ tool: 'Yosys', doing: request.doing, problem, output: excerpt(reply.log) }),
    }
  }
  return { ok: true, value: { version: reply.version, outputs: reply.outputs } }
}

async function runSystemYosys(request: YosysRequest, system: SystemYosys): Promise<Result<YosysAnswer>> {
  await mkdir(system.scratch, { recursive: true })
  const folder = await mkdtemp(join(system.scratch, 'hgq-yosys-'))
  try {
    for (const [name, text] of Object.entries(request.files)) await writeFile(join(folder, name), text)
    const ran = await runTool({
      tool: 'Yosys',
      program: system.program,
      arguments: ['-q', '-p', request.script],
      folder,
      purpose: { infinitive: 'estimate the resources of the design', gerund: request.doing },
      timeoutSeconds: system.timeoutSeconds,
      complaint: /^ERROR:/,
    })
    if (!ran.ok) return ran
    const outputs: Record<string, string> = {}
    for (const name of request.outputs) {
      const text = await readFile(join(folder, name), 'utf8').catch(() => undefined)
      if (text !== undefined) outputs[name] = text
    }
    return { ok: true, value: { version: system.version, outputs } }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

function ask(request: YosysRequest): Promise<Reply> {
  const thread = workerOf()
  const id = runs++
  return new Promise((resolve) => {
    waiting.set(id, resolve)
    thread.ref()
    thread.postMessage({ id, script: request.script, files: request.files, outputs: request.outputs })
  })
}

function workerOf(): Worker {
  clearTimeout(idle)
  if (worker !== null) return worker
  const thread = new Worker(WORKER, { eval: true, workerData: import.meta.resolve('@yowasp/yosys') })
  worker = thread
  const ended = (log: string): void => {
    if (worker !== thread) return
    worker = null
    for (const id of [...waiting.keys()]) settle({ id, log })
  }
  thread.on('message', settle)
  thread.on('error', (error) => ended(String(error)))
  thread.on('exit', (code) => ended(`its thread ended with code ${code}`))
  return thread
}

function settle(reply: Reply): void {
  waiting.get(reply.id)?.(reply)
  waiting.delete(reply.id)
  if (waiting.size > 0 || worker === null) return
  // An idle thread must not keep the process alive.
  const thread = worker
  thread.unref()
  idle = setTimeout(() => {
    worker = null
    void thread.terminate()
  }, IDLE_MS).unref()
}
