import { dimensionText } from '../units.js'
import { optionsOf, type Type } from './types.js'

/** How messages speak of a type, with its article: `an int`, `a list[string]`, `a frequency or a time`. */
export function typeText(type: Type): string {
  if (type.kind === 'unknown') return 'anything'
  if (type.kind === 'union') return alternatives(type.options.map(typeText))
  if (type.kind === 'record') return `a record ${typeName(type)}`
  const name = typeName(type)
  return /^[aeiou]/.test(name) ? `an ${name}` : `a ${name}`
}

/** How a type is written in the language, e.g. `list[int]`; dimensions in words. */
export function typeName(type: Type): string {
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
      return `list[${typeName(type.element)}]`
    case 'map':
      return `record[${typeName(type.element)}]`
    case 'record':
      return `{ ${type.fields.map((field) => `${field.name}: ${typeName(field.type)}${field.optional ? '?' : ''}`).join(', ')} }`
    case 'union':
      return type.options.map(typeName).join(' | ')
    default:
      return type.kind
  }
}

/** `a`, `a or b`, `a, b or c`. */
export function alternatives(texts: readonly string[]): string {
  const last = texts.at(-1) ?? ''
  return texts.length < 2 ? last : `${texts.slice(0, -1).join(', ')} or ${last}`
}

/** The members of every enumeration that `type` admits, as written. */
export function membersOf(type: Type): readonly string[] {
  return optionsOf(type).flatMap((option) => (option.kind === 'enumeration' ? option.members : []))
}

/** The names of the enumerations that `type` admits, and `place` where one fits. */
export function wordsExpected(type: Type): string {
  return alternatives(
    optionsOf(type).flatMap((option) =>
      option.kind === 'enumeration' ? [option.name] : option.kind === 'place' ? ['place'] : [],
    ),
  )
}
