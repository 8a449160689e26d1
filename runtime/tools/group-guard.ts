import { spawn } from 'node:child_process'

/** Waits for the end of its input, which nobody writes to; then asks the group to end, and forces it. `$0` is the group. */
const GUARD = 'read -r _; kill -s TERM -- "-$0"; sleep 2; kill -s KILL -- "-$0"'

/**
 * Ends the process group that `pid` leads when this program, or the thread that calls, is gone, however it ended: by
 * `kill -9` too, when nothing here runs any more. A shell holds the other end of a pipe that the system closes then. It
 * leads a session of its own, which no signal to this program reaches. Gives what dismisses it, to be called when the
 * leader has ended.
 */
export function guardGroup(pid: number): () => void {
  const guard = spawn('/bin/sh', ['-c', GUARD, String(pid)], { detached: true, stdio: ['pipe', 'ignore', 'ignore'] })
  // Without a shell, or a process to spare.
  guard.on('error', () => undefined)
  guard.unref()
  return () => {
    guard.kill('SIGKILL')
  }
}
