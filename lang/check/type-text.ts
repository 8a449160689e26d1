import { dimensionText } from '../units.js'
import { optionsOf, type Type } from './types.js'

/** How messages write a type: `int`, `list[string]`, `frequency or time`. */
export function typeText(type: Type): string {
  switch (type.kind) {
    case 'unknown':
      return 'anything'
    case 'quantity':
      return dimensionText(type.dimension)
    case 'enumeration':
    case 'opaque':
      return type.name
    case 'declared':
      return type.declaration
    case 'list':
      return `list[${typeText(type.element)}]`
    case 'map':
      return `record[${typeText(type.element)}]`
    case 'record':
      return `{ ${type.fields.map((field) => `${field.name}: ${typeText(field.type)}${field.optional ? '?' : ''}`).join(', ')} }`
    case 'union':
      return alternatives(type.options.map(typeText))
    default:
      return type.kind
  }
}

/** `a`, `a or b`, `a, b or c`. */
export function alternatives(texts: readonly string[], joint = 'or'): string {
  const last = texts.at(-1) ?? ''
  return texts.length < 2 ? last : `${texts.slice(0, -1).join(', ')} ${joint} ${last}`
}

/** The members of every enumeration that `type` admits, as written. */
export function membersOf(type: Type): readonly string[] {
  return optionsOf(type).flatMap((option) => (option.kind === 'enumeration' ? option.members : []))
}
