import { cp, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { basename, dirname, join, relative, sep } from 'node:path'
import { faultPoint } from '../store/fault.js'
import { ignoreMissing, makeFolder, uniqueName } from '../store/files.js'
import type { Store } from '../store/store.js'

/** Files of a folder, by path relative to it with slashes. */
export type FileTree = ReadonlyMap<string, Uint8Array>

/** In each folder: the files that were written there, one path a line. What else lies in it is the user's. */
const MANIFEST = '.hgq-files'

/**
 * Makes `folder` hold `files`. What was written there before and is no longer wanted goes; what others put there (reports of
 * a vendor's tool, say) stays. A folder that is right already is not touched, time stamps and all; else the new one is
 * written aside and takes its place in one step. Rejects with the error of the file system.
 */
export async function materialize(folder: string, files: FileTree, store: Store): Promise<'written' | 'unchanged'> {
  const manifest = new TextEncoder().encode(
    [...files.keys()]
      .sort()
      .map((path) => `${path}\n`)
      .join(''),
  )
  const wanted = new Map([...files, [MANIFEST, manifest]])
  const present = await filesIn(folder)
  const ours = new Set([MANIFEST, ...(await manifestOf(folder))])
  if (
    await holds(
      folder,
      wanted,
      [...present].filter((path) => ours.has(path)),
    )
  )
    return 'unchanged'
  const staged = await store.temporary()
  for (const [path, content] of wanted) {
    const full = join(staged, path)
    await makeFolder(dirname(full))
    await writeFile(full, content)
  }
  for (const path of present) {
    if (ours.has(path) || wanted.has(path)) continue
    await makeFolder(dirname(join(staged, path)))
    await cp(join(folder, path), join(staged, path), { verbatimSymlinks: true, preserveTimestamps: true })
  }
  await makeFolder(dirname(folder))
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

/** All files below a folder, by path relative to it with slashes; none where there is no such folder. */
async function filesIn(folder: string): Promise<readonly string[]> {
  try {
    const found = await readdir(folder, { recursive: true, withFileTypes: true })
    return found
      .filter((entry) => !entry.isDirectory())
      .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join('/'))
  } catch (error) {
    ignoreMissing(error)
    return []
  }
}

async function manifestOf(folder: string): Promise<readonly string[]> {
  try {
    return (await readFile(join(folder, MANIFEST), 'utf8')).split('\n').filter((path) => path !== '')
  } catch (error) {
    ignoreMissing(error)
    return []
  }
}

/** Whether `ours`, the files that were written, are `wanted` to the byte. */
async function holds(folder: string, wanted: FileTree, ours: readonly string[]): Promise<boolean> {
  if (ours.length !== wanted.size) return false
  for (const path of ours) {
    const content = wanted.get(path)
    if (content === undefined || !(await readFile(join(folder, path))).equals(content)) return false
  }
  return true
}
