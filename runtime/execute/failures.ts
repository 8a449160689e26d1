import type { Action } from '../../compiler/plan/action.js'
import type { Diagnostic } from '../../lang/diagnostics/diagnostic.js'
import { actionCrashed, sourceUnreadable } from '../../lang/diagnostics/messages/build.js'
import { errorReason } from '../store/files.js'
import type { Store } from '../store/store.js'
import { isRefusal, storeFailure } from '../store/write-failure.js'
import { CANCELLED, type Outcome } from './outcome.js'
import { Interrupted } from './task.js'

export interface FailureContext {
  readonly store: Store
  /** Fires when the user interrupts. */
  readonly signal: AbortSignal
  /** Completes a message of an action with what keys must not hold: places in the text. */
  readonly annotate?: (action: Action, diagnostic: Diagnostic) => Diagnostic
  /** Failures after which what does not depend on them may still start, e.g. a missed budget of one design. */
  readonly isLocal?: (diagnostic: Diagnostic) => boolean
}

/** What becomes of an action that cannot be done: a message for what can be expected to go wrong. */
export class Failures {
  readonly #context: FailureContext
  #final = false

  constructor(context: FailureContext) {
    this.#context = context
  }

  /** Whether nothing is to be started any more. It is known before the one that failed makes way for another. */
  get final(): boolean {
    return this.#final
  }

  failed(action: Action, diagnostic: Diagnostic): Outcome {
    if (this.#context.isLocal?.(diagnostic) !== true) this.#final = true
    return { state: 'failed', diagnostic: this.annotated(action, diagnostic) }
  }

  annotated(action: Action, diagnostic: Diagnostic): Diagnostic {
    return this.#context.annotate?.(action, diagnostic) ?? diagnostic
  }

  /** The outcome of an action that threw. */
  thrown(action: Action, error: unknown): Outcome {
    if (error instanceof Interrupted || this.#context.signal.aborted) return CANCELLED
    if (error instanceof SourceError) {
      return this.failed(
        action,
        sourceUnreadable({ path: error.path, reason: errorReason(error.cause), span: undefined }),
      )
    }
    // Whatever is written here, and by threads, is written to the store: locks, scratch files.
    const { folder } = this.#context.store
    if (isRefusal(error, folder)) {
      return this.failed(action, storeFailure(error, { folder, what: `the results of ${action.address}` }))
    }
    const reason = error instanceof Error ? (error.stack ?? error.message) : String(error)
    return this.failed(action, actionCrashed({ address: action.address, reason }))
  }
}

/** What is read of a source file; rejects with an error that `thrown` knows. */
export function fromSource<T>(path: string, reading: Promise<T>): Promise<T> {
  return reading.catch((error) => Promise.reject(new SourceError(path, error)))
}

class SourceError extends Error {
  readonly path: string

  constructor(path: string, cause: unknown) {
    super(path, { cause })
    this.path = path
  }
}
