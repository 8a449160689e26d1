import { checkProgram } from '../../../lang/check/check.js'
import type { CheckedModule, CheckedProgram } from '../../../lang/check/result.js'
import type { Diagnostic } from '../../../lang/diagnostics/diagnostic.js'
import { memoryHost } from '../memory-host.js'

export const PIPELINE = 'pipeline.hgq'

/** Checks `text` as the pipeline file, with its first line and further files added. */
export function check(text: string, files: Readonly<Record<string, string>> = {}): CheckedProgram {
  return checkProgram(PIPELINE, memoryHost({ [PIPELINE]: `hgq 1\n${text}`, ...files }))
}

/** The checked pipeline file of a program. */
export function pipelineOf(program: CheckedProgram): CheckedModule {
  const module = program.modules.get(PIPELINE)
  if (module === undefined) throw new Error('the pipeline was not checked')
  return module
}

/** Messages as `code message @ marked text`, in order; for comparing whole lists. */
export function messages(text: string, files: Readonly<Record<string, string>> = {}): readonly string[] {
  const program = check(text, files)
  return program.diagnostics.map(
    (diagnostic) => `${diagnostic.code} ${diagnostic.message} @ ${marked(diagnostic, program)}`,
  )
}

/** What a message points at. */
export function marked(diagnostic: Diagnostic, program: CheckedProgram): string {
  const { span } = diagnostic
  return span === undefined ? '' : (program.modules.get(span.file)?.text.slice(span.start, span.end) ?? '')
}

/** The pipeline file after the only fix of the only message. */
export function fixed(text: string): string {
  const program = check(text)
  const [diagnostic] = program.diagnostics
  const fix = diagnostic?.fixes[0]
  if (fix === undefined || program.diagnostics.length !== 1) {
    throw new Error(`expected one message with a fix, found ${JSON.stringify(program.diagnostics)}`)
  }
  const edits = [...fix.edits].sort((a, b) => b.span.start - a.span.start)
  let result = pipelineOf(program).text
  for (const { span, text: inserted } of edits) result = result.slice(0, span.start) + inserted + result.slice(span.end)
  return result.slice('hgq 1\n'.length)
}

/** A layer around statements that may use `x`. */
export function inLayer(body: string, parameters = ''): string {
  return `layer sample(x: tensor${parameters === '' ? '' : `, ${parameters}`}) {\n${body}\n}\n`
}
