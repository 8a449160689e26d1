import type { Diagnostic } from '../diagnostics/diagnostic.js'
import { LineTable } from '../diagnostics/lines.js'
import * as syntax from '../diagnostics/messages/syntax.js'
import * as brackets from '../diagnostics/messages/syntax-brackets.js'
import * as signs from '../diagnostics/messages/syntax-tokens.js'
import type { ModuleContext } from './context.js'

/** What leaves open how its line was meant. Other messages of the syntax know that, and what was meant is checked. */
const UNCLEAR: ReadonlySet<string> = new Set(
  [
    ...[syntax.unexpected, syntax.missingValue, syntax.missingSeparator, syntax.missingEquals, syntax.strayValue],
    ...[brackets.unclosedBracket, brackets.strayCloser, brackets.missingOpener, brackets.listInParentheses],
    ...[signs.unclosedString, signs.unknownCharacter, signs.noModulo, syntax.misplacedStatement],
  ].map(({ code }) => code),
)

/** Without what is said of the meaning of a line that could not be read for certain: it would be about a line that nobody wrote. */
export function withoutFollowUps(module: ModuleContext): readonly Diagnostic[] {
  const { syntaxErrors, diagnostics } = module
  if (syntaxErrors.length === 0) return diagnostics
  const lines = new LineTable(module.text)
  const unclear = new Set<number>()
  for (const { code, span } of syntaxErrors) {
    if (UNCLEAR.has(code) && span !== undefined) unclear.add(lines.lineAt(span.start))
  }
  const own = new Set(syntaxErrors)
  return diagnostics.filter(
    (diagnostic) =>
      own.has(diagnostic) || diagnostic.span === undefined || !unclear.has(lines.lineAt(diagnostic.span.start)),
  )
}
