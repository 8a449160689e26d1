/**
 * Which process groups run at the moment. Every tool leads a group of its own, so that what it starts ends with it. The
 * list lies in memory that the threads of a command share: a worker thread that is terminated cannot end its tools any
 * more, and the main thread ends them for it.
 */
let groups = new Int32Array(new SharedArrayBuffer(256 * Int32Array.BYTES_PER_ELEMENT))

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
export async function endGroups(graceMs = 2_000): Promise<void> {
  const running = listed()
  for (const pid of running) signalGroup(pid, 'SIGTERM')
  const deadline = Date.now() + graceMs
  while (running.some(isRunning) && Date.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 20))
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

function isRunning(pid: number): boolean {
  try {
    process.kill(-pid, 0)
    return true
  } catch {
    return false
  }
}
