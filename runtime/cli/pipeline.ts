import { existsSync, statSync } from 'node:fs'
import { dirname, join, relative, resolve, sep } from 'node:path'
import { analyze } from '../../lang/analyze.js'
import type { Diagnostic, Result } from '../../lang/diagnostics/diagnostic.js'
import { nothingToBuild, pipelineMissing } from '../../lang/diagnostics/messages/build.js'
import { renderDiagnostic } from '../../lang/diagnostics/render.js'
import type { PipelineInputs, Program } from '../../lang/program.js'
import { languageHost } from '../language-host.js'
import { DEFAULT_FILE } from './arguments.js'

/** A pipeline file as the command line names it. */
export interface Pipeline {
  /** Relative to the working folder, with slashes: its name in messages. */
  readonly file: string
  /** Absolute. Paths in the pipeline are relative to its folder. */
  readonly path: string
  readonly program: Program | null
  /** What it reads from files: of declarations that are without an error. */
  readonly inputs: PipelineInputs
  readonly diagnostics: readonly Diagnostic[]
}

/** Reads, checks and elaborates a pipeline; a folder stands for the `pipeline.hgq` in it. */
export function openPipeline(file: string, cwd: string): Pipeline {
  const path = resolve(cwd, file)
  const name = relative(cwd, path).split(sep).join('/')
  if (!existsSync(path)) {
    const inputs = { datasets: [], imports: [], origins: {} }
    return { file: name, path, program: null, inputs, diagnostics: [pipelineMissing({ path: file })] }
  }
  if (statSync(path).isDirectory()) return openPipeline(join(file, DEFAULT_FILE), cwd)
  // Where downloads lie unless configured otherwise; their headers are read when they are there.
  const cacheFolder = join(dirname(path), '.hgq', 'downloads')
  return { file: name, path, ...analyze(name, languageHost(cwd, { cacheFolder })) }
}

/** The program of a pipeline that has something to build. */
export function buildable(pipeline: Pipeline, cwd: string): Result<Program, readonly Diagnostic[]> {
  const errors = pipeline.diagnostics.filter((each) => each.severity === 'error')
  const { program } = pipeline
  if (program === null || errors.length > 0) return { ok: false, error: errors }
  if (program.builds.length > 0) return { ok: true, value: program }
  const text = languageHost(cwd).readModule(pipeline.file, '')?.text ?? ''
  const end = text.trimEnd().length
  const addition = suggestedBuild(program, text)
  return { ok: false, error: [nothingToBuild({ span: { file: pipeline.file, start: end, end }, addition })] }
}

/** A build of what the file declares, as near as can be told: trainings that no build uses are not elaborated. */
function suggestedBuild(program: Program, text: string): string {
  const declared = (keyword: string): string[] =>
    [...text.matchAll(new RegExp(`^\\s*${keyword}\\s+(\\w+)`, 'gm'))].map((match) => match[1] ?? '')
  const training = declared('train')[0] ?? 'scan'
  const [budget] = declared('budget')
  const targets = program.targets.length > 0 ? program.targets.map((target) => target.name) : declared('target')
  const within = budget === undefined ? '' : `  within = ${budget}\n`
  return `\n\nbuild design {\n  from = ${training}\n${within}  targets = [${targets.join(', ')}]\n}\n`
}

/** Renders messages about the files below `cwd` and the standard library. */
export function diagnosticText(cwd: string, colour: boolean): (diagnostic: Diagnostic) => string {
  const host = languageHost(cwd)
  const texts = new Map<string, string | undefined>()
  const source = (file: string): string | undefined => {
    if (!texts.has(file)) texts.set(file, host.readModule(file, '')?.text)
    return texts.get(file)
  }
  return (diagnostic) => renderDiagnostic(diagnostic, source, { colour })
}
