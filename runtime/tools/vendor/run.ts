import { readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Diagnostic, Result } from '../../../lang/diagnostics/diagnostic.js'
import { licenceMissing, synthesisFailed } from '../../../lang/diagnostics/messages/tools.js'
import type { Implementation } from '../../../targets/implementation.js'
import type { Report } from '../../../targets/report.js'
import { ignoreMissing, makeFolder } from '../../store/files.js'
import { resultsFailure } from '../../store/write-failure.js'
import { excerpt, firstComplaint, fullDisk, runToEnd, type ToolCommand, type ToolEnd } from '../process.js'
import { inTemporaryFolder } from '../temporary-folder.js'
import type { VendorTool } from './tool.js'

export interface VendorRequest {
  readonly tool: VendorTool
  /** The tool's program, as it is found or configured. */
  readonly program: string
  readonly implementation: Implementation
  /** Where the temporary folder of the project is made. */
  readonly scratch: string
  /** Gets everything that the tool prints; it stays there whether the run ends well or not. */
  readonly log: string
  /** Of one run. */
  readonly timeoutSeconds: number
  /** How long to try again while no licence is free; 0: not at all. */
  readonly licenceWaitSeconds: number
  /** Between two tries. Left out: 60. */
  readonly licencePauseSeconds?: number | undefined
  readonly signal?: AbortSignal | undefined
  /** Gets the phase that the tool is in. */
  readonly onPhase?: ((text: string) => void) | undefined
}

export interface VendorResult {
  readonly report: Report
  /** The tool's own reports and its log, by name. */
  readonly files: readonly (readonly [name: string, content: Uint8Array])[]
}

/**
 * Lays out the project in a temporary folder, runs the tool's script in it and reads its reports. While the tool says that
 * no licence is free it is run again, until `licenceWaitSeconds` are over. A run that fails is explained by its first real
 * error, with the place in the sources and a cure where one is known.
 */
export async function runVendorTool(request: VendorRequest): Promise<Result<VendorResult>> {
  const unwritable = await emptyLog(request.log)
  if (unwritable !== null) return { ok: false, error: unwritable }
  const { tool, implementation, scratch } = request
  const files = [...implementation.files, ...(tool.files ?? [])].map(({ path, text }) => [path, text] as const)
  return inTemporaryFolder(scratch, `hgq-${tool.name}-`, files, async (folder) => {
    const failure = await runWithLicence(request, folder)
    return failure === null ? await readReports(request, folder) : { ok: false, error: failure }
  })
}

/** Makes room for a new log; null when that went well. */
async function emptyLog(path: string): Promise<Diagnostic | null> {
  try {
    await makeFolder(dirname(path))
    await writeFile(path, '')
    return null
  } catch (error) {
    return resultsFailure(error, { folder: dirname(path), what: 'the log' })
  }
}

/** Null when the tool has ended well. */
async function runWithLicence(request: VendorRequest, folder: string): Promise<Diagnostic | null> {
  const { tool, signal, licenceWaitSeconds } = request
  const begin = Date.now()
  for (;;) {
    const command = commandOf(request, folder)
    const ended = await runToEnd(command)
    if (!ended.ok) return ended.error
    if (ended.value.code === 0) return null
    const output = outputOf(ended.value, folder)
    const full = await fullDisk(command, ended.value)
    if (full !== null) return full
    const problem = firstComplaint(output, tool.licence)
    if (problem === undefined || !tool.licence.test(problem)) return failureOf(request, ended.value, output)
    const waited = Math.round((Date.now() - begin) / 1000)
    const pause = Math.min(request.licencePauseSeconds ?? 60, licenceWaitSeconds - waited)
    const missing = licenceMissing({ tool: tool.title, problem, seconds: waited, log: request.log })
    if (pause <= 0) return missing
    request.onPhase?.(`waiting for a licence of ${tool.title}`)
    await sleep(pause * 1000, signal)
    if (signal?.aborted === true) return missing
  }
}

function commandOf(request: VendorRequest, folder: string): ToolCommand {
  const { tool, program, timeoutSeconds, signal, log, onPhase } = request
  return {
    tool: tool.title,
    program,
    arguments: tool.command(program),
    folder,
    purpose: tool.purpose,
    timeoutSeconds,
    setting: 'toolTimeout',
    signal,
    log,
    complaint: tool.error,
    onOutput: phaseReader(tool, (text) => onPhase?.(text)),
  }
}

/** Tells the phases in what a tool writes. It comes in pieces that end anywhere, so the end of each waits for the next. */
export function phaseReader(tool: VendorTool, onPhase: (text: string) => void): (text: string) => void {
  let rest = ''
  return (text) => {
    const lines = `${rest}${text}`.split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) {
      const phase = tool.phase.exec(line.trim())?.[1]
      if (phase !== undefined) onPhase(`${tool.title}: ${phase}`)
    }
  }
}

/** Everything it printed, with paths as they are in the project. */
function outputOf({ stdout, stderr }: ToolEnd, folder: string): string {
  return `${stdout}\n${stderr}`.replaceAll(`${folder}/`, '').replaceAll(folder, '.')
}

function failureOf(request: VendorRequest, end: ToolEnd, output: string): Diagnostic {
  const { tool } = request
  const ending = end.signal === null ? `exit code ${end.code}` : `ended by ${end.signal}`
  const first = firstComplaint(output, tool.error)
  const explained = first !== undefined && tool.error.test(first)
  return synthesisFailed({
    tool: tool.title,
    place: explained ? placeOf(first) : undefined,
    problem: explained ? first : ending,
    cure: tool.cures.find(({ error }) => first !== undefined && error.test(first))?.cure,
    log: request.log,
    output: excerpt(output, tool.error).slice(explained ? 1 : 0),
  })
}

/** `src/net_stage0.v:12` from `… [src/net_stage0.v:12]` of Vivado or `… File: src/net_stage0.v Line: 12` of Quartus. */
function placeOf(line: string): string | undefined {
  const found = /\[([^\s[\]:]+):(\d+)\]\s*$/.exec(line) ?? /\bFile: (\S+) Line: (\d+)/.exec(line)
  return found === null ? undefined : `${found[1]}:${found[2]}`
}

async function readReports(request: VendorRequest, folder: string): Promise<Result<VendorResult>> {
  const { tool, implementation, log } = request
  const report = await tool.read(implementation, (path) => readFile(join(folder, path), 'utf8').catch(ignoreMissing))
  if (!report.ok) {
    const { error } = report
    return { ok: false, error: { ...error, notes: [...error.notes, `the log is ${log}`] } }
  }
  const files: [string, Uint8Array][] = [[`${tool.name}.log`, await readFile(log)]]
  for (const path of tool.reports(implementation)) {
    const content = await readFile(join(folder, path)).catch(ignoreMissing)
    if (content !== undefined) files.push([path.slice(path.lastIndexOf('/') + 1), content])
  }
  return { ok: true, value: { report: report.value, files } }
}

function sleep(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', done)
      resolve()
    }
    const timer = setTimeout(done, milliseconds)
    signal?.addEventListener('abort', done)
  })
}
