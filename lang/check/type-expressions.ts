import { incompleteType, notAType, unknownTypeName } from '../diagnostics/messages/check-types.js'
import { meantBy } from '../habits.js'
import { ENTRY_DECLARATION_KINDS, type EntryDeclarationKind, type TypeExpression } from '../syntax/ast.js'
import { BASE_UNITS, type Dimension } from '../units.js'
import { fail, type ModuleContext, type ProgramContext } from './context.js'
import {
  boolType,
  floatType,
  intType,
  listOf,
  placeType,
  quantityOf,
  rangeType,
  stringType,
  type Type,
  tensorType,
  unionOf,
  unknownType,
} from './types.js'

const column = unionOf([stringType, intType])

const BUILT_IN: ReadonlyMap<string, Type> = new Map([
  ['int', intType],
  ['float', floatType],
  ['bool', boolType],
  ['string', stringType],
  ['tensor', tensorType],
  ['range', rangeType],
  ['place', placeType],
  ['column', column],
  ['columns', unionOf([column, listOf(column)])],
  ['duration', unionOf([quantityOf('epochs'), quantityOf('steps')])],
  ...(Object.keys(BASE_UNITS) as Dimension[]).map((dimension): [string, Type] => [dimension, quantityOf(dimension)]),
  ...ENTRY_DECLARATION_KINDS.map((kind: EntryDeclarationKind): [string, Type] => [
    kind,
    { kind: 'declared', declaration: kind },
  ]),
])

export interface ResolvedType {
  readonly type: Type
  /** `T?`: may be left out. */
  readonly optional: boolean
}

/** The type that is written, in a module of the program. Reports names that no type has. */
export function resolveType(written: TypeExpression, program: ProgramContext, module: ModuleContext): ResolvedType {
  const inner = (expression: TypeExpression): ResolvedType => resolveType(expression, program, module)
  switch (written.kind) {
    case 'named_type':
      return { type: namedType(written.name, written, program, module), optional: false }
    case 'list_type':
      return { type: listOf(inner(written.element).type), optional: false }
    case 'map_type':
      return { type: { kind: 'map', element: inner(written.element).type }, optional: false }
    case 'record_type':
      return {
        type: {
          kind: 'record',
          fields: written.fields.map((field) => ({ name: field.name.name, ...inner(field.type) })),
        },
        optional: false,
      }
    case 'union_type': {
      const options = written.options.map(inner)
      return {
        type: unionOf(options.map((option) => option.type)),
        optional: options.some((option) => option.optional),
      }
    }
    case 'optional_type':
      return { type: inner(written.element).type, optional: true }
  }
}

function namedType(name: string, written: TypeExpression, program: ProgramContext, module: ModuleContext): Type {
  const declared = module.scope.types.get(name) ?? program.prelude.scope.types.get(name)
  if (declared?.what === 'enum')
    return { kind: 'enumeration', name, members: declared.members.map((member) => member.name) }
  if (declared !== undefined) return { kind: 'opaque', name }
  const builtIn = BUILT_IN.get(name)
  if (builtIn !== undefined) return builtIn
  if (name === '') return unknownType
  if (name === 'list' || name === 'record') return fail({ module }, incompleteType({ name, span: written.span }))
  const value = module.scope.values.get(name) ?? program.prelude.scope.values.get(name)
  if (value?.target !== undefined) {
    return fail({ module }, notAType({ name, span: written.span, kind: value.target.declaration.kind }))
  }
  const candidates = [...BUILT_IN.keys(), ...program.prelude.scope.types.keys(), ...module.scope.types.keys()]
  return fail({ module }, unknownTypeName({ name, span: written.span, nearest: meantBy(name, candidates) }))
}
