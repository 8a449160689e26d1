import { access, constants, cp, lstat, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { basename, dirname, join, relative, sep } from 'node:path'
import type { Diagnostic, Result } from '../../lang/diagnostics/diagnostic.js'
import { faultPoint } from '../store/fault.js'
import { errorCode, ignoreMissing, isSystemError, makeFolder, uniqueName } from '../store/files.js'
import type { Store } from '../store/store.js'
import { resultsFailure, storeFailure } from '../store/write-failure.js'

/** Files of a folder, by path relative to it with slashes. */
export type FileTree = ReadonlyMap<string, Uint8Array>

/** In each folder: the files that were written there, one path a line. What else lies in it is the user's. */
const MANIFEST = '.hgq-files'

/**
 * Makes `folder` hold `files`. What was written there before and is no longer wanted goes; what others put there (reports of
 * a vendor's tool, say) stays. A folder that is right already is not touched, time stamps and all; else the new one is
 * written aside, in the store, and takes its place in one step. What the file system refuses is an error about the one or
 * the other.
 */
export async function materialize(
  folder: string,
  files: FileTree,
  store: Store,
): Promise<Result<'written' | 'unchanged'>> {
  const what = 'the design'
  const aboutResults = (error: unknown): Diagnostic => resultsFailure(error, { folder, what })
  const aboutStore = (error: unknown): Diagnostic => storeFailure(error, { folder: store.folder, what })
  const aboutCopy = (error: unknown): Diagnostic => (isOfOthers(error) ? aboutResults(error) : aboutStore(error))
  const wanted = withManifest(files)
  const present = await caught(() => contentsOf(folder), aboutResults)
  if (!present.ok) return present
  const { ours, others } = present.value
  const right = await caught(() => holds(folder, wanted, ours), aboutResults)
  if (!right.ok) return right
  if (right.value) return { ok: true, value: 'unchanged' }
  const staged = await caught(() => stage(wanted, store), aboutStore)
  if (!staged.ok) return staged
  const kept = others.filter((path) => !wanted.has(path))
  const readable = await caught(() => checkReadable(folder, kept), aboutResults)
  if (!readable.ok) return readable
  const copied = await caught(() => copyOthers(folder, kept, staged.value), aboutCopy)
  if (!copied.ok) return copied
  const placed = await caught(() => place(staged.value, folder), aboutResults)
  return placed.ok ? { ok: true, value: 'written' } : placed
}

/** The value of `body`, or what `failure` makes of an error of the system. */
async function caught<T>(body: () => Promise<T>, failure: (error: unknown) => Diagnostic): Promise<Result<T>> {
  try {
    return { ok: true, value: await body() }
  } catch (error) {
    if (!isSystemError(error)) throw error
    return { ok: false, error: failure(error) }
  }
}

/**
 * Whether others' files cannot be copied for what they are, not for the store's sake: a pipe, say, or a folder where the
 * design has a file. Nothing else stands in the way in a folder that is new.
 */
function isOfOthers(error: unknown): boolean {
  const code = errorCode(error) ?? ''
  return code.startsWith('ERR_FS_CP_') || ['EEXIST', 'ENOTDIR', 'EISDIR'].includes(code)
}

function withManifest(files: FileTree): FileTree {
  const lines = [...files.keys()].sort().map((path) => `${path}\n`)
  return new Map([...files, [MANIFEST, new TextEncoder().encode(lines.join(''))]])
}

/** The files in `folder`: what was written there, and what others put there. */
async function contentsOf(folder: string): Promise<{ ours: readonly string[]; others: readonly string[] }> {
  const present = await filesIn(folder)
  const written = new Set([MANIFEST, ...(await manifestOf(folder))])
  return {
    ours: present.filter((path) => written.has(path)),
    others: present.filter((path) => !written.has(path)),
  }
}

/** A new folder of the store that holds `files`. */
async function stage(files: FileTree, store: Store): Promise<string> {
  const staged = await store.temporary()
  for (const [path, content] of files) {
    const full = join(staged, path)
    await makeFolder(dirname(full))
    await writeFile(full, content)
  }
  return staged
}

/** Refuses what may not be read, before a copy that does not tell which of its two ends failed. */
async function checkReadable(folder: string, paths: readonly string[]): Promise<void> {
  for (const path of paths) {
    const full = join(folder, path)
    if (!(await lstat(full)).isSymbolicLink()) await access(full, constants.R_OK)
  }
}

/** Copies what others put into `folder` into the staged one. */
async function copyOthers(folder: string, paths: readonly string[], staged: string): Promise<void> {
  for (const path of paths) {
    await makeFolder(dirname(join(staged, path)))
    await cp(join(folder, path), join(staged, path), { verbatimSymlinks: true, preserveTimestamps: true })
  }
}

/** Puts a folder in the place of another, which goes. */
async function place(staged: string, folder: string): Promise<void> {
  await makeFolder(dirname(folder))
  const near = await onSameFileSystem(staged, folder)
  const old = `${near}-old`
  faultPoint('outputs:before-rename')
  await rename(folder, old).catch(ignoreMissing)
  faultPoint('outputs:between-renames')
  await rename(near, folder)
  await rm(old, { recursive: true, force: true })
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
