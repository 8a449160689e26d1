import type { CheckedModule } from '../check/result.js'
import type { Plain } from '../program.js'
import type { Span } from '../source.js'
import type { ArchitectureDeclaration, EntryDeclaration, ExternFunction } from '../syntax/ast.js'
import type { Dimension } from '../units.js'
import type { Frames } from './network/frames.js'
import type { SharedLayer } from './network/shared.js'

/** What an expression evaluates to, and where it was written. */
export type Value = { readonly span: Span } & Content
export type ValueOf<K extends Value['kind']> = Extract<Value, { readonly kind: K }>
export type Arguments = ReadonlyMap<string, Value>

type Content =
  /** Of something that is wrong and has been reported; whatever depends on it is silent. */
  | { readonly kind: 'failed' }
  | { readonly kind: 'number'; readonly value: number }
  /** In the base unit of its dimension. Fractions are numbers. */
  | { readonly kind: 'quantity'; readonly dimension: Dimension; readonly value: number }
  | { readonly kind: 'text'; readonly value: string }
  | { readonly kind: 'bool'; readonly value: boolean }
  /** A member of an enumeration. */
  | { readonly kind: 'member'; readonly name: string }
  | { readonly kind: 'list'; readonly items: readonly Value[] }
  /** Both ends belong to it. */
  | { readonly kind: 'range'; readonly low: number; readonly high: number }
  | { readonly kind: 'record'; readonly entries: Arguments }
  /** Made by an `extern function`; arguments that were left out and have no default are absent. */
  | { readonly kind: 'built'; readonly name: string; readonly arguments: Arguments }
  | { readonly kind: 'metric'; readonly declaration: ExternFunction; readonly arguments: Arguments }
  | { readonly kind: 'place'; readonly chain: readonly string[] }
  /** Index of an operation of the network that is being expanded. */
  | { readonly kind: 'tensor'; readonly operation: number }
  | { readonly kind: 'shared'; readonly layer: SharedLayer }
  /** A declaration of entries with its parameters bound: a training, a device, a quantizer, … */
  | {
      readonly kind: 'declared'
      readonly declaration: EntryDeclaration
      readonly module: CheckedModule
      readonly parameters: Arguments
    }
  /** An architecture with its parameters bound, and the quantizers in force around it. */
  | {
      readonly kind: 'network'
      readonly declaration: ArchitectureDeclaration
      readonly module: CheckedModule
      readonly parameters: Arguments
      readonly frames: Frames
    }

/** The value of something that has been reported: silences whatever depends on it. */
export function failed(span: Span): Value {
  return { kind: 'failed', span }
}

/** A number without a unit. */
export function numberValue(value: number, span: Span): Value {
  return { kind: 'number', value, span }
}

/** The items of a list or the numbers of a range. Undefined for anything else. */
export function itemsOf(value: Value): readonly Value[] | undefined {
  if (value.kind === 'list') return value.items
  if (value.kind !== 'range') return undefined
  const { low, high, span } = value
  return Array.from({ length: Math.max(0, high - low + 1) }, (_, index) => numberValue(low + index, span))
}

/**
 * A value as plain data for the Program: quantities in base units (durations as `{ epochs }` or `{ steps }`), members by
 * name, built values as records with `kind`. Throws for what is no data: the checker lets none of it here.
 */
export function plainOf(value: Value): Plain {
  switch (value.kind) {
    case 'number':
    case 'text':
    case 'bool':
      return value.value
    case 'quantity':
      return value.dimension === 'epochs' || value.dimension === 'steps'
        ? { [value.dimension]: value.value }
        : value.value
    case 'member':
      return value.name
    case 'list':
      return value.items.map(plainOf)
    case 'range':
      return { low: value.low, high: value.high }
    case 'record':
      return plainRecord(value.entries)
    case 'built':
      return { kind: value.name, ...plainRecord(value.arguments) }
    case 'metric':
      return { kind: value.declaration.name.name, ...plainRecord(value.arguments) }
    default:
      throw new Error(`a ${value.kind} is no plain value`)
  }
}

/** The arguments as plain JSON, without spans. */
export function plainRecord(entries: Arguments): { readonly [name: string]: Plain } {
  return Object.fromEntries([...entries].map(([name, entry]) => [name, plainOf(entry)]))
}

/** True when the value, or anything inside it, has failed. */
export function hasFailed(value: Value): boolean {
  switch (value.kind) {
    case 'failed':
      return true
    case 'list':
      return value.items.some(hasFailed)
    case 'record':
      return [...value.entries.values()].some(hasFailed)
    case 'built':
    case 'metric':
      return [...value.arguments.values()].some(hasFailed)
    case 'declared':
    case 'network':
      return [...value.parameters.values()].some(hasFailed)
    default:
      return false
  }
}
