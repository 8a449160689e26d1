import type { ElementTypes } from '../../compiler/graph/calibrated.js'
import type { OperationId, OperationOf, TensorGraph } from '../../compiler/graph/operation.js'
import { tableFunction } from '../../compiler/graph/table-function.js'
import type { Buffers } from '../infer/buffers.js'
import { columnsOf, putRows } from '../infer/columns.js'
import type { Tables } from '../infer/element-tables.js'
import { evaluateGraph } from '../infer/evaluate.js'
import { quantizeElements } from '../infer/quantize.js'
import { roundStretch } from '../infer/round.js'

/** Rows evaluated at once: few enough that the values of a layer stay in a processor's cache. */
const CHUNK = 512

/** Rows to look at. */
export interface Rows {
  readonly rows: number
  readonly inputs: ReadonlyMap<string, Float32Array>
}

/** How a data-side quantizer acts while the network is observed. */
export type ObservedQuantizer =
  /** Rounds to 2^-f per element and does not wrap: integer bits are what is looked for. */
  | { readonly kind: 'round'; readonly f: Float64Array; readonly groupOf: Int32Array }
  /** As at inference: its type is known. */
  | { readonly kind: 'known'; readonly elements: ElementTypes }
  /** Not known yet; nothing after it can be computed. */
  | { readonly kind: 'unknown' }

export interface Observer {
  quantizer(operation: OperationOf<'quantize'>): ObservedQuantizer
  /** Columns of an input for some rows, changed in place where a port rounds them. */
  port?(operation: OperationOf<'input'>, values: Float64Array): void
  /** Sees the columns that go in and those that come out (undefined for an unknown quantizer). */
  saw?(operation: OperationOf<'quantize'>, before: Float64Array, after: Float64Array | undefined): void
}

/**
 * Runs data through a network in phase `observe`: rounding only. Returns the values of one operation for all rows,
 * row-major in doubles, or null when `result` is null or depends on an unknown quantizer.
 */
export function observe(
  graph: TensorGraph,
  tables: Tables,
  constants: ReadonlyMap<OperationId, Float64Array>,
  data: Rows,
  observer: Observer,
  result: OperationId | null,
): Float64Array | null {
  const size = result === null ? 0 : tables.size(result)
  const collected = new Float64Array(data.rows * size)
  let complete = result !== null
  for (let start = 0; start < data.rows; start += CHUNK) {
    const count = Math.min(CHUNK, data.rows - start)
    const values = evaluateGraph(
      graph,
      tables,
      'data',
      count,
      {
        input: (operation) => {
          const all = data.inputs.get(operation.name)
          if (all === undefined) throw new Error(`no data for input ${operation.name}`)
          const width = tables.size(operation.id)
          const part = columnsOf(all, width, start, count, tables.buffers.take(width * count))
          observer.port?.(operation, part)
          return part
        },
        parameter: (operation) => {
          throw new Error(`${operation.path} belongs to the parameter side`)
        },
        statistics: (operation) => {
          throw new Error(`${operation.path} belongs to the parameter side`)
        },
        table: (operation, x) => {
          const { value } = tableFunction(operation.function)
          const y = tables.buffers.take(x.length)
          for (let at = 0; at < x.length; at++) y[at] = value(x[at] as number)
          return y
        },
        quantize: (operation, x) => {
          const after = actOn(x, operation, observer.quantizer(operation), tables.buffers)
          observer.saw?.(operation, x, after)
          return after
        },
      },
      constants,
      result === null ? new Set() : new Set([result]),
      result === null ? tables.observed : tables.live,
    )
    const value = result === null ? undefined : values.get(result)
    if (value === undefined) complete = false
    else putRows(value, size, count, collected, start)
  }
  return complete ? collected : null
}

function actOn(
  x: Float64Array,
  operation: OperationOf<'quantize'>,
  how: ObservedQuantizer,
  buffers: Buffers,
): Float64Array | undefined {
  if (how.kind === 'unknown') return undefined
  const result = buffers.take(x.length)
  if (how.kind === 'known') {
    quantizeElements(x, how.elements, result)
    return result
  }
  const { groupOf, f } = how
  const { rounding } = operation.quantizer
  const rows = x.length / Math.max(1, groupOf.length)
  for (let e = 0; e < groupOf.length; e++)
    roundStretch({ values: x, into: result, start: e * rows, count: rows }, f[groupOf[e] as number] as number, rounding)
  return result
}
