import { cp, mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { basename, dirname, join, sep } from 'node:path'
import { faultPoint } from '../store/fault.js'
import { errorCode, uniqueName } from '../store/files.js'
import type { Store } from '../store/store.js'

/** Files of a folder, by path relative to it with slashes. */
export type FileTree = ReadonlyMap<string, Uint8Array>

/**
 * Makes `folder` hold exactly `files`. A folder that does already is not touched, time stamps and all; else the new one
 * is written aside and takes its place in one step. Rejects with the error of the file system.
 */
export async function materialize(folder: string, files: FileTree, store: Store): Promise<'written' | 'unchanged'> {
  if (await holds(folder, files)) return 'unchanged'
  const staged = await store.temporary()
  for (const [path, content] of files) {
    const full = join(staged, path)
    await mkdir(dirname(full), { recursive: true })
    await writeFile(full, content)
  }
  await mkdir(dirname(folder), { recursive: true })
  const near = await onSameFileSystem(staged, folder)
  const old = `${near}-old`
  faultPoint('outputs:before-rename')
  await rename(folder, old).catch(ignoreMissing)
  faultPoint('outputs:between-renames')
  await rename(near, folder)
  await rm(old, { recursive: true, force: true })
  return 'written'
}

/** The staged folder, or a copy of it beside its destination where the store lies on another file system. */
async function onSameFileSystem(staged: string, folder: string): Promise<string> {
  const [from, to] = await Promise.all([stat(staged), stat(dirname(folder))])
  if (from.dev === to.dev) return staged
  const near = join(dirname(folder), `.${basename(folder)}-${uniqueName()}`)
  await cp(staged, near, { recursive: true })
  return near
}

async function holds(folder: string, files: FileTree): Promise<boolean> {
  let entries: string[]
  try {
    const found = await readdir(folder, { recursive: true, withFileTypes: true })
    entries = found
      .filter((entry) => !entry.isDirectory())
      .map((entry) =>
        join(entry.parentPath, entry.name)
          .slice(folder.length + 1)
          .split(sep)
          .join('/'),
      )
  } catch {
    return false
  }
  if (entries.length !== files.size) return false
  for (const path of entries) {
    const wanted = files.get(path)
    if (wanted === undefined || !(await readFile(join(folder, path))).equals(wanted)) return false
  }
  return true
}

function ignoreMissing(error: unknown): void {
  if (errorCode(error) !== 'ENOENT') throw error
}
