import type { Action } from '../../compiler/plan/action.js'
import { canonicalJson } from '../../compiler/plan/canonical-json.js'
import type { Diagnostic } from '../../lang/diagnostics/diagnostic.js'
import type { Emit } from '../events.js'
import { digestOf } from '../store/digest.js'
import type { ActionRecord } from '../store/record.js'
import type { Commit } from '../store/store.js'
import { type Decision, keyOf, outputOf } from './decide.js'
import type { Sources } from './execute.js'
import { type FailureContext, type Failures, fromSource } from './failures.js'
import { known } from './known.js'
import { CANCELLED, type Outcome } from './outcome.js'
import type { SlotRequest } from './slots.js'
import type { ActionRunner, PartOfTask, TaskSettings } from './task.js'

export interface PerformContext extends FailureContext {
  readonly sources: Sources
  readonly runner: ActionRunner
  readonly emit: Emit
}

/** What an action reads is no longer what its key was made from. */
export interface InputsChanged {
  readonly state: 'inputs-changed'
  /** An output of another action whose stored content is damaged or gone; null where a file was edited. */
  readonly damaged: { readonly address: string; readonly role: string } | null
}

/** Results of the actions that an action reads, by address. */
export type Records = ReadonlyMap<string, ActionRecord>

/** What the build says of an action. */
export interface Turn {
  /** It is left as soon as nothing is done for the action any more. */
  readonly slot: SlotRequest
  /** Nothing is started any more. */
  readonly stopped: () => boolean
  readonly settings: () => TaskSettings
}

/** Finds or makes the results of actions whose keys are known, each in its slot and under the lock of its key. */
export class Performer {
  readonly #context: PerformContext
  readonly #failures: Failures
  /** What was said already, by action: one whose result is damaged runs once more. */
  readonly #told = new Set<string>()

  constructor(context: PerformContext, failures: Failures) {
    this.#context = context
    this.#failures = failures
  }

  /** Never rejects for what can be expected to go wrong. */
  async perform(
    action: Action,
    decision: Decision,
    records: Records,
    { slot, stopped, settings }: Turn,
  ): Promise<Outcome | InputsChanged> {
    if (decision.record !== null) return this.hit(action, decision.record)
    const { store, signal } = this.#context
    await slot.take()
    try {
      if (stopped()) return CANCELLED
      const lock = store.lock(decision.key)
      const held = await lock.acquire(async () => (await store.find(decision.key)) !== null, signal)
      try {
        const found = await store.find(decision.key)
        if (found !== null) return this.hit(action, found)
        const inputs = await this.#readInputs(action, decision, records)
        return inputs instanceof Map ? await this.#run(action, decision, inputs, settings()) : inputs
      } finally {
        // How the work ended is what counts. A lock that stays is of a result that is stored, which nobody asks for; or it
        // is taken for stale in time, and whoever may not remove it then is told so.
        if (held === 'held') await lock.release().catch(() => undefined)
      }
    } catch (error) {
      return this.#failures.thrown(action, error)
    } finally {
      slot.leave()
    }
  }

  /** The outcome of an action whose result was there. What it said when it ran holds for the result, and is said again. */
  hit(action: Action, record: ActionRecord): Outcome {
    const { address, kind } = action
    for (const diagnostic of record.messages) this.#tell(action, diagnostic)
    this.#context.emit({ type: 'action-finished', address, kind, key: record.key, how: 'hit', milliseconds: 0 })
    return { state: 'done', key: record.key, record, how: 'hit' }
  }

  #tell(action: Action, diagnostic: Diagnostic): void {
    const told = `${action.address} ${diagnostic.code} ${diagnostic.message}`
    if (this.#told.has(told)) return
    this.#told.add(told)
    const { address } = action
    this.#context.emit({ type: 'message', diagnostic: this.#failures.annotated(action, diagnostic), address })
  }

  /** The contents that the key was made from. */
  async #readInputs(
    action: Action,
    decision: Decision,
    records: Records,
  ): Promise<Map<string, Uint8Array> | InputsChanged> {
    const { sources, store } = this.#context
    const contents = new Map<string, Uint8Array>()
    for (const [role, input] of Object.entries(action.inputs)) {
      if (input.from === 'file') {
        const content = await fromSource(input.path, sources.read(input.path))
        if (digestOf(content) !== decision.inputs.get(role)) return { state: 'inputs-changed', damaged: null }
        contents.set(role, content)
      } else {
        const content = await store.read(outputOf(known(records, input.address), input.role))
        if (content === null) return { state: 'inputs-changed', damaged: { address: input.address, role: input.role } }
        contents.set(role, content)
      }
    }
    return contents
  }

  async #run(
    action: Action,
    decision: Decision,
    inputs: ReadonlyMap<string, Uint8Array>,
    settings: TaskSettings,
  ): Promise<Outcome> {
    const { emit, runner, store } = this.#context
    const { address, kind } = action
    const { key } = decision
    emit({ type: 'action-started', address, kind, key })
    const begin = performance.now()
    const messages: Diagnostic[] = []
    const params = plainParams(action)
    const result = await runner.run(
      { kind, params, inputs, settings, hints: action.hints ?? {} },
      {
        onProgress: (progress) => emit({ type: 'action-progress', address, progress }),
        onMessage: (diagnostic) => {
          messages.push(diagnostic)
          this.#tell(action, diagnostic)
        },
      },
    )
    const milliseconds = Math.round(performance.now() - begin)
    const { inputs: digests, fingerprint } = decision
    const common = { kind, address, inputs: digests, fingerprint, messages, milliseconds }
    if (!result.ok) {
      const { part = null } = result
      if (part !== null) await this.#keep(action, part, common)
      return this.#failures.failed(action, result.error)
    }
    const committed = await store.commit({ ...common, key, params, outputs: result.value })
    if (!committed.ok) return this.#failures.failed(action, committed.error)
    emit({ type: 'action-finished', address, kind, key, how: 'ran', milliseconds })
    return { state: 'done', key, record: committed.value, how: 'ran' }
  }

  /** Stores what an action that failed had done by then, under the key of the action that asks for that alone. */
  async #keep(action: Action, part: PartOfTask, common: Omit<Commit, 'key' | 'params' | 'outputs'>): Promise<void> {
    const params = plainParams(part)
    const key = keyOf({ ...action, params }, common.inputs, common.fingerprint)
    const kept = await this.#context.store.commit({ ...common, key, params, outputs: part.outputs })
    if (kept.ok) return
    const { address } = action
    this.#context.emit({ type: 'message', diagnostic: this.#failures.annotated(action, kept.error), address })
  }
}

/** What was hashed is what is read, down to the order of the entries. */
function plainParams({ params }: Pick<Action, 'params'>): Action['params'] {
  return JSON.parse(canonicalJson(params)) as Action['params']
}
