import type { Declaration, Parameter } from '../syntax/ast.js'
import type { ModuleContext, ProgramContext } from './context.js'
import { resolveType } from './type-expressions.js'
import { networkType, type Type, tensorType, unknownType } from './types.js'

/** How something is called and what a call gives. */
export interface Signature {
  readonly parameters: readonly SignatureParameter[]
  readonly result: Type
}

export interface SignatureParameter {
  readonly parameter: Parameter
  readonly type: Type
  /** Neither optional nor with a default. */
  readonly required: boolean
}

/** The signature of what `module` declares; undefined for what cannot be called: constants, types. */
export function signatureOf(
  program: ProgramContext,
  module: ModuleContext,
  declaration: Declaration,
): Signature | undefined {
  const known = program.signatures.get(declaration)
  if (known !== undefined) return known
  if (declaration.kind === 'let') return undefined
  if (declaration.kind === 'extern' && (declaration.what === 'enum' || declaration.what === 'type')) return undefined
  const signature: Signature = {
    parameters: declaration.parameters.map((parameter) => parameterOf(parameter, program, module)),
    result: resultOf(declaration, program, module),
  }
  program.signatures.set(declaration, signature)
  return signature
}

function parameterOf(parameter: Parameter, program: ProgramContext, module: ModuleContext): SignatureParameter {
  const { type, optional } = resolveType(parameter.type, program, module)
  return { parameter, type, required: !optional && parameter.defaultValue === undefined }
}

function resultOf(declaration: Declaration, program: ProgramContext, module: ModuleContext): Type {
  switch (declaration.kind) {
    case 'layer':
      return tensorType
    case 'architecture':
      return networkType
    case 'let':
      return unknownType
    case 'extern':
      return 'result' in declaration && declaration.result !== undefined
        ? resolveType(declaration.result, program, module).type
        : unknownType
    default:
      return { kind: 'declared', declaration: declaration.kind }
  }
}

/** How a kind of declaration is called in a message: `a layer`, `an architecture`, `a data set`. */
export function kindText(declaration: Declaration): string {
  switch (declaration.kind) {
    case 'extern':
      return declaration.what === 'enum'
        ? 'an enumeration'
        : declaration.what === 'operation'
          ? 'an operation'
          : `a ${declaration.what}`
    case 'let':
      return 'a constant'
    case 'architecture':
      return 'an architecture'
    case 'train':
      return 'a training'
    default:
      return `a ${declaration.kind}`
  }
}
