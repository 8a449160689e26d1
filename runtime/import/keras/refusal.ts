import type { Diagnostic, Result } from '../../../lang/diagnostics/diagnostic.js'

/**
 * A model that cannot be imported. Reading one descends through lists of layers into their quantizers; whoever finds what is wrong throws
 * this, and `refusable` turns it into a value again, so that nothing in between has to hand results on.
 */
export class Refusal extends Error {
  readonly diagnostic: Diagnostic

  constructor(diagnostic: Diagnostic) {
    super(diagnostic.message)
    this.diagnostic = diagnostic
  }
}

/** Stops the import with this message. */
export function refuse(diagnostic: Diagnostic): never {
  throw new Refusal(diagnostic)
}

/** Runs `body`; a refusal within it becomes the error of the result. */
export async function refusable<T>(body: () => T | Promise<T>): Promise<Result<T>> {
  try {
    return { ok: true, value: await body() }
  } catch (error) {
    if (error instanceof Refusal) return { ok: false, error: error.diagnostic }
    throw error
  }
}
