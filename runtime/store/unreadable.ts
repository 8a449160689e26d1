import { errorReason } from './files.js'

/** Thrown where a file of the store is there and the system does not let it be read: only the user can help that. */
export class StoreUnreadable extends Error {
  readonly path: string
  readonly reason: string

  constructor(path: string, error: unknown) {
    super(`cannot read ${path}: ${errorReason(error)}`, { cause: error })
    this.path = path
    this.reason = errorReason(error)
  }
}
