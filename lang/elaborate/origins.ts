import type { Span } from '../source.js'
import type { Value } from './value.js'

/** A part of the Program with, for each of its fields, the value that gave it. */
export interface Traced<Spec> {
  readonly spec: Spec
  /** JSON pointer inside the part to value or place. */
  readonly traces: ReadonlyMap<string, Value | Span>
}

/** Enters where a value and everything inside it was written. */
export function traceValue(origins: Map<string, Span>, pointer: string, value: Value | Span): void {
  if (!('kind' in value)) {
    origins.set(pointer, value)
    return
  }
  origins.set(pointer, value.span)
  const inside = (key: string | number, inner: Value): void =>
    traceValue(origins, `${pointer}/${escapePointer(String(key))}`, inner)
  switch (value.kind) {
    case 'list':
      for (const [index, item] of value.items.entries()) inside(index, item)
      return
    case 'record':
      for (const [name, entry] of value.entries) inside(name, entry)
      return
    case 'built':
      for (const [name, argument] of value.arguments) inside(name, argument)
      return
    case 'metric':
      for (const [name, argument] of value.arguments) traceValue(origins, `${pointer}/arguments/${name}`, argument)
      return
    default:
      return
  }
}

/** A key as it stands in a JSON pointer (RFC 6901). */
export function escapePointer(key: string): string {
  return key.replaceAll('~', '~0').replaceAll('/', '~1')
}
