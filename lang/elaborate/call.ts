import type { BoundArgument, BoundCall, CheckedModule } from '../check/result.js'
import type { Span } from '../source.js'
import type { Declaration, EntryDeclaration, Expression, Parameter } from '../syntax/ast.js'
import type { Elaboration, Env } from './context.js'
import { constant, evaluate } from './evaluate.js'
import type { Frames } from './network/frames.js'
import { callLayer, callShared } from './network/layer.js'
import { applyOperation } from './network/operations.js'
import type { Arguments, Value, ValueOf } from './value.js'

/** The value of a call; `frames` are the quantizers that follow it by `with`, which its arguments don't see. */
export function evaluateCall(expression: Expression, env: Env, frames: Frames): Value {
  const bound = env.module.calls.get(expression)
  if (bound === undefined) return withFrames(evaluate(expression, env), frames)
  const { callee } = bound
  const { span } = expression
  switch (callee.kind) {
    case 'local':
      return callShared(bound, bindGiven(bound.arguments, env), frames, expression, env)
    case 'metric':
      return {
        kind: 'metric',
        declaration: callee.declaration,
        arguments: bindArguments(bound.arguments, env, env.elaboration.module(callee.module)),
        span,
      }
    case 'declaration': {
      const module = env.elaboration.module(callee.module)
      return callDeclaration(callee.declaration, module, bound, frames, expression, env)
    }
    default:
      throw new Error(`the checker let a ${callee.kind} be called`)
  }
}

function callDeclaration(
  declaration: Declaration,
  module: CheckedModule,
  bound: BoundCall,
  frames: Frames,
  expression: Expression,
  env: Env,
): Value {
  const { span } = expression
  if (declaration.kind === 'let') return withOthers(constant(module.path, declaration, env), bound, span, env)
  const given = bindArguments(bound.arguments, env, module)
  switch (declaration.kind) {
    case 'extern':
      if (declaration.what === 'operation') {
        return applyOperation(declaration.name.name, given, bound, expression, {
          ...env,
          frames: [...frames, ...env.frames],
        })
      }
      return { kind: 'built', name: declaration.name.name, arguments: given, span }
    case 'layer':
      return callLayer({ declaration, module, arguments: given, frames: [...frames, ...env.frames] }, expression, env)
    case 'architecture':
      return { kind: 'network', declaration, module, parameters: given, frames: [...frames, ...env.frames], span }
    default:
      return { kind: 'declared', declaration, module, parameters: given, span }
  }
}

/** A constant that a function has made, with other arguments where some are given: `sweep(over = 9 epochs)`. */
function withOthers(made: Value, bound: BoundCall, span: Span, env: Env): Value {
  if (made.kind !== 'built') return made
  const given = bindGiven(bound.arguments, env)
  const entries = bound.arguments.flatMap(({ parameter: { name } }): [string, Value][] => {
    const value = given.get(name.name) ?? made.arguments.get(name.name)
    return value === undefined ? [] : [[name.name, value]]
  })
  return { ...made, arguments: new Map(entries), span }
}

/** `network with quantizer` where the network was given a name before. */
function withFrames(value: Value, frames: Frames): Value {
  return value.kind === 'network' ? { ...value, frames: [...frames, ...value.frames] } : value
}

/** The values of all parameters: those given, then the defaults. */
export function bindArguments(bound: readonly BoundArgument[], env: Env, callee: CheckedModule): Arguments {
  return withDefaults(
    bound.map(({ parameter }) => parameter),
    bindGiven(bound, env),
    env,
    callee,
  )
}

/** `given`, and the defaults of the other parameters, which may name earlier parameters; in the order of the parameters. */
export function withDefaults(
  parameters: readonly Parameter[],
  given: Arguments,
  env: Env,
  callee: CheckedModule,
): Arguments {
  const values = new Map<string, Value>()
  for (const { name, defaultValue } of parameters) {
    const value = given.get(name.name)
    if (value !== undefined) values.set(name.name, value)
    else if (defaultValue !== undefined) {
      values.set(name.name, evaluate(defaultValue, { ...env, module: callee, locals: new Map(values) }))
    }
  }
  return values
}

/** The values of those parameters that were given. */
export function bindGiven(bound: readonly BoundArgument[], env: Env): Arguments {
  return new Map(
    bound.flatMap(({ parameter, value }) => (value === undefined ? [] : [[parameter.name.name, evaluate(value, env)]])),
  )
}

/** Whether a declaration needs no arguments. */
export function standsAlone({ parameters }: { readonly parameters: readonly Parameter[] }): boolean {
  return parameters.every(({ defaultValue, type }) => defaultValue !== undefined || type.kind === 'optional_type')
}

/** A declaration with no arguments, for those that can stand alone. */
export function standAlone(
  declaration: EntryDeclaration,
  module: CheckedModule,
  elaboration: Elaboration,
  span: Span,
): ValueOf<'declared'> {
  const env: Env = { elaboration, module, locals: new Map(), frames: [], body: undefined }
  const bound = declaration.parameters.map((parameter) => ({ parameter, value: undefined }))
  return { kind: 'declared', declaration, module, parameters: bindArguments(bound, env, module), span }
}

/** The entries of a declaration as values, with the defaults of its schema in the prelude. */
export function entriesOf(value: ValueOf<'declared'>, elaboration: Elaboration): Arguments {
  const known = elaboration.entries.get(value)
  if (known !== undefined) return known
  const { declaration, module, parameters } = value
  const env: Env = { elaboration, module, locals: new Map(parameters), frames: [], body: undefined }
  const bound = module.calls.get(declaration)
  const entries =
    bound === undefined ? new Map<string, Value>() : bindArguments(bound.arguments, env, elaboration.prelude)
  elaboration.entries.set(value, entries)
  return entries
}
