import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import * as v from 'valibot'
import type { Digest } from '../../compiler/plan/action.js'
import { digestOf, isDigest } from './digest.js'
import { NO_FILE, writeAtomically } from './files.js'

/** A file changed less than this ago may change again within the resolution of its time stamps. */
const SETTLED_MS = 2_000

const memoSchema = v.record(
  v.string(),
  v.object({
    size: v.string(),
    mtime: v.string(),
    ctime: v.string(),
    inode: v.string(),
    digest: v.custom<Digest>(isDigest),
  }),
)
type Memo = v.InferOutput<typeof memoSchema>

/**
 * Digests of source files. They are remembered with size, inode and both time stamps, so that a build that does nothing
 * need not read gigabytes; that is a speed-up only and may be lost at any time.
 */
export class SourceDigests {
  readonly #path: string
  readonly #tmp: string
  #memo: Memo | undefined
  #changed = false

  /** `folder` is that of the store. */
  constructor(folder: string) {
    this.#path = join(folder, 'stat.json')
    this.#tmp = join(folder, 'tmp')
  }

  /** The digest of the file at the absolute path `path`. Rejects when it cannot be read. */
  async digest(path: string): Promise<Digest> {
    this.#memo ??= await this.#load()
    const info = await stat(path, { bigint: true })
    if (!info.isFile() && !info.isDirectory()) throw new Error(NO_FILE)
    const facts = { size: `${info.size}`, mtime: `${info.mtimeNs}`, ctime: `${info.ctimeNs}`, inode: `${info.ino}` }
    const known = this.#memo[path]
    if (
      known?.size === facts.size &&
      known.mtime === facts.mtime &&
      known.ctime === facts.ctime &&
      known.inode === facts.inode
    ) {
      return known.digest
    }
    const digest = digestOf(await readFile(path))
    if (Date.now() - Number(info.ctimeMs) > SETTLED_MS) {
      this.#memo[path] = { ...facts, digest }
      this.#changed = true
    }
    return digest
  }

  /** Keeps what was learned for the next run. A failure is not worth a word. */
  async save(): Promise<void> {
    if (!this.#changed) return
    await writeAtomically(this.#path, `${JSON.stringify(this.#memo)}\n`, this.#tmp).catch(() => undefined)
  }

  async #load(): Promise<Memo> {
    try {
      return v.parse(memoSchema, JSON.parse(await readFile(this.#path, 'utf8')))
    } catch {
      return {}
    }
  }
}
