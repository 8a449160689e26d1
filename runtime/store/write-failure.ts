import { sep } from 'node:path'
import type { Diagnostic } from '../../lang/diagnostics/diagnostic.js'
import { diskFull, outputsUnwritable, storeUnreadable, storeUnusable } from '../../lang/diagnostics/messages/build.js'
import { errorCode, errorPath, errorReason, isDiskFull } from './files.js'
import { StoreUnreadable } from './unreadable.js'

export interface Writing {
  readonly folder: string
  /** As in `no space left while writing the results of scan to …`. */
  readonly what: string
}

/** Beside those rights and read-only file systems: a disk or a server that fails, and a file where the store has a folder. */
const REFUSALS: readonly string[] = ['EACCES', 'EPERM', 'EROFS', 'EIO', 'ESTALE', 'ENOTDIR']

/**
 * Whether the system refuses what is to be read from the store, `folder`, or written to it: a disk is full, nobody may write there, or this
 * user may not. Only the user can help that, so it is no bug, in whichever thread it happens. A file elsewhere that may
 * not be touched is another matter.
 */
export function isRefusal(error: unknown, folder: string): boolean {
  if (isDiskFull(error) || error instanceof StoreUnreadable) return true
  const path = errorPath(error)
  if (path !== undefined && path !== folder && !path.startsWith(`${folder}${sep}`)) return false
  const code = errorCode(error)
  return code !== undefined && REFUSALS.includes(code)
}

/** What there is to say where the store, `folder`, cannot be used, for reading or writing: the error of the file system, which names the file. */
export function storeFailure(error: unknown, { folder, what }: Writing): Diagnostic {
  if (isDiskFull(error)) return diskFull({ folder, what })
  if (error instanceof StoreUnreadable) return storeUnreadable({ path: error.path, reason: error.reason })
  const path = errorPath(error)
  const reason = errorReason(error)
  return storeUnusable({ folder, reason: path === undefined || path === folder ? reason : `${reason} (${path})` })
}

/** The same for the folder of results. */
export function resultsFailure(error: unknown, { folder, what }: Writing): Diagnostic {
  if (isDiskFull(error)) return diskFull({ folder, what })
  const path = errorPath(error)
  const reason = errorReason(error)
  return outputsUnwritable({ folder, reason: path?.startsWith(`${folder}${sep}`) ? `${reason} (${path})` : reason })
}
