import { recursion } from '../diagnostics/messages/check-names.js'
import type { Declaration } from '../syntax/ast.js'
import type { ProgramContext, Use } from './context.js'

/** Reports declarations that need themselves, directly or through others: once for each circle, at its first call in the text. */
export function reportRecursion(program: ProgramContext): void {
  const reported = new Set<Declaration>()
  const uses = [...program.uses].sort((a, b) => a.span.start - b.span.start)
  for (const use of uses) {
    if (reported.has(use.by)) continue
    const way = wayBack(use, uses)
    if (way === undefined) continue
    for (const step of way) reported.add(step.by)
    program.modules.get(use.span.file)?.diagnostics.push(
      recursion({
        name: use.by.name.name,
        span: use.span,
        calls: way.every(({ by }) => by.kind === 'layer' || by.kind === 'architecture'),
        steps: way.slice(1).map((step) => ({ span: step.span, name: step.of.name.name, by: step.by.name.name })),
      }),
    )
  }
}

/** The calls that lead from `first` back to its caller, `first` included; undefined when none do. */
function wayBack(first: Use, uses: readonly Use[]): readonly Use[] | undefined {
  const reachedBy = new Map<Declaration, Use>([[first.of, first]])
  const queue: Declaration[] = [first.of]
  for (let current = queue.shift(); current !== undefined; current = queue.shift()) {
    if (current === first.by) return path(current, first, reachedBy)
    for (const use of uses) {
      if (use.by !== current || reachedBy.has(use.of)) continue
      reachedBy.set(use.of, use)
      queue.push(use.of)
    }
  }
  return undefined
}

function path(end: Declaration, first: Use, reachedBy: ReadonlyMap<Declaration, Use>): readonly Use[] {
  const steps: Use[] = []
  let use = reachedBy.get(end)
  while (use !== undefined && use !== first) {
    steps.unshift(use)
    use = reachedBy.get(use.by)
  }
  return [first, ...steps]
}
