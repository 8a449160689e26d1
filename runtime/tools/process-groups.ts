import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { errorCode } from '../store/files.js'

/**
 * Which process groups run at the moment. Every tool leads a group of its own, so that what it starts ends with it. The
 * list lies in memory that the threads of a command share: a worker thread that is terminated cannot end its tools any
 * more, and the main thread ends them for it.
 */
let groups = new Int32Array(new SharedArrayBuffer(256 * Int32Array.BYTES_PER_ELEMENT))

/** How long a tool may take to end after it was asked to, before it is forced. */
export const GRACE_MS = 2_000

/** The memory of this thread's list, for `workerData` of its workers. */
export function sharedGroups(): SharedArrayBuffer {
  // Made as such above, and replaced only by another one.
  return groups.buffer as SharedArrayBuffer
}

/** Makes a worker note its groups in the list of the thread that started it. */
export function useSharedGroups(memory: SharedArrayBuffer): void {
  groups = new Int32Array(memory)
}

/** Notes the group that process `pid` leads. With more than 256 groups at once the last ones are not noted. */
export function noteGroup(pid: number): void {
  for (let at = 0; at < groups.length; at++) if (Atomics.compareExchange(groups, at, 0, pid) === 0) return
}

/** Takes a group off the list: its leader has ended. */
export function forgetGroup(pid: number): void {
  for (let at = 0; at < groups.length; at++) if (Atomics.compareExchange(groups, at, pid, 0) === pid) return
}

/** Sends a signal to every process of a group; nothing happens where none is left. */
export function signalGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal)
  } catch {
    // The group is gone, which is what was wanted.
  }
}

/** Ends all groups of the list: asked to first, and after `graceMs` by force. */
export async function endGroups(graceMs = GRACE_MS): Promise<void> {
  let running = listed()
  for (const pid of running) signalGroup(pid, 'SIGTERM')
  const deadline = Date.now() + graceMs
  while (running.length > 0 && Date.now() < deadline) {
    await new Promise((resolve) => setTimeout(resolve, 20))
    // The system may give the number of one that is gone to another: it gets no signal any more. Asked once for both
    // lists, which must agree on which are gone.
    const alive = runningOf(running)
    for (const pid of running) if (!alive.has(pid)) forgetGroup(pid)
    running = running.filter((pid) => alive.has(pid))
  }
  killGroups()
}

/** Ends all groups of the list at once, by force. */
export function killGroups(): void {
  for (const pid of listed()) {
    signalGroup(pid, 'SIGKILL')
    forgetGroup(pid)
  }
}

function listed(): readonly number[] {
  return [...groups.keys()].map((at) => Atomics.load(groups, at)).filter((pid) => pid !== 0)
}

/**
 * Those of the groups of which a process runs. To the system one that has ended counts as well until its parent asks how,
 * and of a tool that may be a thread which is gone, or in a container nobody; Linux tells them apart.
 */
function runningOf(groups: readonly number[]): ReadonlySet<number> {
  const known = groups.filter(isKnown)
  if (known.length === 0 || !existsSync('/proc/self/stat')) return new Set(known)
  try {
    const living = new Set(readdirSync('/proc').map(livingGroup))
    return new Set(known.filter((group) => living.has(group)))
  } catch {
    // Without a file to spare: who may run still gets a signal too many rather than none.
    return new Set(known)
  }
}

function isKnown(group: number): boolean {
  try {
    process.kill(-group, 0)
    return true
  } catch {
    return false
  }
}

/** The group of a process that has not ended; null where there is none of that number. */
function livingGroup(pid: string): number | null {
  if (!/^\d+$/.test(pid)) return null
  try {
    // "pid (name) state parent group …"; the name may hold anything.
    const status = readFileSync(`/proc/${pid}/stat`, 'utf8')
    const [state, , group] = status.slice(status.lastIndexOf(') ') + 2).split(' ')
    return state === 'Z' || state === 'X' ? null : Number(group)
  } catch (error) {
    // It has gone since it was listed.
    if (errorCode(error) === 'ENOENT' || errorCode(error) === 'ESRCH') return null
    throw error
  }
}
