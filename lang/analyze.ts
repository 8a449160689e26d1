import { checkProgram } from './check/check.js'
import type { Diagnostic } from './diagnostics/diagnostic.js'
import { elaborate } from './elaborate/elaborate.js'
import type { LanguageHost } from './host.js'
import type { PipelineInputs, Program } from './program.js'

export interface Analysis {
  /** Null when a message is an error. */
  readonly program: Program | null
  /** What the pipeline reads from files: of declarations that are without an error, whatever is wrong elsewhere. */
  readonly inputs: PipelineInputs
  readonly diagnostics: Diagnostic[]
}

/** Parses, checks and elaborates a pipeline file: all independent messages, in the order of `inTextOrder`. */
export function analyze(entry: string, host: LanguageHost): Analysis {
  const checked = checkProgram(entry, host)
  const { program, inputs, diagnostics } = elaborate(checked, host)
  return { program, inputs, diagnostics: inTextOrder([...checked.diagnostics, ...diagnostics], checked.entry) }
}

/** Messages about the file `entry` first, each file's in source order. */
export function inTextOrder(diagnostics: readonly Diagnostic[], entry: string): Diagnostic[] {
  const rank = (file: string | undefined): string => (file === undefined || file === entry ? '' : file)
  return [...diagnostics].sort((a, b) => {
    const [first, second] = [rank(a.span?.file), rank(b.span?.file)]
    if (first !== second) return first < second ? -1 : 1
    return (a.span?.start ?? 0) - (b.span?.start ?? 0) || (a.span?.end ?? 0) - (b.span?.end ?? 0)
  })
}
