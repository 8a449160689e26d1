import { constantCircle } from '../diagnostics/messages/check-names.js'
import type { Span } from '../source.js'
import type { ConstantDeclaration } from '../syntax/ast.js'
import type { Env, ModuleContext, ProgramContext } from './context.js'
import { inferType } from './expressions/expression.js'
import { bodyScope } from './locals.js'
import { type Type, unknownType } from './types.js'

/** Where expressions at the top of a file stand: no locals, no tensors. */
export function fileEnv(program: ProgramContext, module: ModuleContext): Env {
  return {
    program,
    module,
    locals: bodyScope(),
    owner: undefined,
    inBody: false,
    places: new Map(),
    bodyNames: new Map(),
  }
}

/** The type of a top-level `let`, worked out when first asked for; order in the file does not matter. */
export function constantType(
  program: ProgramContext,
  module: ModuleContext,
  declaration: ConstantDeclaration,
  use?: Span,
): Type {
  const known = program.constants.get(declaration)
  if (known === 'open') {
    module.diagnostics.push(constantCircle({ name: declaration.name.name, span: declaration.name.span, use }))
    program.constants.set(declaration, unknownType)
    return unknownType
  }
  if (known !== undefined) return known
  program.constants.set(declaration, 'open')
  const type = inferType(declaration.value, fileEnv(program, module))
  // A circle that was found meanwhile has silenced it.
  const settled = program.constants.get(declaration) === 'open' ? type : unknownType
  program.constants.set(declaration, settled)
  return settled
}
