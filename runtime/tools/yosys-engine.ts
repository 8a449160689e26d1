import { Worker } from 'node:worker_threads'
import type { Result } from '../../lang/diagnostics/diagnostic.js'
import { toolFailed } from '../../lang/diagnostics/messages/tools.js'
import { excerpt, firstComplaint } from './process.js'

export interface YosysRequest {
  /** Commands separated by `;` or line breaks. */
  readonly script: string
  /** Files that the script reads, by name. */
  readonly files: { readonly [name: string]: string }
  /** Files that it writes and that are wanted back. */
  readonly outputs: readonly string[]
  /** As in `failed while reading the emitted Verilog`. */
  readonly doing: string
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

let worker: Worker | null = null
let runs = 0
const waiting = new Map<number, (reply: Reply) => void>()

/**
 * Runs a script in the Yosys that comes as a package, so that nothing has to be installed. The first run of a process
 * takes some seconds to load it. Runs queue up: one thread does them all. A complaint of Yosys is a diagnostic.
 */
export async function runYosysScript(request: YosysRequest): Promise<Result<YosysAnswer>> {
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
  if (worker !== null) return worker
  const thread = new Worker(WORKER, { eval: true, workerData: import.meta.resolve('@yowasp/yosys') })
  worker = thread
  thread.on('message', (reply: Reply) => settle(reply))
  thread.on('error', (error) => {
    worker = null
    for (const id of [...waiting.keys()]) settle({ id, log: String(error) })
  })
  return thread
}

function settle(reply: Reply): void {
  waiting.get(reply.id)?.(reply)
  waiting.delete(reply.id)
  // An idle thread must not keep the process alive.
  if (waiting.size === 0) worker?.unref()
}
