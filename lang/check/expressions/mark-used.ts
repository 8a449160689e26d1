import type { Expression } from '../../syntax/ast.js'
import { type Env, findUsable } from '../context.js'

/**
 * Notes the names of an expression that is not checked because what it belongs to is wrong, so that they are not called
 * unused on top of that.
 */
export function markUsed(expression: Expression, env: Env): void {
  const visit = (inner: Expression): void => markUsed(inner, env)
  switch (expression.kind) {
    case 'name': {
      const found = findUsable(env, expression.name)
      if (found !== undefined) found.used = true
      return
    }
    case 'member':
      return visit(expression.object)
    case 'index':
      visit(expression.object)
      return visit(expression.index)
    case 'call':
      visit(expression.callee)
      for (const argument of expression.arguments) visit(argument.value)
      return
    case 'list':
      return expression.items.forEach(visit)
    case 'record':
      for (const entry of expression.entries) visit(entry.value)
      return
    case 'unary':
      return visit(expression.operand)
    case 'binary':
      visit(expression.left)
      return visit(expression.right)
    case 'conditional':
      visit(expression.condition)
      visit(expression.whenTrue)
      return visit(expression.whenFalse)
    case 'pipe':
      visit(expression.value)
      return visit(expression.call)
    case 'with':
      visit(expression.call)
      return visit(expression.quantizer)
    case 'number':
    case 'quantity':
    case 'string':
    case 'boolean':
      return
  }
}
