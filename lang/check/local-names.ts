import { alreadyLocal, alreadyNamed, memberName, shadowsFile } from '../diagnostics/messages/check-names.js'
import type { Identifier } from '../syntax/ast.js'
import { type Env, type ModuleContext, type ProgramContext, report } from './context.js'
import { addLocal, findLocal, type Local } from './locals.js'
import { unknownType } from './types.js'

/**
 * Adds a name to the scope of `env`. It may hide nothing: no other local, no name of the file, no member of an
 * enumeration. Names of the prelude may be taken, so that a new one there breaks no file.
 */
export function declareLocal(env: Env, local: Omit<Local, 'name' | 'used'>, role: 'let' | 'other' = 'other'): void {
  const { definition } = local
  const { name } = definition
  if (name === '') return
  const outer = findLocal(env.locals, name)
  if (outer !== undefined) {
    const facts = { name, span: definition.span, first: outer.definition.span }
    report(env, role === 'let' ? alreadyLocal(facts) : alreadyNamed({ ...facts, isLocal: true }))
    // Which of the two a use means is open: it is left alone.
    outer.type = unknownType
    outer.used = true
    return
  }
  const isFree = checkFileName(env, definition)
  addLocal(env.locals, { ...local, type: isFree ? local.type : unknownType, name, used: !isFree })
}

/** True when neither the file nor an enumeration has the name. */
function checkFileName(env: Env, definition: Identifier): boolean {
  const file = env.module.scope.values.get(definition.name)
  if (file !== undefined) {
    report(env, shadowsFile({ name: definition.name, span: definition.span, first: file.definition.span }))
    file.used = true
    return false
  }
  return checkMemberName(env.program, env.module, definition)
}

/** A `let`, a parameter or an input must not be named like a member of an enumeration. True when it is not. */
export function checkMemberName(program: ProgramContext, module: ModuleContext, definition: Identifier): boolean {
  for (const scope of [program.prelude.scope, module.scope]) {
    for (const type of scope.types.values()) {
      if (type.what !== 'enum') continue
      if (type.members.some((member) => member.name === definition.name)) {
        report({ module }, memberName({ name: definition.name, enumeration: type.name.name, span: definition.span }))
        return false
      }
    }
  }
  return true
}
