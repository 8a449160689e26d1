import type { CheckedModule, CheckedProgram } from '../check/result.js'
import type { Diagnostic } from '../diagnostics/diagnostic.js'
import { missingVersion } from '../diagnostics/messages/syntax.js'
import type { Span } from '../source.js'
import type { Declaration } from '../syntax/ast.js'

/** Which parts of a program are without mistakes, so that they can be evaluated although others are not. */
export class Soundness {
  readonly #checked: CheckedProgram
  readonly #mistakes: readonly Span[]

  constructor(checked: CheckedProgram, diagnostics: readonly Diagnostic[]) {
    this.#checked = checked
    this.#mistakes = [
      ...diagnostics.flatMap(({ severity, code, span }) =>
        // It stands at what the file starts with, and is not about that.
        severity === 'error' && span !== undefined && code !== missingVersion.code ? [span] : [],
      ),
      ...[...checked.modules.values()].flatMap(({ ast }) => ast.broken ?? []),
    ]
  }

  /** Whether nothing is wrong inside `span`, nor in what must be evaluated for it: constants, defaults of parameters. */
  holds(span: Span, module: CheckedModule, seen: Set<Declaration> = new Set()): boolean {
    if (this.#mistakes.some((mistake) => touches(mistake, span))) return false
    for (const [{ span: place }, reference] of module.references) {
      if (reference.kind !== 'declaration' || !touches(place, span)) continue
      const { declaration } = reference
      if (seen.has(declaration)) continue
      seen.add(declaration)
      const owner = this.#checked.modules.get(reference.module)
      if (owner !== undefined && !partsOf(declaration).every((part) => this.holds(part, owner, seen))) return false
    }
    return true
  }
}

/** What is evaluated of a declaration where it is named. */
function partsOf(declaration: Declaration): readonly Span[] {
  switch (declaration.kind) {
    case 'let':
      return [declaration.span]
    case 'extern':
      return []
    default:
      return declaration.parameters.map((parameter) => parameter.span)
  }
}

function touches(a: Span, b: Span): boolean {
  return a.file === b.file && a.start <= b.end && a.end >= b.start
}
