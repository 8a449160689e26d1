import { spawn } from 'node:child_process'
import { toolEnvironment } from '../../tools/environment.js'

export interface Run {
  /** Null where the program did not start or was ended by a signal. */
  readonly code: number | null
  readonly signal: string | null
  readonly stdout: string
  readonly stderr: string
  /** The program is not on the path. */
  readonly absent: boolean
}

/** Runs a program to its end without a shell, and keeps what it prints. */
export function run(
  program: string,
  parameters: readonly string[],
  folder: string,
  env: NodeJS.ProcessEnv,
): Promise<Run> {
  return new Promise((resolve) => {
    const child = spawn(program, [...parameters], {
      cwd: folder,
      env: toolEnvironment(env),
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    const stdout: Buffer[] = []
    const stderr: Buffer[] = []
    child.stdout.on('data', (data: Buffer) => stdout.push(data))
    child.stderr.on('data', (data: Buffer) => stderr.push(data))
    child.on('error', (cause) => {
      resolve({
        code: null,
        signal: null,
        stdout: '',
        stderr: cause.message,
        absent: 'code' in cause && cause.code === 'ENOENT',
      })
    })
    child.on('close', (code, signal) => {
      const text = (chunks: readonly Buffer[]): string => Buffer.concat(chunks).toString('utf8')
      resolve({ code, signal, stdout: text(stdout), stderr: text(stderr), absent: false })
    })
  })
}

const REAL_ERROR =
  /\b(fatal )?error: |undefined reference|cannot find -l|undefined symbols|^npm error (?!code|path|command)/i

/** The first line that says what went wrong. Programs that call others complain as well, after them and less to the point. */
export function firstError({ stdout, stderr }: Pick<Run, 'stdout' | 'stderr'>): string | null {
  const lines = `${stderr}\n${stdout}`.split('\n').map((line) => line.trim())
  const found = lines.find((line) => REAL_ERROR.test(line)) ?? lines.find((line) => /\b(error|err!)/i.test(line))
  return found ?? lines.find((line) => line !== '') ?? null
}
