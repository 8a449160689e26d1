import type { Expression } from '../syntax/ast.js'
import type { Env } from './context.js'
import { findLocal } from './locals.js'
import { optionsOf, type Type } from './types.js'

/**
 * The text that was meant where one is expected and something like a path stands without quotes: `csv(data/beans.csv)`. Undefined
 * where what stands there has a meaning of its own.
 */
export function unquotedPath(expression: Expression, expected: Type, env: Env): string | undefined {
  if (!optionsOf(expected).some((option) => option.kind === 'string')) return undefined
  if (expression.kind !== 'member' && expression.kind !== 'binary') return undefined
  const isPath = leavesOf(expression)?.every((name) => !isKnown(name, env))
  return isPath === true ? env.module.text.slice(expression.span.start, expression.span.end) : undefined
}

/** The names between the `/`, `-` and `.` of a path; undefined where something else stands among them. */
function leavesOf(expression: Expression): readonly string[] | undefined {
  switch (expression.kind) {
    case 'name':
      return [expression.name]
    case 'number':
      return []
    case 'member':
      return leavesOf(expression.object)
    case 'binary': {
      if (expression.operator !== '/' && expression.operator !== '-') return undefined
      const [left, right] = [leavesOf(expression.left), leavesOf(expression.right)]
      return left === undefined || right === undefined ? undefined : [...left, ...right]
    }
    default:
      return undefined
  }
}

/** Whether a name could be what has members: a local, a constant, `simulate` of the prelude. No other declaration has any. */
function isKnown(name: string, env: Env): boolean {
  const own = env.module.scope.values.get(name)
  if (own !== undefined) return own.target === undefined || own.target.declaration.kind === 'let'
  const prelude = [...env.program.prelude.scope.values.keys()]
  return findLocal(env.locals, name) !== undefined || prelude.some((known) => known.startsWith(`${name}.`))
}
