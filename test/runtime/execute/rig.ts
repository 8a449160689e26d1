import { join } from 'node:path'
import type { Action, ActionInput, ActionKind } from '../../../compiler/plan/action.js'
import { canonicalJson } from '../../../compiler/plan/canonical-json.js'
import type { Plain } from '../../../lang/program.js'
import type { Event } from '../../../runtime/events.js'
import { type ExecuteRequest, type ExecuteResult, execute } from '../../../runtime/execute/execute.js'
import {
  type ActionRunner,
  Interrupted,
  type Task,
  type TaskEvents,
  type TaskResult,
} from '../../../runtime/execute/task.js'
import { digestOf } from '../../../runtime/store/digest.js'
import { Store } from '../../../runtime/store/store.js'
import { NO_TOOLS } from '../../fixtures/tools.js'

type Answer = TaskResult | Promise<TaskResult>

/** Runs nothing real: outputs are made from params and inputs, and every call is counted. Tests may take over. */
export class FakeRunner implements ActionRunner {
  readonly calls: Task[] = []
  /** The most that ran at once. */
  most = 0
  #running = 0
  #closed: ((error: Error) => void)[] = []
  readonly #answer: (task: Task, events: TaskEvents) => Answer

  constructor(answer: (task: Task, events: TaskEvents) => Answer = plainAnswer) {
    this.#answer = answer
  }

  async run(task: Task, events: TaskEvents): Promise<TaskResult> {
    this.calls.push(task)
    this.most = Math.max(this.most, ++this.#running)
    const closed = new Promise<never>((_, reject) => this.#closed.push(reject))
    closed.catch(() => undefined)
    try {
      return await Promise.race([this.#answer(task, events), closed])
    } finally {
      this.#running--
    }
  }

  close(): Promise<void> {
    for (const reject of this.#closed) reject(new Interrupted())
    return Promise.resolve()
  }
}

/** One output `out`, which names everything that went in. */
export function plainAnswer(task: Task): TaskResult {
  const inputs = [...task.inputs].map(([role, content]) => `${role}:${digestOf(content)}`).sort()
  return answer(`${task.kind} ${canonicalJson(task.params)} ${inputs.join(' ')}`)
}

export function answer(text: string): Extract<TaskResult, { ok: true }> {
  return { ok: true, value: new Map([['out', new TextEncoder().encode(text)]]) }
}

/** An action that reads output `out` of others. */
export function action(
  address: string,
  reads: readonly string[] = [],
  params: { readonly [name: string]: Plain } = {},
  kind: ActionKind = 'lower',
): Action {
  const inputs = Object.fromEntries(
    reads.map((from): [string, ActionInput] => [from, { from: 'action', address: from, role: 'out' }]),
  )
  return { address, kind, params: { self: address, ...params }, inputs, reads: [] }
}

export interface Run {
  readonly result: ExecuteResult
  readonly events: readonly Event[]
  /** Addresses that ran, in the order in which they began. */
  readonly ran: readonly string[]
  readonly hits: readonly string[]
  readonly store: Store
}

/** Executes a plan against the store in `folder`. */
export async function run(
  folder: string,
  actions: readonly Action[],
  options: Partial<ExecuteRequest> = {},
): Promise<Run> {
  const opened = await Store.open(join(folder, 'store'))
  if (!opened.ok) throw new Error(opened.error.message)
  const events: Event[] = []
  const result = await execute({
    plan: { actions },
    store: opened.value,
    fingerprints: () => 'code',
    sources: { digest: () => Promise.reject(new Error('no file')), read: () => Promise.reject(new Error('no file')) },
    runner: new FakeRunner(),
    settings: { downloads: folder, solutions: folder, scratch: folder, threads: 1, tools: NO_TOOLS },
    jobs: 2,
    emit: (event) => events.push(event),
    signal: new AbortController().signal,
    ...options,
  })
  await opened.value.close()
  const ran = events.flatMap((event) => (event.type === 'action-started' ? [event.address] : []))
  const hits = events.flatMap((event) =>
    event.type === 'action-finished' && event.how === 'hit' ? [event.address] : [],
  )
  return { result, events, ran, hits, store: opened.value }
}

export function stateOf(run: Run, address: string): string | undefined {
  return run.result.outcomes.get(address)?.state
}
