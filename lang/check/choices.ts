import type { Env } from './context.js'
import { signatureOf } from './signatures.js'
import { standardNames } from './standard-names.js'
import { metricType, optionsOf, sameType, type Type } from './types.js'

/** Names that a message lists. */
const LISTED = 24

/** What could stand where `expected` is, for messages: the names of the file, of the prelude, or of a standard module. */
export function choicesFor(expected: Type | undefined, env: Env): string | undefined {
  if (expected === undefined) return undefined
  for (const option of optionsOf(expected)) {
    if (option.kind === 'declared') return choicesOfKind(option.declaration, env)
    if (sameType(option, metricType)) return listed('a metric', [...env.program.prelude.scope.metrics.keys()])
    if (option.kind === 'opaque') {
      const names = functionsOf(option, env)
      if (names.length > 0) return listed(`a ${option.name}`, names)
    }
  }
  return undefined
}

function choicesOfKind(kind: string, env: Env): string {
  const own = [...env.module.scope.values].filter(([, { target }]) => target?.declaration.kind === kind)
  if (own.length > 0)
    return listed(
      `a ${kind} of this file`,
      own.map(([name]) => name),
    )
  const from = `std/${kind}s`
  const standard = [...standardNames(env.program)].filter(([, module]) => module === from).map(([name]) => name)
  return standard.length > 0 ? listed(`a ${kind} of "${from}"`, standard) : `this file declares no ${kind}`
}

/** Functions of the prelude that make a value of the type. */
function functionsOf(type: Type, env: Env): readonly string[] {
  const { prelude } = env.program
  return [...prelude.scope.values].flatMap(([name, { target }]) => {
    if (target === undefined || target.declaration.kind !== 'extern') return []
    const result = signatureOf(env.program, target.module, target.declaration)?.result
    return result !== undefined && sameType(result, type) ? [name] : []
  })
}

function listed(what: string, names: readonly string[]): string {
  const shown = names.slice(0, LISTED).join(', ')
  return `${what} is ${names.length > 1 ? 'one of ' : ''}${shown}${names.length > LISTED ? ', …' : ''}`
}
