import { checkProgram } from './check/check.js'
import type { Diagnostic } from './diagnostics/diagnostic.js'
import { elaborate } from './elaborate/elaborate.js'
import type { LanguageHost } from './host.js'
import type { Program } from './program.js'

/**
 * Parses, checks and elaborates a pipeline file. All independent messages, those of the file itself first, each file in
 * source order; `program` is null when one is an error.
 */
export function analyze(entry: string, host: LanguageHost): { program: Program | null; diagnostics: Diagnostic[] } {
  const checked = checkProgram(entry, host)
  if (checked.diagnostics.some((diagnostic) => diagnostic.severity === 'error')) {
    return { program: null, diagnostics: sorted(checked.diagnostics, checked.entry) }
  }
  const { program, diagnostics } = elaborate(checked, host)
  return { program, diagnostics: sorted([...checked.diagnostics, ...diagnostics], checked.entry) }
}

function sorted(diagnostics: readonly Diagnostic[], entry: string): Diagnostic[] {
  const rank = (file: string | undefined): string => (file === undefined || file === entry ? '' : file)
  return [...diagnostics].sort((a, b) => {
    const [first, second] = [rank(a.span?.file), rank(b.span?.file)]
    if (first !== second) return first < second ? -1 : 1
    return (a.span?.start ?? 0) - (b.span?.start ?? 0) || (a.span?.end ?? 0) - (b.span?.end ?? 0)
  })
}
