import { chmod, readdir, readFile, rename, rm, stat, utimes } from 'node:fs/promises'
import { join } from 'node:path'
import type { ActionKind, Digest } from '../../compiler/plan/action.js'
import type { Diagnostic, Result } from '../../lang/diagnostics/diagnostic.js'
import { digestOf } from './digest.js'
import { faultPoint } from './fault.js'
import { errorCode, ignoreMissing, makeFolder, removeFolder, uniqueName, writeAtomically } from './files.js'
import { KeyLock } from './lock.js'
import { type ActionRecord, parseRecord, type StoredOutput } from './record.js'
import { StoreUnreadable } from './unreadable.js'
import { isRefusal, storeFailure } from './write-failure.js'

const FORMAT = '1\n'
const CACHEDIR_TAG = `Signature: 8a477f597d28d172789f06886806bc55
# This folder is a cache of hgq: results of builds, named by what they were made from. It may be deleted.
`
/** What other processes may still be writing is not touched. */
const TMP_AGE_MS = 60 * 60_000

/** What a finished action hands to the store. */
export interface Commit {
  readonly key: Digest
  readonly kind: ActionKind
  readonly address: string
  readonly params: unknown
  readonly inputs: ReadonlyMap<string, Digest>
  readonly fingerprint: string
  readonly outputs: ReadonlyMap<string, Uint8Array>
  readonly messages: readonly Diagnostic[]
  readonly milliseconds: number
}

/**
 * Results of actions by key, their contents by SHA-256. A record is the only sign that an action has run; it is written
 * after its blobs, everything is written aside and renamed, so that no crash and no other process ever sees a part.
 * Whatever is read is hashed first.
 */
export class Store {
  readonly folder: string
  readonly #tmp: string
  readonly #heartbeat: NodeJS.Timeout

