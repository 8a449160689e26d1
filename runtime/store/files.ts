import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { chmod, mkdir, open, readdir, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'

/** The `code` of an error of the operating system, e.g. `ENOENT`. */
export function errorCode(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined
  return typeof error.code === 'string' ? error.code : undefined
}

/** Whether an error is the operating system's: it refused a call. Node gives mistakes of a caller a `code` too. */
export function isSystemError(error: unknown): boolean {
  return error instanceof Error && 'syscall' in error && typeof error.syscall === 'string'
}

/** The file that such an error is about, where it names one. */
export function errorPath(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('path' in error)) return undefined
  return typeof error.path === 'string' ? error.path : undefined
}

/** What the operating system says, in a few words, without the path that the message names anyway. */
export function errorReason(error: unknown): string {
  switch (errorCode(error)) {
    case 'ENOENT':
      return 'no such file or folder'
    case 'EACCES':
    case 'EPERM':
      return 'permission denied'
    case 'EROFS':
      return 'the file system is read-only'
    case 'ENOSPC':
    case 'EDQUOT':
      return 'no space left'
    case 'ENOTDIR':
    case 'EEXIST':
      return 'a part of the path is not a folder'
    case 'EISDIR':
      return 'it is a folder'
    default:
      return error instanceof Error ? error.message : String(error)
  }
}

/** What is said of a source that is neither a file nor a folder: it has no end, or waits for somebody to write to it. */
export const NO_FILE = 'it is a pipe or a device, not a file'

/** For `catch`: what is not there need not be removed or moved; other errors are thrown again. */
export function ignoreMissing(error: unknown): undefined {
  if (errorCode(error) !== 'ENOENT') throw error
  return undefined
}

/** Whether the error says that the disk, or what the user may hold of it, is full. */
export function isDiskFull(error: unknown): boolean {
  const code = errorCode(error)
  return code === 'ENOSPC' || code === 'EDQUOT'
}

/**
 * Makes a folder, and those above it. Where Node's own way does not say why it cannot (of a read-only file system it says
 * that nothing is there) the system is asked for the first of them that is missing.
 */
export async function makeFolder(path: string): Promise<void> {
  try {
    await mkdir(path, { recursive: true })
  } catch (error) {
    if (errorCode(error) !== 'ENOENT') throw error
    let missing = path
    while (missing !== dirname(missing) && !existsSync(dirname(missing))) missing = dirname(missing)
    await mkdir(missing)
    await mkdir(path, { recursive: true })
  }
}

/** Removes a folder with all that is in it, also where there are folders in it in which nobody may write. */
export async function removeFolder(path: string): Promise<void> {
  const remove = (): Promise<void> => rm(path, { recursive: true, force: true, maxRetries: 3 })
  try {
    await remove()
  } catch (error) {
    const code = errorCode(error)
    if (code !== 'EACCES' && code !== 'EPERM') throw error
    await allowWriting(path)
    await remove()
  }
}

async function allowWriting(folder: string): Promise<void> {
  await chmod(folder, 0o700)
  for (const entry of await readdir(folder, { withFileTypes: true }))
    if (entry.isDirectory()) await allowWriting(join(folder, entry.name))
}

/** A name that no other process or call uses. */
export function uniqueName(): string {
  return `${process.pid}-${randomBytes(6).toString('hex')}`
}

/**
 * Writes a file so that its path either holds all of `content` or what it held before: written and flushed under
 * `tmp`, on the same file system, then renamed.
 */
export async function writeAtomically(
  path: string,
  content: Uint8Array | string,
  tmp: string,
  mode?: number,
): Promise<void> {
  const temporary = join(tmp, uniqueName())
  await makeFolder(tmp)
  try {
    const file = await open(temporary, 'wx', mode)
    try {
      await file.writeFile(content)
      await file.sync()
    } finally {
      await file.close()
    }
    await renameInto(temporary, path)
  } catch (error) {
    await rm(temporary, { force: true })
    throw error
  }
}

/** Renames, making the folder of `path` when it is not there. */
export async function renameInto(from: string, path: string): Promise<void> {
  try {
    await rename(from, path)
  } catch (error) {
    if (errorCode(error) !== 'ENOENT') throw error
    await makeFolder(dirname(path))
    await rename(from, path)
  }
}
