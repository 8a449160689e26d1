import { alreadyNamed } from '../diagnostics/messages/check-names.js'
import type { Declaration, Identifier, Parameter } from '../syntax/ast.js'
import { checkBudget } from './budget.js'
import { constantType, fileEnv } from './constants.js'
import type { Env, ModuleContext, ProgramContext } from './context.js'
import { report } from './context.js'
import { checkEntries } from './entries.js'
import { expectType } from './expressions/expression.js'
import { checkMemberName, declareLocal } from './local-names.js'
import { bodyScope } from './locals.js'
import type { PlaceStatement } from './result.js'
import { signatureOf } from './signatures.js'
import { checkBody, namesOf } from './statements.js'

/** Checks one declaration of `module` with everything in it. */
export function checkDeclaration(declaration: Declaration, program: ProgramContext, module: ModuleContext): void {
  switch (declaration.kind) {
    case 'let':
      checkMemberName(program, module, declaration.name)
      constantType(program, module, declaration)
      return
    case 'extern':
      checkExtern(declaration, program, module)
      return
    case 'layer':
    case 'architecture': {
      const env: Env = {
        ...fileEnv(program, module),
        locals: bodyScope(),
        owner: declaration,
        inBody: true,
        places: placesOf(declaration.body),
        bodyNames: namesOf(declaration.body),
      }
      checkParameters(declaration, env)
      checkBody(declaration, env)
      program.bodies.push({ env, span: declaration.span })
      return
    }
    default: {
      const env: Env = { ...fileEnv(program, module), owner: declaration }
      checkParameters(declaration, env)
      if (declaration.kind === 'budget') checkBudget(declaration, env)
      else checkEntries(declaration, env)
    }
  }
}

function placesOf(body: readonly { readonly kind: string }[]): ReadonlyMap<string, PlaceStatement> {
  const places = new Map<string, PlaceStatement>()
  for (const statement of body) {
    if (isPlace(statement) && !places.has(statement.name.name)) places.set(statement.name.name, statement)
  }
  return places
}

function isPlace(statement: { readonly kind: string }): statement is PlaceStatement {
  return statement.kind === 'place'
}

/** Checks the defaults and makes each parameter a local; a default may use the parameters before it. */
function checkParameters(declaration: Exclude<Declaration, { kind: 'let' | 'extern' }>, env: Env): void {
  const signature = signatureOf(env.program, env.module, declaration)
  for (const { parameter, type } of signature?.parameters ?? []) {
    checkDefault(parameter, type, env)
    declareLocal(env, { role: 'parameter', definition: parameter.name, type })
  }
}

function checkDefault(parameter: Parameter, type: Parameters<typeof expectType>[1], env: Env): void {
  if (parameter.defaultValue === undefined) return
  // A tensor cannot be made before the call, so a default is no place for one.
  expectType(
    parameter.defaultValue,
    type,
    { ...env, inBody: false },
    { text: `'${parameter.name.name}'`, definition: parameter.type.span },
  )
}

function checkExtern(
  declaration: Extract<Declaration, { kind: 'extern' }>,
  program: ProgramContext,
  module: ModuleContext,
): void {
  const signature = signatureOf(program, module, declaration)
  const env = fileEnv(program, module)
  const seen = new Map<string, Identifier>()
  for (const { parameter, type } of signature?.parameters ?? []) {
    const first = seen.get(parameter.name.name)
    if (first !== undefined)
      report(env, alreadyNamed({ name: parameter.name.name, span: parameter.name.span, first: first.span }))
    seen.set(parameter.name.name, parameter.name)
    checkDefault(parameter, type, env)
  }
}