  private constructor(folder: string) {
    this.folder = folder
    this.#tmp = join(folder, 'tmp', uniqueName())
    // A build may take longer than what others leave alone, and what a tool has there need not change from outside.
    this.#heartbeat = setInterval(() => {
      const now = new Date()
      utimes(this.#tmp, now, now).catch(() => undefined)
    }, TMP_AGE_MS / 6)
    this.#heartbeat.unref()
  }

  /** Opens the store in `folder`, making it when it is not there. A store of another format is left alone. */
  static async open(folder: string): Promise<Result<Store>> {
    try {
      return { ok: true, value: await Store.#open(folder) }
    } catch (error) {
      return { ok: false, error: storeFailure(error, { folder, what: 'the store' }) }
    }
  }

  static async #open(folder: string): Promise<Store> {
    await makeFolder(folder)
    const format = await readText(join(folder, 'format'))
    if (format !== null && format !== FORMAT) return Store.#open(`${folder}-${FORMAT.trim()}`)
    const store = new Store(folder)
    if (format === null) {
      await writeAtomically(join(folder, 'CACHEDIR.TAG'), CACHEDIR_TAG, store.#tmp)
      await writeAtomically(join(folder, 'format'), FORMAT, store.#tmp)
    }
    return store
  }

  /**
   * The record of `key` when the action has run and all its outputs are here; one that is not whole is dropped. Rejects with
   * `StoreUnreadable`, as `read` does.
   */
  async find(key: Digest): Promise<ActionRecord | null> {
    const text = await readText(this.#recordPath(key))
    if (text === null) return null
    const record = parseRecord(text, key)
    const whole =
      record !== null && (await Promise.all(record.outputs.map((each) => this.#hasSize(each)))).every(Boolean)
    if (whole) return record
    // Who may only read the store does without; what is not whole is not found the next time either.
    await this.drop(key).catch((error) => {
      if (!isRefusal(error, this.folder)) throw error
    })
    return null
  }

  /** The content of an output, or null when what lies there is not it; that is then put in quarantine. */
  async read(output: StoredOutput): Promise<Uint8Array | null> {
    const path = this.#blobPath(output.digest)
    let content: Uint8Array
    try {
      content = await readFile(path)
    } catch (error) {
      if (errorCode(error) === 'ENOENT') return null
      throw new StoreUnreadable(path, error)
    }
    if (content.byteLength === output.size && digestOf(content) === output.digest) return content
    await this.#putAside(path, output.digest)
    return null
  }

  /** Who may only read the store leaves a damaged content where it is: it is known by its hash there as well. */
  async #putAside(path: string, digest: Digest): Promise<void> {
    try {
      await makeFolder(this.quarantine)
      await rename(path, join(this.quarantine, `${digest}-${uniqueName()}`)).catch(ignoreMissing)
    } catch (error) {
      if (!isRefusal(error, this.folder)) throw error
    }
  }

  get quarantine(): string {
    return join(this.folder, 'quarantine')
  }

  /** Forgets that an action has run. */
  async drop(key: Digest): Promise<void> {
    await rm(this.#recordPath(key), { force: true })
  }

  /** Stores the outputs, then the record. */
  async commit(commit: Commit): Promise<Result<ActionRecord>> {
    const outputs: StoredOutput[] = []
    try {
      for (const [role, content] of commit.outputs) {
        const digest = digestOf(content)
        outputs.push({ role, digest, size: content.byteLength })
        faultPoint('commit:before-blob')
        await this.#writeBlob(digest, content)
      }
      faultPoint('commit:before-record')
      const record: ActionRecord = {
        version: 1,
        key: commit.key,
        kind: commit.kind,
        address: commit.address,
        params: commit.params,
        inputs: Object.fromEntries([...commit.inputs].sort(([a], [b]) => (a < b ? -1 : 1))),
        fingerprint: commit.fingerprint,
        outputs,
        messages: commit.messages,
        milliseconds: commit.milliseconds,
      }
      await writeAtomically(this.#recordPath(commit.key), `${JSON.stringify(record)}\n`, this.#tmp)
      faultPoint('commit:after-record')
      return { ok: true, value: record }
    } catch (error) {
      const what = `the results of ${commit.address}`
      return { ok: false, error: storeFailure(error, { folder: this.folder, what }) }
    }
  }

  /** The lock under which one process makes what others may be making too. */
  lock(key: Digest): KeyLock {
    return new KeyLock(join(this.folder, 'locks', `${key}.lock`))
  }

  /** A path in a folder of this process alone, on the file system of the store, emptied by `close`. */
  async temporary(): Promise<string> {
    await makeFolder(this.#tmp)
    return join(this.#tmp, uniqueName())
  }

  /** Removes what this process had in the making, and leftovers of processes that are long gone. */
  async close(): Promise<void> {
    clearInterval(this.#heartbeat)
    // What stands in the way has been told where something was to be written; another process removes it in time.
    await removeFolder(this.#tmp).catch(() => undefined)
    const all = join(this.folder, 'tmp')
    for (const name of await readdir(all).catch(() => [])) {
      const info = await stat(join(all, name)).catch(() => null)
      if (info !== null && Date.now() - info.mtimeMs > TMP_AGE_MS) {
        await removeFolder(join(all, name)).catch(() => undefined)
      }
    }
  }

  /** A blob that is there already is kept when it is whole, else replaced. */
  async #writeBlob(digest: Digest, content: Uint8Array): Promise<void> {
    const path = this.#blobPath(digest)
    const there = await stat(path).catch(() => null)
    if (there?.size === content.byteLength && digestOf(await readFile(path)) === digest) {
      // Used again: collectors that go by age should keep it.
      await utimes(path, new Date(), new Date()).catch(() => undefined)
      return
    }
    await writeAtomically(path, content, this.#tmp, 0o444)
    await chmod(path, 0o444).catch(() => undefined)
  }

  async #hasSize(output: StoredOutput): Promise<boolean> {
    const path = this.#blobPath(output.digest)
    try {
      return (await stat(path)).size === output.size
    } catch (error) {
      if (errorCode(error) === 'ENOENT') return false
      throw new StoreUnreadable(path, error)
    }
  }

  #blobPath(digest: Digest): string {
    return join(this.folder, 'cas', 'sha256', digest.slice(0, 2), digest.slice(2))
  }

  #recordPath(key: Digest): string {
    return join(this.folder, 'actions', key.slice(0, 2), `${key.slice(2)}.json`)
  }
}

async function readText(path: string): Promise<string | null> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return null
    throw new StoreUnreadable(path, error)
  }
}
