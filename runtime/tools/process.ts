import { ChildProcess, spawn } from 'node:child_process'
import { constants, existsSync, type WriteStream } from 'node:fs'
import { access, open, statfs } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { Readable } from 'node:stream'
import type { Diagnostic, Result } from '../../lang/diagnostics/diagnostic.js'
import { diskFull } from '../../lang/diagnostics/messages/build.js'
import { toolFailed, toolMissing, toolTimedOut } from '../../lang/diagnostics/messages/tools.js'
import { errorCode, errorPath, isSystemError, makeFolder } from '../store/files.js'
import { resultsFailure } from '../store/write-failure.js'
import { toolEnvironment } from './environment.js'
import { Excerpt } from './excerpt.js'
import { guardGroup } from './group-guard.js'
import { forgetGroup, GRACE_MS, noteGroup, signalGroup } from './process-groups.js'

export interface ToolCommand {
  /** As the user knows it: `Verilator`. */
  readonly tool: string
  readonly program: string
  readonly arguments: readonly string[]
  readonly folder: string
  /** What it is for, as in `needed to simulate the design` and `failed while simulating`. */
  readonly purpose: { readonly infinitive: string; readonly gerund: string }
  readonly timeoutSeconds: number
  /** The setting that limits the time, where one does. */
  readonly setting?: 'toolTimeout' | undefined
  readonly signal?: AbortSignal | undefined
  /** File that gets what the tool writes, while it writes it. */
  readonly log?: string | undefined
  /** How to get the tool, said where it is missing. */
  readonly cure?: string | undefined
  /** Gets what the tool writes, as it comes. */
  readonly onOutput?: ((text: string) => void) | undefined
  /** A line in which this tool reports an error; left out, one with `error` or `fatal`. */
  readonly complaint?: RegExp | undefined
}

export interface ToolOutput {
  readonly stdout: string
  readonly stderr: string
}

/** How a tool ended that could be started. */
export interface ToolEnd extends ToolOutput {
  /** Null where a signal ended it. */
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
}

/** The longest time that a timer holds: a longer one would be over at once. */
export const LONGEST_SECONDS = Math.floor((2 ** 31 - 1) / 1000)

/**
 * Runs a tool to its end without a shell. A tool that is missing, ends with an error or takes too long is a diagnostic
 * that names it and quotes the first line in which it complains.
 */
export async function runTool(command: ToolCommand): Promise<Result<ToolOutput>> {
  const ended = await runToEnd(command)
  if (!ended.ok) return ended
  if (ended.value.code === 0) return { ok: true, value: { stdout: ended.value.stdout, stderr: ended.value.stderr } }
  return { ok: false, error: (await fullDisk(command, ended.value)) ?? failureOf(command, ended.value) }
}

/**
 * Runs a tool, whatever its exit code, for callers that read failures themselves. Only a tool that cannot be started or
 * takes too long is a diagnostic. The tool leads a process group, all of which ends when the tool has ended, when time is
 * up, and when `signal` fires or the command ends (see `process-groups.ts`, `group-guard.ts`).
 */
export async function runToEnd(command: ToolCommand): Promise<Result<ToolEnd>> {
  // Before there is a process that a failure would leave behind.
  const opened = command.log === undefined ? { ok: true as const, value: null } : await openLog(command.log)
  return opened.ok ? runWithLog(command, opened.value) : opened
}

function runWithLog(command: ToolCommand, log: WriteStream | null): Promise<Result<ToolEnd>> {
  return new Promise((resolve) => {
    const child = start(command)
    const { pid } = child
    if (pid !== undefined) noteGroup(pid)
    const dismissGuard = pid === undefined ? null : guardGroup(pid)
    const stdout = new Excerpt()
    const stderr = new Excerpt()
    let settled = false
    let timedOut = false
    let ending = false
    let forced: NodeJS.Timeout | undefined
    const finish = (result: Result<ToolEnd>): void => {
      if (settled) return
      settled = true
      clearTimeout(timer)
      clearTimeout(forced)
      command.signal?.removeEventListener('abort', end)
      dismissGuard?.()
      if (pid !== undefined) {
        signalGroup(pid, 'SIGKILL')
        forgetGroup(pid)
      }
      if (log === null || log.closed) resolve(result)
      else {
        log.once('close', () => resolve(result))
        log.end()
      }
    }
    const fail = (error: Diagnostic): void => finish({ ok: false, error })
    const close = (): void => {
      child.stdout?.destroy()
      child.stderr?.destroy()
    }
    const end = (): void => {
      if (pid === undefined || ending) return
      ending = true
      signalGroup(pid, 'SIGTERM')
      clearTimeout(forced)
      forced = setTimeout(() => {
        signalGroup(pid, 'SIGKILL')
        // What has left the group may hold the outputs open for longer.
        close()
      }, GRACE_MS)
    }
    // Something that it leaves behind may hold its outputs open, for ever even.
    const afterwards = (): void => {
      if (pid === undefined || ending) return
      forced = setTimeout(() => {
        signalGroup(pid, 'SIGKILL')
        // What has left the group goes on. All that the tool wrote has been read by then.
        forced = setTimeout(close, GRACE_MS)
      }, GRACE_MS)
    }
    const timer = setTimeout(() => {
      timedOut = true
      end()
    }, Math.min(command.timeoutSeconds, LONGEST_SECONDS) * 1000)
    command.signal?.addEventListener('abort', end)
    if (command.signal?.aborted) end()
    const keep = (excerpt: Excerpt, stream: Readable | null): void => {
      stream?.on('data', (data: Buffer) => {
        excerpt.add(data)
        command.onOutput?.(data.toString())
        if (log === null || log.write(data) || log.destroyed) return
        // A tool may write faster than the disk does.
        stream.pause()
        const resume = (): void => {
          log.off('drain', resume)
          log.off('close', resume)
          stream.resume()
        }
        log.once('drain', resume)
        log.once('close', resume)
      })
    }
    keep(stdout, child.stdout)
    keep(stderr, child.stderr)
    child.on('error', (cause: NodeJS.ErrnoException) => {
      const { tool, cure, folder } = command
      const { infinitive, gerund } = command.purpose
      // The system says of a missing folder what it says of a missing program.
      if (!existsSync(folder)) {
        return fail(toolFailed({ tool, doing: gerund, problem: `there is no folder ${folder}`, output: [] }))
      }
      if (cause.code === 'ENOENT') return fail(toolMissing({ tool, purpose: infinitive, cure }))
      fail(toolFailed({ tool, doing: gerund, problem: cause.message, output: [] }))
    })
    child.on('exit', afterwards)
    child.on('close', (code, signal) => {
      const { tool, timeoutSeconds, setting } = command
      if (timedOut) return fail(toolTimedOut({ tool, doing: command.purpose.gerund, seconds: timeoutSeconds, setting }))
      finish({ ok: true, value: { code, signal, stdout: stdout.text(), stderr: stderr.text() } })
    })
  })
}

