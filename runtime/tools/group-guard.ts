import { spawn } from 'node:child_process'
import { isSystemError } from '../store/files.js'
import { GRACE_MS } from './process-groups.js'

const LOOKS = 20

/** Looks in a second. */
const PER_SECOND = (LOOKS * 1000) / GRACE_MS

/**
 * Waits for the end of its input, which nobody writes to; then asks the group to end, and forces it. `$0` is the group,
 * `$1` how often to look whether it is gone, `$2` the seconds between two looks, `$3` how many looks take a second. Of a
 * group that is gone the number may be another's soon, so nothing is sent to it any more.
 */
const GUARD = `
  read -r _
  kill -s TERM -- "-$0"
  left=$1
  while kill -s 0 -- "-$0"; do
    if [ "$left" -le 0 ]; then kill -s KILL -- "-$0"; exit; fi
    # Not every system sleeps for a part of a second.
    if sleep "$2"; then left=$((left - 1)); else sleep 1; left=$((left - $3)); fi
  done`

/**
 * Ends the process group that `pid` leads when this program, or the thread that calls, is gone, however it ended: by
 * `kill -9` too, when nothing here runs any more. A shell holds the other end of a pipe that the system closes then. It
 * leads a session of its own, which no signal to this program reaches. Gives what dismisses it, to be called when the
 * leader has ended.
 */
export function guardGroup(pid: number): () => void {
  const words = [String(pid), String(LOOKS), String(1 / PER_SECOND), String(PER_SECOND)]
  try {
    const guard = spawn('/bin/sh', ['-c', GUARD, ...words], { detached: true, stdio: ['pipe', 'ignore', 'ignore'] })
    // Without a shell, or a process to spare.
    guard.on('error', () => undefined)
    guard.unref()
    return () => {
      guard.kill('SIGKILL')
    }
  } catch (error) {
    // Some errors of the system Node throws. The tool runs by now, and ends as long as this program can end it.
    if (!isSystemError(error)) throw error
    return () => undefined
  }
}
