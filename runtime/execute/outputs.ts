import { access, constants, cp, lstat, readdir, readFile, rename, stat, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import type { Diagnostic, Result } from '../../lang/diagnostics/diagnostic.js'
import { formerResultsLeft } from '../../lang/diagnostics/messages/build.js'
import { faultPoint } from '../store/fault.js'
import {
  errorCode,
  errorReason,
  ignoreMissing,
  isSystemError,
  makeFolder,
  removeFolder,
  uniqueName,
} from '../store/files.js'
import type { Store } from '../store/store.js'
import { resultsFailure, storeFailure } from '../store/write-failure.js'

/** Files of a folder, by path relative to it with slashes. */
export type FileTree = ReadonlyMap<string, Uint8Array>

/** In each folder: the files that were written there, one path a line. What else lies in it is the user's. */
const MANIFEST = '.hgq-files'

/** How a folder came to hold its files. */
export interface Materialized {
  readonly state: 'written' | 'unchanged'
  /** A warning about former results that are out of the way and could not be removed. */
  readonly left: Diagnostic | null
}

/**
 * Makes `folder` hold `files`. What was written there before and is no longer wanted goes; what others put there (reports of
 * a vendor's tool, say) stays. A folder that is right already is not touched, time stamps and all; else the new one is
 * written aside, in the store, and takes its place in one step. What the file system refuses is an error about the one or
 * the other.
 */
export async function materialize(folder: string, files: FileTree, store: Store): Promise<Result<Materialized>> {
  const what = 'the design'
  const about: About = {
    results: (error) => resultsFailure(error, { folder, what }),
    store: (error) => storeFailure(error, { folder: store.folder, what }),
  }
  const wanted = withManifest(files)
  const present = await caught(() => contentsOf(folder), about.results)
  if (!present.ok) return present
  const { ours, others } = present.value
  const right = await caught(() => holds(folder, wanted, ours), about.results)
  if (!right.ok) return right
  if (right.value) return { ok: true, value: { state: 'unchanged', left: null } }
  const staged = await caught(() => stage(wanted, store), about.store)
  if (!staged.ok) return staged
  const kept = others.filter((path) => !wanted.has(path))
  const copied = await copyOthers(folder, kept, staged.value, about)
  if (!copied.ok) return copied
  const placed = await caught(
    () => place(staged.value, folder),
    async (error) => {
      // A move does not say which of its two ends refuses it.
      const refused = (await refusal(dirname(folder), constants.W_OK)) ?? error
      const lost = await refusal(dirname(staged.value), constants.W_OK)
      return refused === error && lost !== null ? about.store(lost) : about.results(refused)
    },
  )
  if (!placed.ok) return placed
  return { ok: true, value: { state: 'written', left: await removeFormer(placed.value, folder) } }
}

/** What to say of an error about the results, and about the store. */
interface About {
  results(error: unknown): Diagnostic
  store(error: unknown): Diagnostic
}

/** The value of `body`, or what `failure` makes of an error of the system. */
async function caught<T>(
  body: () => Promise<T>,
  failure: (error: unknown) => Diagnostic | Promise<Diagnostic>,
): Promise<Result<T>> {
  try {
    return { ok: true, value: await body() }
  } catch (error) {
    if (!isSystemError(error)) throw error
    return { ok: false, error: await failure(error) }
  }
}

/** Why the system would refuse to read or write there; null where it would not. */
async function refusal(path: string, mode: number): Promise<unknown> {
  try {
    await access(path, mode)
    return null
  } catch (error) {
    return error
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

/** Copies what others put into `folder` into the staged one; what they take away meanwhile they do not want to keep. */
async function copyOthers(
  folder: string,
  paths: readonly string[],
  staged: string,
  about: About,
): Promise<Result<undefined>> {
  for (const path of paths) {
    const from = join(folder, path)
    const to = join(staged, path)
    const copied = await caught(
      async () => {
        await makeFolder(dirname(to))
        await cp(from, to, { verbatimSymlinks: true, preserveTimestamps: true })
      },
      async (error) => {
        // A copy does not say which of its two ends failed.
        const unreadable = (await isLink(from)) ? null : await refusal(from, constants.R_OK)
        return unreadable !== null || isOfOthers(error) ? about.results(unreadable ?? error) : about.store(error)
      },
    )
    if (!copied.ok && (await isThere(from))) return copied
  }
  return { ok: true, value: undefined }
}

async function isThere(path: string): Promise<boolean> {
  return (await lstat(path).catch(ignoreMissing)) !== undefined
}

/** A link is copied as it is, whatever it points to. */
async function isLink(path: string): Promise<boolean> {
  return (await lstat(path).catch(ignoreMissing))?.isSymbolicLink() === true
}

/** Puts a folder in the place of another; where that one is then. */
async function place(staged: string, folder: string): Promise<string> {
  await makeFolder(dirname(folder))
  const near = await onSameFileSystem(staged, folder)
  const old = `${near}-old`
  faultPoint('outputs:before-rename')
  await rename(folder, old).catch(ignoreMissing)
  faultPoint('outputs:between-renames')
  try {
    await rename(near, folder)
  } catch (error) {
    // With what others put there. Where that fails as well, the first error is the one to tell.
    await rename(old, folder).catch(() => undefined)
    if (near !== staged) await removeFolder(near).catch(() => undefined)
    throw error
  }
  return old
}

/** Removes the results that were in the place of the new ones, which are good whether it succeeds or not. */
async function removeFormer(old: string, folder: string): Promise<Diagnostic | null> {
  const removed = await caught(
    () => removeFolder(old),
    (error) => formerResultsLeft({ folder, left: old, reason: errorReason(error) }),
  )
  return removed.ok ? null : removed.error
}

/** The staged folder, or a copy of it beside its destination where the store lies on another file system. */
async function onSameFileSystem(staged: string, folder: string): Promise<string> {
  const [from, to] = await Promise.all([stat(staged), stat(dirname(folder))])
  if (from.dev === to.dev) return staged
  const near = join(dirname(folder), `.${basename(folder)}-${uniqueName()}`)
  try {
    await cp(staged, near, { recursive: true })
  } catch (error) {
    await removeFolder(near).catch(() => undefined)
    throw error
  }
  return near
}

/** All files below a folder, by path relative to it with slashes; none where there is no such folder. */
async function filesIn(folder: string): Promise<readonly string[]> {
  const files: string[] = []
  // Folder by folder: one that is taken away meanwhile must not hide the others.
  for (const entry of await readdir(folder, { withFileTypes: true }).catch(noneWhereMissing)) {
    if (!entry.isDirectory()) files.push(entry.name)
    else for (const path of await filesIn(join(folder, entry.name))) files.push(`${entry.name}/${path}`)
  }
  return files
}

function noneWhereMissing(error: unknown): readonly never[] {
  ignoreMissing(error)
  return []
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
    const there = await readFile(join(folder, path)).catch(ignoreMissing)
    if (content === undefined || there?.equals(content) !== true) return false
  }
  return true
}
