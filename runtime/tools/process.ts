import { spawn } from 'node:child_process'
import type { Diagnostic, Result } from '../../lang/diagnostics/diagnostic.js'
import { toolFailed, toolMissing, toolTimedOut } from '../../lang/diagnostics/messages/tools.js'

export interface ToolCommand {
  /** As the user knows it: `Verilator`. */
  readonly tool: string
  readonly program: string
  readonly arguments: readonly string[]
  readonly folder: string
  /** What it is for, as in `needed to simulate the design` and `failed while simulating`. */
  readonly purpose: { readonly infinitive: string; readonly gerund: string }
  readonly timeoutSeconds: number
  readonly signal?: AbortSignal | undefined
}

export interface ToolOutput {
  readonly stdout: string
  readonly stderr: string
}

/**
 * Runs a tool to its end without a shell. A tool that is missing, ends with an error or takes too long is a diagnostic
 * that names it and quotes the first line in which it complains. It stays in the process group of hgq, so that Ctrl-C
 * reaches it and whatever it started.
 */
export function runTool(command: ToolCommand): Promise<Result<ToolOutput>> {
  return new Promise((resolve) => {
    const child = spawn(command.program, [...command.arguments], {
      cwd: command.folder,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    const stdout: Buffer[] = []
    const stderr: Buffer[] = []
    let settled = false
    let timedOut = false
    const finish = (result: Result<ToolOutput>): void => {
      if (settled) return
      settled = true
      clearTimeout(timer)
      command.signal?.removeEventListener('abort', kill)
      resolve(result)
    }
    const fail = (error: Diagnostic): void => finish({ ok: false, error })
    const kill = (): void => {
      child.kill('SIGKILL')
      // What the tool started may hold its outputs open for longer.
      child.stdout.destroy()
      child.stderr.destroy()
    }
    const timer = setTimeout(() => {
      timedOut = true
      kill()
    }, command.timeoutSeconds * 1000)
    command.signal?.addEventListener('abort', kill)
    if (command.signal?.aborted) kill()
    child.stdout.on('data', (data: Buffer) => stdout.push(data))
    child.stderr.on('data', (data: Buffer) => stderr.push(data))
    child.on('error', (cause: NodeJS.ErrnoException) => {
      const { tool } = command
      if (cause.code === 'ENOENT') return fail(toolMissing({ tool, purpose: command.purpose.infinitive }))
      fail(toolFailed({ tool, doing: command.purpose.gerund, problem: cause.message, output: [] }))
    })
    child.on('close', (code, signal) => {
      const output = { stdout: Buffer.concat(stdout).toString(), stderr: Buffer.concat(stderr).toString() }
      const doing = command.purpose.gerund
      if (timedOut) return fail(toolTimedOut({ tool: command.tool, doing, seconds: command.timeoutSeconds }))
      if (code === 0) return finish({ ok: true, value: output })
      const lines = `${output.stderr}\n${output.stdout}`
      const ending = signal === null ? `exit code ${code}` : `ended by ${signal}`
      fail(toolFailed({ tool: command.tool, doing, problem: firstComplaint(lines) ?? ending, output: excerpt(lines) }))
    })
  })
}

/** The first line that says what is wrong: the first with `error` or `failure`, else the first that is not empty. */
export function firstComplaint(output: string): string | undefined {
  const lines = linesOf(output)
  return lines.find((line) => /\b(error|fatal|failure)\b/i.test(line)) ?? lines[0]
}

/** The lines from the first complaint on, at most eight. */
export function excerpt(output: string): readonly string[] {
  const lines = linesOf(output)
  const first = firstComplaint(output)
  const start = first === undefined ? 0 : lines.indexOf(first)
  return lines.slice(start, start + 8)
}

function linesOf(output: string): string[] {
  return output
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
}