/** What starts a process: an error of the system is an event in any case, and a stream that it has none of is null. */
function start(command: ToolCommand): ChildProcess {
  try {
    return spawn(command.program, [...command.arguments], {
      cwd: command.folder,
      env: toolEnvironment(),
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    })
  } catch (error) {
    if (!isSystemError(error)) throw error
    // Some of them Node throws.
    const child = new ChildProcess()
    process.nextTick(() => child.emit('error', error))
    return child
  }
}

/** What the C library says for `ENOSPC` and `EDQUOT`. */
const FULL = /no space left on device|disk quota exceeded/i

/**
 * The diagnostic about a tool that failed since the disk is full; else null. Not every tool says so: some stumble over
 * what they could not write, while the disk still is full of it. Throws where the system does not let anybody write in the
 * folder of the tool.
 */
export async function fullDisk(command: ToolCommand, { stdout, stderr }: ToolOutput): Promise<Diagnostic | null> {
  const { tool, folder } = command
  const full = FULL.test(stderr) || FULL.test(stdout) || (await hasNoSpace(folder))
  // Its own words as well: where they speak of something else, that may be the cause.
  const output = excerpt(`${stderr}\n${stdout}`, command.complaint)
  if (full) return diskFull({ folder, what: `the files of ${tool}`, output })
  await mayWrite(folder)
  return null
}

/** Throws where nobody may write any more what a tool was to write, as it is where its folder is made: to tools that is their own failure. */
async function mayWrite(folder: string): Promise<void> {
  try {
    await access(folder, constants.W_OK)
  } catch (error) {
    if (['EACCES', 'EPERM', 'EROFS'].includes(errorCode(error) ?? '')) throw error
  }
}

async function hasNoSpace(folder: string): Promise<boolean> {
  // Without an answer the tool's own words have to do. Some file systems count no files.
  const free = await statfs(folder).catch(() => null)
  return free !== null && (free.bavail === 0 || (free.files > 0 && free.ffree === 0))
}

/** The diagnostic about a tool that ended with an error. */
export function failureOf(command: ToolCommand, { code, signal, stdout, stderr }: ToolEnd): Diagnostic {
  const lines = `${stderr}\n${stdout}`
  const ending = signal === null ? `exit code ${code}` : `ended by ${signal}`
  return toolFailed({
    tool: command.tool,
    doing: command.purpose.gerund,
    problem: firstComplaint(lines, command.complaint) ?? ending,
    output: excerpt(lines, command.complaint),
  })
}

const ANY_ERROR = /\b(error|fatal|failure)\b/i

/** The first line that says what is wrong: the first error, else the first that is not empty. */
export function firstComplaint(output: string, complaint: RegExp = ANY_ERROR): string | undefined {
  const lines = linesOf(output)
  return lines.find((line) => complaint.test(line)) ?? lines.find((line) => ANY_ERROR.test(line)) ?? lines[0]
}

/** The lines from the first complaint on, at most eight. */
export function excerpt(output: string, complaint?: RegExp): readonly string[] {
  const lines = linesOf(output)
  const first = firstComplaint(output, complaint)
  const start = first === undefined ? 0 : lines.indexOf(first)
  return lines.slice(start, start + 8)
}

function linesOf(output: string): string[] {
  return output
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
}

/** Opens the log, and makes its folder. What the system refuses is told before anything is started. */
async function openLog(path: string): Promise<Result<WriteStream>> {
  const folder = dirname(path)
  try {
    await makeFolder(folder)
    const stream = (await open(path, 'a')).createWriteStream()
    // A disk that fills up must not end the tool: what it wrote is kept here as well.
    stream.on('error', () => undefined)
    return { ok: true, value: stream }
  } catch (error) {
    if (!isSystemError(error)) throw error
    const place = errorPath(error) === path ? path : folder
    return { ok: false, error: resultsFailure(error, { folder: place, what: 'the log' }) }
  }
}
