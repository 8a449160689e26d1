import type { Action, Digest, Plan } from '../../compiler/plan/action.js'
import type { Diagnostic } from '../../lang/diagnostics/diagnostic.js'
import { corruptBlob, storeUnusable } from '../../lang/diagnostics/messages/build.js'
import type { Fingerprints } from '../packaging/identity.js'
import type { ActionRecord } from '../store/record.js'
import { abandonedActions } from './abandoned.js'
import { type Decision, decide, outputOf } from './decide.js'
import { Failures, fromSource } from './failures.js'
import { known } from './known.js'
import { CANCELLED, type Outcome } from './outcome.js'
import { type PerformContext, Performer, type Records } from './perform.js'
import { type SlotRequest, Slots } from './slots.js'
import type { TaskSettings } from './task.js'
import { threadsOfTraining } from './threads.js'

/** Files that the pipeline names, by the path that it gives. */
export interface Sources {
  /** Rejects when the file cannot be read. */
  digest(path: string): Promise<Digest>
  read(path: string): Promise<Uint8Array>
}

export interface ExecuteRequest extends PerformContext {
  readonly plan: Plan
  readonly fingerprints: Fingerprints
  readonly settings: TaskSettings
  /** Actions that may run at once. */
  readonly jobs: number
  /** Asked after each action that is done: what its results make necessary. */
  readonly expand?: (action: Action, read: ReadOutput) => Promise<readonly Action[]>
}

/** The verified content of an output of an action that is done. Rejects with `LostResult` where it cannot be made again. */
export type ReadOutput = (address: string, role: string) => Promise<Uint8Array>

export interface ExecuteResult {
  /** By address; what is found to be damaged when it is read, and cannot be made again, is noted here as well. */
  readonly outcomes: ReadonlyMap<string, Outcome>
  /** Addresses of the actions that were not done although nothing that they depend on failed. */
  readonly abandoned: ReadonlySet<string>
  /** Makes again what is damaged, so it needs the runner. */
  readonly read: ReadOutput
}

/** Thrown where a result was damaged and could not be made again. Why is in the outcomes, and has been told. */
export class LostResult extends Error {}

/** An input that is damaged again and again means a failing disk. */
const MOST_REPAIRS = 5

/**
 * Does a plan: every action as soon as its inputs are there, `jobs` at a time, of those that are ready the first of the
 * plan first, each found in the store or run and stored. Equal keys run once. A damaged input is made again. Never rejects
 * for what can be expected to go wrong: that is in the outcomes.
 */
export async function execute(request: ExecuteRequest): Promise<ExecuteResult> {
  const execution = new Execution(request)
  execution.add(request.plan.actions)
  await execution.finished()
  const { outcomes, abandoned } = execution
  return { outcomes, abandoned, read: (address, role) => execution.read(address, role) }
}

class Execution {
  readonly outcomes = new Map<string, Outcome>()
  readonly #request: ExecuteRequest
  readonly #actions = new Map<string, Action>()
  /** By address, the place in the plan. */
  readonly #places = new Map<string, number>()
  readonly #slots: Slots
  /** Per address, the outcome to come; replaced while a damaged result is made again. */
  readonly #running = new Map<string, Promise<Outcome>>()
  /** Per key, what is being found or made at the moment. */
  readonly #byKey = new Map<Digest, Promise<Outcome | 'inputs-changed'>>()
  readonly #repairs = new Map<string, Promise<Outcome>>()
  readonly #performer: Performer
  readonly #failures: Failures
  readonly #followed: Promise<void>[] = []

  constructor(request: ExecuteRequest) {
    this.#request = request
    this.#slots = new Slots(Math.max(1, request.jobs))
    this.#failures = new Failures(request)
    this.#performer = new Performer(request, this.#failures)
    request.signal.addEventListener('abort', () => void request.runner.close(), { once: true })
  }

