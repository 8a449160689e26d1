import type { EntryDeclarationKind } from '../syntax/ast.js'
import type { Dimension } from '../units.js'

/** What an expression may be. Plain data; compared by structure. */
export type Type =
  /** Of something that is wrong already: fits everywhere, so that one mistake gives one message. */
  | { readonly kind: 'unknown' }
  | { readonly kind: 'int' }
  | { readonly kind: 'float' }
  | { readonly kind: 'bool' }
  | { readonly kind: 'string' }
  | { readonly kind: 'tensor' }
  /** `-12..12`; a `list[int]` too. */
  | { readonly kind: 'range' }
  /** Which entry of a quantizer applies: `weight`, `activation`, or one that a layer declares. */
  | { readonly kind: 'place' }
  | { readonly kind: 'quantity'; readonly dimension: Dimension }
  | { readonly kind: 'enumeration'; readonly name: string; readonly members: readonly string[] }
  /** An `extern type`: `schedule`, `fixed_point`, `network`, … */
  | { readonly kind: 'opaque'; readonly name: string }
  /** A value of a declaration: `train` is the type of `scan(16)`. */
  | { readonly kind: 'declared'; readonly declaration: EntryDeclarationKind }
  | { readonly kind: 'list'; readonly element: Type }
  /** `record[T]`: any names, values of `element`. */
  | { readonly kind: 'map'; readonly element: Type }
  | { readonly kind: 'record'; readonly fields: readonly RecordField[] }
  | { readonly kind: 'union'; readonly options: readonly Type[] }

export interface RecordField {
  readonly name: string
  readonly type: Type
  /** May be left out. */
  readonly optional: boolean
}

export const unknownType: Type = { kind: 'unknown' }
export const intType: Type = { kind: 'int' }
export const floatType: Type = { kind: 'float' }
export const boolType: Type = { kind: 'bool' }
export const stringType: Type = { kind: 'string' }
export const tensorType: Type = { kind: 'tensor' }
export const rangeType: Type = { kind: 'range' }
export const placeType: Type = { kind: 'place' }
export const networkType: Type = { kind: 'opaque', name: 'network' }
export const metricType: Type = { kind: 'opaque', name: 'metric' }
export const fixedPointType: Type = { kind: 'opaque', name: 'fixed_point' }

/** `list[element]`. */
export function listOf(element: Type): Type {
  return { kind: 'list', element }
}

/** A number with a unit of this dimension. */
export function quantityOf(dimension: Dimension): Type {
  return { kind: 'quantity', dimension }
}

/** The union of `options`, flattened; one option stays itself. */
export function unionOf(options: readonly Type[]): Type {
  const flat: Type[] = []
  for (const option of options) {
    for (const type of option.kind === 'union' ? option.options : [option]) {
      if (!flat.some((other) => sameType(other, type))) flat.push(type)
    }
  }
  const [only] = flat
  return only !== undefined && flat.length === 1 ? only : { kind: 'union', options: flat }
}

/** The options of a union; the type itself when it is none. */
export function optionsOf(type: Type): readonly Type[] {
  return type.kind === 'union' ? type.options : [type]
}

/** Equal in structure; unions whatever their order. */
export function sameType(a: Type, b: Type): boolean {
  switch (a.kind) {
    case 'quantity':
      return b.kind === 'quantity' && a.dimension === b.dimension
    case 'enumeration':
    case 'opaque':
      return b.kind === a.kind && a.name === b.name
    case 'declared':
      return b.kind === 'declared' && a.declaration === b.declaration
    case 'list':
    case 'map':
      return b.kind === a.kind && sameType(a.element, b.element)
    case 'record':
      return b.kind === 'record' && sameFields(a.fields, b.fields)
    case 'union':
      return b.kind === 'union' && sameOptions(a.options, b.options)
    default:
      return a.kind === b.kind
  }
}

function sameFields(a: readonly RecordField[], b: readonly RecordField[]): boolean {
  return (
    a.length === b.length &&
    a.every((field) => {
      const other = b.find((candidate) => candidate.name === field.name)
      return other !== undefined && other.optional === field.optional && sameType(field.type, other.type)
    })
  )
}

function sameOptions(a: readonly Type[], b: readonly Type[]): boolean {
  return a.length === b.length && a.every((option) => b.some((other) => sameType(option, other)))
}

/** The dimensions of the quantities that `type` admits. */
export function dimensionsOf(type: Type): readonly Dimension[] {
  return optionsOf(type).flatMap((option) => (option.kind === 'quantity' ? [option.dimension] : []))
}

/** Whether a number without a unit may stand where `type` is expected. */
export function acceptsNumber(type: Type): boolean {
  return optionsOf(type).some((option) => option.kind === 'int' || option.kind === 'float')
}
