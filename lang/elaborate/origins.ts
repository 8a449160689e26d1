import type { Span } from '../source.js'
import type { Value } from './value.js'

/** A part of the Program with, for each of its fields, the value that gave it. */
export interface Traced<Spec> {
  readonly spec: Spec
  /** JSON pointer inside the part to value or place. */
  readonly traces: ReadonlyMap<string, Value | Span>
}

/** Where the values of some lists of parts were written, by JSON pointer from what holds the lists. */
export function originsOf(lists: Readonly<Record<string, readonly Traced<unknown>[]>>): Readonly<Record<string, Span>> {
  const origins = new Map<string, Span>()
  for (const [key, parts] of Object.entries(lists)) {
    for (const [index, { traces }] of parts.entries()) {
      for (const [path, value] of traces) traceValue(origins, `/${key}/${index}${path === '' ? '' : `/${path}`}`, value)
    }
  }
  return Object.fromEntries(origins)
}

/** Enters where a value and everything inside it was written. */
function traceValue(origins: Map<string, Span>, pointer: string, value: Value | Span): void {
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
