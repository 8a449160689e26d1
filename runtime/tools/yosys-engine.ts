import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import type { Result } from '../../lang/diagnostics/diagnostic.js'
import { toolFailed, toolTimedOut } from '../../lang/diagnostics/messages/tools.js'
import { ignoreMissing } from '../store/files.js'
import { excerpt, firstComplaint, LONGEST_SECONDS, runTool } from './process.js'
import { inTemporaryFolder } from './temporary-folder.js'

export interface YosysRequest {
  /** Commands separated by `;` or line breaks. */
  readonly script: string
  /** Files that the script reads, by name. */
  readonly files: { readonly [name: string]: string }
  /** Files that it writes and that are wanted back. */
  readonly outputs: readonly string[]
  /** As in `failed while reading the emitted Verilog`. */
  readonly doing: string
  /** How long it may run; left out, as long as it takes. */
  readonly timeoutSeconds?: number | undefined
  /** The setting that says so, where one does. */
  readonly setting?: 'toolTimeout' | undefined
  /** A Yosys of the system to run instead of the one that comes as a package. */
  readonly system?: SystemYosys | undefined
}

export interface SystemYosys {
  readonly program: string
  readonly version: string
  /** Where temporary folders are made. */
  readonly scratch: string
}

export interface YosysAnswer {
  readonly version: string
  readonly outputs: { readonly [name: string]: string }
}

/** How a run ended: Yosys throws an `Exit` where it ends with an error. */
type Reply =
  | { readonly id: number; readonly version: string; readonly outputs: { readonly [name: string]: string } }
  | { readonly id: number; readonly log: string }
  | { readonly id: number; readonly timedOut: number }

/** What the worker says: that a run has begun, and how it ended. */
type Message = Reply | { readonly id: number; readonly begun: true }

interface Waiting {
  readonly request: YosysRequest
  readonly resolve: (reply: Reply) => void
}

/**
 * Runs inside the worker. It is text because a worker's file would have another name when run from source; it only
 * loads the package and hands files in and out. Yosys blocks its thread while it runs, which is why it gets one.
 */
const WORKER = `
const { parentPort, workerData } = require('node:worker_threads')
const loaded = import(workerData)
const text = (value) => (typeof value === 'string' ? value : new TextDecoder().decode(value))
let last = loaded.catch(() => undefined)
parentPort.on('message', (request) => { last = last.then(() => run(request)) })
async function run({ id, script, files, outputs }) {
  parentPort.postMessage({ id, begun: true })
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
}
`

/** A loaded Yosys holds some hundred megabytes, so it goes when it has had nothing to do for so long. */
const IDLE_MS = 10_000

let worker: Worker | null = null
let idle: NodeJS.Timeout | undefined
let runs = 0
const waiting = new Map<number, Waiting>()
/** Of the run that has begun. */
let limit: NodeJS.Timeout | undefined

/**
 * Runs a script in the Yosys that comes as a package, so that nothing has to be installed. The first run of a process
 * takes some seconds to load it. Runs queue up: one thread does them all. A complaint of Yosys is a diagnostic, and so is a
 * run that takes too long, counted from its own begin.
 */
export async function runYosysScript(request: YosysRequest): Promise<Result<YosysAnswer>> {
  if (request.system !== undefined) return runSystemYosys(request, request.system)
  const reply = await ask(request)
  if ('timedOut' in reply) {
    const { doing, setting } = request
    return { ok: false, error: toolTimedOut({ tool: 'Yosys', doing, seconds: reply.timedOut, setting }) }
  }
  if ('log' in reply) {
    const problem = firstComplaint(reply.log) ?? 'no message'
    return {
      ok: false,
      error: toolFailed({ tool: 'Yosys', doing: request.doing, problem, output: excerpt(reply.log) }),
    }
  }
  return { ok: true, value: { version: reply.version, outputs: reply.outputs } }
}

function runSystemYosys(request: YosysRequest, system: SystemYosys): Promise<Result<YosysAnswer>> {
  return inTemporaryFolder(system.scratch, 'hgq-yosys-', Object.entries(request.files), async (folder) => {
    const ran = await runTool({
      tool: 'Yosys',
      program: system.program,
      arguments: ['-q', '-p', request.script],
      folder,
      purpose: { infinitive: 'estimate the resources of the design', gerund: request.doing },
      timeoutSeconds: request.timeoutSeconds ?? LONGEST_SECONDS,
      setting: request.setting,
      complaint: /^ERROR:/,
    })
    if (!ran.ok) return ran
    const outputs: Record<string, string> = {}
    for (const name of request.outputs) {
      const text = await readFile(join(folder, name), 'utf8').catch(ignoreMissing)
      if (text !== undefined) outputs[name] = text
    }
    return { ok: true, value: { version: system.version, outputs } }
  })
}

function ask(request: YosysRequest): Promise<Reply> {
  const id = runs++
  return new Promise((resolve) => {
    waiting.set(id, { request, resolve })
    post(id, request)
  })
}

function post(id: number, { script, files, outputs }: YosysRequest): void {
  const thread = workerOf()
  thread.ref()
  thread.postMessage({ id, script, files, outputs })
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
  thread.on('message', (message: Message) => {
    // It may have sent this before it was terminated.
    if (worker !== thread) return
    if ('begun' in message) watch(message.id)
    else settle(message)
  })
  thread.on('error', (error) => ended(String(error)))
  // What cannot be received is waited for in vain.
  thread.on('messageerror', (error) => {
    ended(String(error))
    void thread.terminate()
  })
  thread.on('exit', (code) => ended(`its thread ended with code ${code}`))
  return thread
}

/** Ends the run when its time is up. Only with its thread can it be ended, so the runs behind it go to another one. */
function watch(id: number): void {
  const seconds = waiting.get(id)?.request.timeoutSeconds
  if (seconds === undefined) return
  limit = setTimeout(() => {
    void worker?.terminate()
    worker = null
    settle({ id, timedOut: seconds })
    for (const [next, { request }] of waiting) post(next, request)
  }, Math.min(seconds, LONGEST_SECONDS) * 1000)
}

function settle(reply: Reply): void {
  clearTimeout(limit)
  waiting.get(reply.id)?.resolve(reply)
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