  add(actions: readonly Action[]): void {
    const fresh = actions.filter((action) => !this.#actions.has(action.address))
    for (const action of fresh) {
      this.#places.set(action.address, this.#places.size)
      this.#actions.set(action.address, action)
    }
    if (fresh.length > 0) {
      this.#request.emit({
        type: 'actions-planned',
        actions: fresh.map(({ address, kind }) => ({ address, kind })),
      })
    }
    for (const action of fresh) {
      const outcome = this.#obtain(action)
      this.#running.set(action.address, outcome)
      const followed = this.#follow(action, outcome)
      // One that fails while another is waited for must not end the program before its turn comes.
      followed.catch(() => undefined)
      this.#followed.push(followed)
    }
  }

  async finished(): Promise<void> {
    // The list grows while it is walked: following an action may add others.
    for (let index = 0; index < this.#followed.length; index++) await this.#followed[index]
  }

  get abandoned(): ReadonlySet<string> {
    return abandonedActions(this.#actions, this.outcomes)
  }

  async read(address: string, role: string): Promise<Uint8Array> {
    for (let attempt = 0; attempt < MOST_REPAIRS; attempt++) {
      const outcome = await this.#outcomeOf(address)
      if (outcome.state !== 'done') throw new LostResult(`${address} is not done`)
      const content = await this.#request.store.read(outputOf(outcome.record, role))
      if (content !== null) return content
      await this.#repair(address, role)
    }
    this.#renew(known(this.#actions, address), this.#comesBackChanged(known(this.#actions, address)))
    throw new LostResult(`"${role}" of ${address} is damaged whenever it is made`)
  }

  /** Notes the outcome, tells the view, and adds what the result makes necessary. */
  async #follow(action: Action, promise: Promise<Outcome>): Promise<void> {
    const outcome = await promise
    this.outcomes.set(action.address, outcome)
    const { address, kind } = action
    const { emit } = this.#request
    if (outcome.state === 'failed') this.#reportFailure(action, outcome.diagnostic)
    else if (outcome.state === 'cancelled') emit({ type: 'action-cancelled', address, kind })
    // After a failure as well: what is finished is to be known, and what is added then is not started.
    else if (!this.#request.signal.aborted) await this.#expand(action)
  }

  async #expand(action: Action): Promise<void> {
    const { expand } = this.#request
    if (expand === undefined) return
    try {
      this.add(await expand(action, (of, role) => this.read(of, role)))
    } catch (error) {
      if (!(error instanceof LostResult)) this.#renew(action, this.#failures.thrown(action, error))
    }
  }

  /** Notes how it went with an action that was done, when it is needed once more. */
  #renew(action: Action, outcome: Outcome): void {
    this.outcomes.set(action.address, outcome)
    if (outcome.state === 'failed') this.#reportFailure(action, outcome.diagnostic)
  }

  #reportFailure(action: Action, diagnostic: Diagnostic): void {
    this.#request.emit({ type: 'action-failed', address: action.address, kind: action.kind, diagnostic })
  }

  /** After a failure nothing new starts, unless what does not depend on it may go on. */
  get #stopped(): boolean {
    return this.#failures.final || this.#request.signal.aborted
  }

  #outcomeOf(address: string): Promise<Outcome> {
    const outcome = this.#running.get(address)
    if (outcome === undefined) throw new Error(`the plan reads ${address} before it is planned`)
    return outcome
  }

  /** Waits for the inputs, then finds or makes the result. Never rejects. */
  async #obtain(action: Action): Promise<Outcome> {
    try {
      return await this.#findOrMake(action)
    } catch (error) {
      return this.#failures.thrown(action, error)
    }
  }

  async #findOrMake(action: Action): Promise<Outcome> {
    for (let attempt = 0; attempt < MOST_REPAIRS; attempt++) {
      const records = new Map<string, ActionRecord>()
      for (const input of Object.values(action.inputs)) {
        if (input.from === 'file') continue
        const outcome = await this.#outcomeOf(input.address)
        if (outcome.state !== 'done') return CANCELLED
        records.set(input.address, outcome.record)
      }
      if (this.#stopped) return CANCELLED
      const slot = this.#slots.ask(known(this.#places, action.address))
      try {
        const decision = await this.#decide(action, records)
        const outcome = await this.#once(action, decision, records, slot)
        if (outcome !== 'inputs-changed') return outcome
      } finally {
        slot.leave()
      }
    }
    return this.#comesBackChanged(action)
  }

  #comesBackChanged(action: Action): Outcome {
    const { folder } = this.#request.store
    return this.#failures.failed(action, storeUnusable({ folder, reason: 'what is written to it comes back changed' }))
  }

  #decide(action: Action, records: Records): Promise<Decision> {
    const { store, fingerprints, sources } = this.#request
    return decide(action, {
      store,
      fingerprints,
      sourceDigest: (path) => fromSource(path, sources.digest(path)),
      outputDigest: (address, role) => outputOf(known(records, address), role).digest,
    })
  }

  /** Of actions with one key, the first finds or runs it and the others share what comes out. */
  async #once(
    action: Action,
    decision: Decision,
    records: Records,
    slot: SlotRequest,
  ): Promise<Outcome | 'inputs-changed'> {
    const twin = this.#byKey.get(decision.key)
    if (twin !== undefined) {
      // The twin may wait for a slot behind this one.
      slot.leave()
      const outcome = await twin
      if (outcome === 'inputs-changed' || outcome.state !== 'done') return outcome
      return this.#performer.hit(action, outcome.record)
    }
    const work = this.#findOrRun(action, decision, records, slot)
    this.#byKey.set(decision.key, work)
    try {
      return await work
    } finally {
      // A result in the store is found there; only what is under way is kept here.
      this.#byKey.delete(decision.key)
    }
  }

  async #findOrRun(
    action: Action,
    decision: Decision,
    records: Records,
    slot: SlotRequest,
  ): Promise<Outcome | 'inputs-changed'> {
    const outcome = await this.#performer.perform(action, decision, records, {
      slot,
      stopped: () => this.#stopped,
      settings: () => this.#settingsOf(action),
    })
    if (outcome.state !== 'inputs-changed') return outcome
    if (outcome.damaged !== null) await this.#repair(outcome.damaged.address, outcome.damaged.role)
    return 'inputs-changed'
  }

  /** Makes a result again whose stored content is damaged or gone. */
  #repair(address: string, role: string): Promise<Outcome> {
    const underWay = this.#repairs.get(address)
    if (underWay !== undefined) return underWay
    const repair = (async () => {
      const action = known(this.#actions, address)
      const again = this.#makeAgain(action, role)
      this.#running.set(address, again)
      const outcome = await again
      this.#repairs.delete(address)
      this.#renew(action, outcome)
      return outcome
    })()
    this.#repairs.set(address, repair)
    return repair
  }

  async #makeAgain(action: Action, role: string): Promise<Outcome> {
    const { address } = action
    const { store, emit } = this.#request
    const outcome = await this.#outcomeOf(address)
    try {
      if (outcome.state === 'done') await store.drop(outcome.key)
    } catch (error) {
      return this.#failures.thrown(action, error)
    }
    emit({ type: 'message', diagnostic: corruptBlob({ address, role, folder: store.quarantine }), address })
    return this.#obtain(action)
  }

  /** Trainings share the threads: those not done yet may run beside this one. */
  #settingsOf({ kind }: Action): TaskSettings {
    const { settings, jobs } = this.#request
    if (kind !== 'train') return settings
    const open = [...this.#actions.keys()].filter((address) => !this.outcomes.has(address))
    return { ...settings, threads: threadsOfTraining(settings.threads, jobs, open) }
  }
}
