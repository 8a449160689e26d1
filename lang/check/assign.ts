import { intType, optionsOf, sameType, type Type } from './types.js'

/** Whether a value of type `from` may stand where `to` is expected. */
export function isAssignable(from: Type, to: Type): boolean {
  if (from.kind === 'unknown' || to.kind === 'unknown') return true
  if (from.kind === 'union') return from.options.every((option) => isAssignable(option, to))
  return optionsOf(to).some((option) => isAssignableToOption(from, option))
}

function isAssignableToOption(from: Type, to: Type): boolean {
  if (from.kind === 'unknown' || to.kind === 'unknown' || sameType(from, to)) return true
  switch (to.kind) {
    case 'float':
      // A fraction has no dimension: `70 %` is the number 0.7.
      return from.kind === 'int' || isFraction(from)
    case 'list':
      return (
        (from.kind === 'list' && isAssignable(from.element, to.element)) ||
        (from.kind === 'range' && isAssignable(intType, to.element))
      )
    case 'map':
      return (
        (from.kind === 'map' && isAssignable(from.element, to.element)) ||
        (from.kind === 'record' && from.fields.every((field) => isAssignable(field.type, to.element)))
      )
    case 'record':
      return (
        from.kind === 'record' &&
        from.fields.every((field) =>
          to.fields.some((other) => other.name === field.name && isAssignable(field.type, other.type)),
        ) &&
        to.fields.every((field) => field.optional || from.fields.some((other) => other.name === field.name))
      )
    default:
      return false
  }
}

/** A number from 0 to 1 that is written in percent. */
export function isFraction(type: Type): boolean {
  return type.kind === 'quantity' && type.dimension === 'fraction'
}

/** A number without a dimension: int, float, or a fraction. */
export function isNumber(type: Type): boolean {
  return type.kind === 'int' || type.kind === 'float' || isFraction(type)
}

/** The type of what is either an `a` or a `b`; undefined when they have nothing in common. */
export function commonType(a: Type, b: Type): Type | undefined {
  if (a.kind === 'unknown') return b
  if (b.kind === 'unknown' || isAssignable(b, a)) return a
  return isAssignable(a, b) ? b : undefined
}
