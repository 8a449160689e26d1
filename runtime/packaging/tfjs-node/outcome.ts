/** Why the addon cannot be built or used: where, what, and what the user can do about it. */
export interface Failure {
  /** A folder, a file or a program, e.g. `/opt/libtensorflow/lib`. */
  readonly place: string
  readonly cause: string
  readonly cure: string
}

export type Outcome<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly failure: Failure }

export function succeeded<T>(value: T): Outcome<T> {
  return { ok: true, value }
}

export function failed(failure: Failure): Outcome<never> {
  return { ok: false, failure }
}
