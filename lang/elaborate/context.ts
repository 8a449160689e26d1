import type { CheckedModule, CheckedProgram } from '../check/result.js'
import type { Diagnostic } from '../diagnostics/diagnostic.js'
import { tooLarge } from '../diagnostics/messages/check-networks.js'
import type { LanguageHost } from '../host.js'
import type { Span } from '../source.js'
import type { NetworkDraft, Scope } from './network/draft.js'
import type { Frames } from './network/frames.js'
import { type Arguments, failed, type Value } from './value.js'

const MOST_STEPS = 2_000_000
/** Items of a list. */
export const LONGEST_LIST = 100_000
/** Elements of a tensor. */
export const LARGEST_TENSOR = 2 ** 26

/** Thrown when evaluation has to end early; the reason has been reported. Caught by `elaborate`. */
export class TooLarge extends Error {}

/** What the elaboration of one program shares. */
export class Elaboration {
  readonly checked: CheckedProgram
  readonly host: LanguageHost
  readonly diagnostics: Diagnostic[] = []
  /** Values of top-level `let`s. */
  readonly constants = new Map<object, Value>()
  /** Entries of declarations, evaluated once for each value. */
  readonly entries = new Map<Value, Arguments>()
  /** Whether the checker found an error: then what is evaluated may lead to a name that means nothing. */
  readonly mistaken: boolean
  readonly #reported = new Set<string>()
  #steps = 0

  constructor(checked: CheckedProgram, host: LanguageHost) {
    this.checked = checked
    this.host = host
    this.mistaken = checked.diagnostics.some(({ severity }) => severity === 'error')
  }

  /** How often something was reported, repetitions included: whether it grew tells that a part failed. */
  failures = 0

  /** Reports once per place and code: one network may be expanded many times. */
  report(diagnostic: Diagnostic): void {
    this.failures++
    this.warn(diagnostic)
  }

  /** Reports, once as well, what stops nothing. */
  warn(diagnostic: Diagnostic): void {
    const { code, span } = diagnostic
    const key = `${code} ${span?.file} ${span?.start} ${span?.end}`
    if (this.#reported.has(key)) return
    this.#reported.add(key)
    this.diagnostics.push(diagnostic)
  }

  /** Reports, and gives the value that silences what depends on it. */
  fail(diagnostic: Diagnostic, span: Span): Value {
    this.report(diagnostic)
    return failed(span)
  }

  module(path: string): CheckedModule {
    const module = this.checked.modules.get(path)
    if (module === undefined) throw new Error(`the checked program has no module "${path}"`)
    return module
  }

  /** Counts the steps anew: what follows does not depend on what was too large. */
  restart(): void {
    this.#steps = 0
  }

  /** Counts one step of evaluation; stops everything when there are too many. */
  step(env: Env, span: Span): void {
    if (++this.#steps > MOST_STEPS) this.stop(env, span, 'this evaluation', MOST_STEPS)
  }

  /** Ends the elaboration: what follows would be too large to unfold. */
  stop(env: Env, span: Span, what: string, limit: number): never {
    this.report(tooLarge({ ...placeFor(env, span), what, limit }))
    throw new TooLarge()
  }

  get prelude(): CheckedModule {
    return this.checked.prelude
  }
}

/** Where an expression is evaluated. */
export interface Env {
  readonly elaboration: Elaboration
  readonly module: CheckedModule
  /** Locals of the body, or parameters of the declaration. A body has no shadowing, so one map serves it. */
  readonly locals: Map<string, Value>
  readonly frames: Frames
  /** Undefined outside the bodies of architectures and layers. */
  readonly body: Body | undefined
}

/** A body of an architecture or a layer while it is expanded. */
export interface Body {
  readonly draft: NetworkDraft
  readonly scope: Scope
  /** Calls that led here, outermost first. */
  readonly calls: readonly CallSite[]
  /** Statements that declare a name, to point at in messages. */
  readonly declaredAt: Map<string, Span>
}

export interface CallSite {
  readonly callee: string
  readonly span: Span
}

/**
 * Where to point for something wrong at `span`: in the user's own files, at the call that led into the library when
 * `span` lies there. `related` tells the rest of the way.
 */
export function placeFor(
  env: Pick<Env, 'body'>,
  span: Span,
): { readonly span: Span; readonly related: readonly { readonly span: Span; readonly text: string }[] } {
  const calls = env.body?.calls ?? []
  if (!isLibrary(span)) {
    const last = calls.at(-1)
    return { span, related: last === undefined ? [] : [{ span: last.span, text: `in this call of '${last.callee}'` }] }
  }
  const index = calls.findLastIndex((call) => !isLibrary(call.span))
  const call = calls[index]
  if (call === undefined) return { span, related: [] }
  return { span: call.span, related: [{ span, text: `needed here, inside '${call.callee}'` }] }
}

function isLibrary(span: Span): boolean {
  return span.file.startsWith('std/')
}
