import { readFileSync, readlinkSync } from 'node:fs'
import { lstat, mkdir, readFile, rename, rm, utimes, writeFile } from 'node:fs/promises'
import { hostname } from 'node:os'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { errorCode, ignoreMissing, makeFolder, uniqueName } from './files.js'

const HEARTBEAT_MS = 2_000
/** A holder that cannot be looked at (another host, another container) is taken for dead after this silence. */
const SILENCE_MS = 60_000
const RETRY_MS = 100

/**
 * A lock of one action's key, so that two processes share work instead of doing it twice: a folder that only one can
 * make. Held around run and commit alone. It saves work and guards nothing: if two processes ever hold one together,
 * both commit the same bytes.
 */
export class KeyLock {
  readonly #path: string
  readonly #silence: number
  /** The last sign of life of the holder, by its own clock, and when it was noticed, by ours. */
  #seen = { sign: Number.NaN, at: 0 }
  #heartbeat: NodeJS.Timeout | undefined

  /** `silence`: milliseconds. */
  constructor(path: string, silence = SILENCE_MS) {
    this.#path = path
    this.#silence = silence
  }

  /**
   * Waits until the lock is ours, or `isDone` says that the work has been done meanwhile; tells which. Rejects with the
   * reason of `signal` when that fires, and where the system refuses to make the lock or to remove that of a dead holder.
   */
  async acquire(isDone: () => Promise<boolean>, signal?: AbortSignal): Promise<'held' | 'done'> {
    for (;;) {
      signal?.throwIfAborted()
      if (await this.#tryMake()) return 'held'
      if (await isDone()) return 'done'
      await this.#removeWhenStale()
      await sleep(RETRY_MS, undefined, signal === undefined ? {} : { signal })
    }
  }

  async release(): Promise<void> {
    clearInterval(this.#heartbeat)
    await rm(this.#path, { recursive: true, force: true })
  }

  async #tryMake(): Promise<boolean> {
    try {
      await mkdir(this.#path)
    } catch (error) {
      if (errorCode(error) === 'EEXIST') return false
      if (errorCode(error) !== 'ENOENT') throw error
      await makeFolder(dirname(this.#path))
      return this.#tryMake()
    }
    try {
      await writeFile(join(this.#path, 'holder'), `${process.pid} ${machine()}\n`)
    } catch (error) {
      // Nobody could tell that the holder of what is left is gone.
      await this.release()
      throw error
    }
    this.#heartbeat = setInterval(() => {
      const now = new Date()
      utimes(this.#path, now, now).catch(() => undefined)
    }, HEARTBEAT_MS)
    this.#heartbeat.unref()
    return true
  }

  /** A clock that was wrong, the holder's or ours, must not make anybody wait for the time that it showed. */
  #isSilent(sign: number): boolean {
    const now = performance.now()
    if (sign !== this.#seen.sign) this.#seen = { sign, at: now }
    return Date.now() - sign > this.#silence || now - this.#seen.at > this.#silence
  }

  /** Renames a dead holder's lock away, so that of several who notice only one removes it. */
  async #removeWhenStale(): Promise<void> {
    const holder = await readFile(join(this.#path, 'holder'), 'utf8').catch(() => '')
    const info = await lstat(this.#path).catch(() => null)
    if (info === null || !(isDead(holder) || this.#isSilent(info.mtimeMs))) return
    const aside = `${this.#path}-${uniqueName()}`
    // Whoever may not remove it waits in vain.
    await rename(this.#path, aside).catch(ignoreMissing)
    await rm(aside, { recursive: true, force: true })
  }
}

/** Whether the holder was a process of this machine that no longer lives. */
function isDead(holder: string): boolean {
  const [pid, where] = holder.trim().split(' ')
  if (pid === undefined || where !== machine()) return false
  try {
    process.kill(Number(pid), 0)
    return false
  } catch (error) {
    return errorCode(error) === 'ESRCH'
  }
}

let identity: string | undefined

/** Within one value, a process number means one process: host, start of the system, container. */
function machine(): string {
  identity ??= [
    hostname(),
    tryRead(() => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()),
    tryRead(() => readlinkSync('/proc/self/ns/pid')),
  ].join('/')
  return identity
}

function tryRead(read: () => string): string {
  try {
    return read()
  } catch {
    return ''
  }
}
