import type { Calibrated } from './calibrated.js'
import { concatMap, sliceMap, transposeMap } from './elements.js'
import type { OperationId, OperationOf, TensorGraph } from './operation.js'
import { patchesMap } from './patches.js'
import { operationAt } from './walk.js'

/** Most bits of the operand of a table: 4096 entries, as many as the reference takes. */
export const MOST_TABLE_BITS = 12

/** What a table and the quantizer behind it make of an element: entry n is the result for the operand (low + n) · 2^-fraction. */
export interface FilledTable {
  readonly low: number
  readonly fraction: number
  /** Exact doubles, quantized. */
  readonly values: Float64Array
  /** Entries, in order, at which the quantizer wrapped. */
  readonly wrapped: Int32Array
}

/** The tables of all elements, equal ones once. */
export interface ElementLookups {
  readonly lookups: readonly FilledTable[]
  /** By element, row-major: which of them. */
  readonly lookupOf: Int32Array
}

/** The table whose result a quantizer of data takes, if it takes one: together they look up. */
export function tableBefore(graph: TensorGraph, quantizer: OperationOf<'quantize'>): OperationOf<'table'> | null {
  const operand = operationAt(graph, quantizer.operands[0])
  return operand.kind === 'table' && operand.side === 'data' ? operand : null
}

/** The table of an element; throws where there is none. */
export function lookupAt({ lookups, lookupOf }: ElementLookups, element: number): FilledTable {
  const lookup = lookups[lookupOf[element] ?? -1]
  if (lookup === undefined) throw new Error(`element ${element} has no table`)
  return lookup
}

/** The entry of a table for an operand in units of its grid; throws for one that it has no entry for. */
export function entryOf({ low, values }: FilledTable, code: number): number {
  const entry = code - low
  if (!(entry >= 0 && entry < values.length)) throw new Error(`a table has no entry for the operand ${code}`)
  return entry
}

/** Where an element comes from: the operation that made it, and its element there. */
export interface ElementSource {
  readonly operation: OperationId
  readonly element: number
}

/** Of each element of a quantized value what made it, seen through layout operations and `stop_gradient`; null for zeros of padding. */
export function elementSources(graph: TensorGraph, id: OperationId): readonly (ElementSource | null)[] {
  const operation = operationAt(graph, id)
  const operand = (index: number) => elementSources(graph, operation.operands[index] ?? -1)
  const shapeOf = (other: OperationId) => operationAt(graph, other).shape
  const picked = (map: Int32Array) => {
    const from = operand(0)
    return Array.from(map, (element) => (element < 0 ? null : (from[element] as ElementSource | null)))
  }
  switch (operation.kind) {
    case 'reshape':
    case 'stop_gradient':
      return operand(0)
    case 'transpose':
      return picked(transposeMap(shapeOf(operation.operands[0]), operation.permutation))
    case 'slice':
      return picked(sliceMap(shapeOf(operation.operands[0]), operation.axis, operation.start, operation.end))
    case 'patches':
      return picked(patchesMap(shapeOf(operation.operands[0]), operation))
    case 'concat': {
      const map = concatMap(operation.operands.map(shapeOf), operation.axis)
      const parts = operation.operands.map((_, index) => operand(index))
      return Array.from(map.operand, (part, at) => {
        const source = parts[part]?.[map.element[at] ?? -1]
        if (source === undefined) throw new Error('a concatenation takes elements of its operands')
        return source
      })
    }
    default: {
      const count = operation.shape.reduce((product, length) => product * length, 1)
      return Array.from({ length: count }, (_, element) => ({ operation: id, element }))
    }
  }
}

/** The tables of a quantizer behind a table; throws where they were not filled. */
export function lookupsOf(calibrated: Calibrated, quantizer: OperationOf<'quantize'>): ElementLookups {
  const lookups = calibrated.tables.get(quantizer.id)
  if (lookups === undefined) throw new Error(`the tables of quantizer "${quantizer.path}" were not filled`)
  return lookups
}
