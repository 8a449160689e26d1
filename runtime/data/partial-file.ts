import { open, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { errorCode, isDiskFull } from '../store/files.js'

// What lies in the folder of downloads while a download is under way: `NAME.partial` with the bytes so far,
// `NAME.partial.json` with the version of the file that they are of, and `NAME.lock` with the process that works on it.

interface Tag {
  readonly url: string
  /** Strong ETag, else Last-Modified: what `If-Range` accepts. */
  readonly validator: string
}

/** Where the version of a partial file is noted. */
export function tagFile(partial: string): string {
  return `${partial}.json`
}

/** Notes the version that a partial file is of, from the headers of the answer; forgets it where the server names none. */
export async function writeTag(partial: string, url: string, response: Response): Promise<void> {
  const etag = response.headers.get('etag')
  const validator = etag !== null && !etag.startsWith('W/') ? etag : response.headers.get('last-modified')
  if (validator === null) await rm(tagFile(partial), { force: true })
  else await writeFile(tagFile(partial), JSON.stringify({ url, validator } satisfies Tag))
}

/** The version that a partial file is of, in the form that `If-Range` takes; undefined when it is not known. */
export async function readTag(partial: string, url: string): Promise<string | undefined> {
  try {
    const tag = JSON.parse(await readFile(tagFile(partial), 'utf8')) as Partial<Tag>
    return tag.url === url && typeof tag.validator === 'string' ? tag.validator : undefined
  } catch {
    return undefined
  }
}

/** Removes a partial file and its note. */
export async function discard(partial: string): Promise<void> {
  await rm(partial, { force: true })
  await rm(tagFile(partial), { force: true })
}

let aloneCount = 0

/** One process continues the shared partial file; another that wants the same file meanwhile downloads on its own. */
export async function lock(path: string): Promise<{ shared: boolean; alone: string; release: () => Promise<void> }> {
  const alone = path.replace(/\.lock$/, `.${process.pid}-${aloneCount++}.partial`)
  for (let round = 0; round < 2; round++) {
    try {
      await writeFile(path, String(process.pid), { flag: 'wx' })
      return { shared: true, alone, release: () => rm(path, { force: true }) }
    } catch (error) {
      if (!isFileError(error) || error.code !== 'EEXIST') throw error
      const owner = Number(await readFile(path, 'utf8').catch(() => ''))
      if (owner === process.pid || isAlive(owner)) break
      await rm(path, { force: true }) // left behind by a process that was killed
    }
  }
  return { shared: false, alone, release: () => discard(alone) }
}

function isAlive(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return errorCode(error) === 'EPERM'
  }
}

/** Bytes in a file; 0 when there is none. */
export async function sizeOnDisk(path: string): Promise<number> {
  return (await stat(path).catch(() => undefined))?.size ?? 0
}

/** Makes sure that a file is on the disk before it gets its final name. */
export async function syncFile(path: string): Promise<void> {
  const file = await open(path, 'r+')
  try {
    await file.sync()
  } finally {
    await file.close()
  }
}

/** An error of the file system, with its code. One that names no path is of a write: no network says that it is full. */
export function isFileError(error: unknown): error is Error & { readonly code: string } {
  return error instanceof Error && 'syscall' in error && 'code' in error && ('path' in error || isDiskFull(error))
}
