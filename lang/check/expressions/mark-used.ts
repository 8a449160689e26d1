import type { Expression } from '../../syntax/ast.js'
import { type Env, findUsable } from '../context.js'

/**
 * Notes the names of an expression that is not checked because what it belongs to is wrong, so that they are not called
 * unused on top of that.
 */
export function markUsed(expression: Expression, env: Env): void {
  if (expression.kind === 'name') {
    const found = findUsable(env, expression.name)
    if (found !== undefined) found.used = true
  }
  for (const part of partsOf(expression)) markUsed(part, env)
}

/** The expressions that `expression` directly consists of. */
function partsOf(expression: Expression): readonly Expression[] {
  switch (expression.kind) {
    case 'member':
      return [expression.object]
    case 'index':
      return [expression.object, expression.index]
    case 'call':
      return [expression.callee, ...expression.arguments.map((argument) => argument.value)]
    case 'list':
      return expression.items
    case 'record':
      return expression.entries.map((entry) => entry.value)
    case 'unary':
      return [expression.operand]
    case 'binary':
      return [expression.left, expression.right]
    case 'conditional':
      return [expression.condition, expression.whenTrue, expression.whenFalse]
    case 'pipe':
      return [expression.value, expression.call]
    case 'with':
      return [expression.call, expression.quantizer]
    case 'name':
    case 'number':
    case 'quantity':
    case 'string':
    case 'boolean':
      return []
  }
}
