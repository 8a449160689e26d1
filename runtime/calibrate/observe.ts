import type { FixedType } from '../../compiler/fixed/type.js'
import { widthOf } from '../../compiler/fixed/type.js'
import type { OperationId, OperationOf, TensorGraph } from '../../compiler/graph/operation.js'
import { powerOfTwo } from '../../compiler/numeric/exponent.js'
import { rangeOf, rounder } from '../../compiler/numeric/fixed-quantizer.js'
import { evaluateGraph, type Tables } from '../infer/evaluate.js'

/** Rows evaluated at once, so that memory does not grow with the data set. */
const CHUNK = 2048

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
  | { readonly kind: 'saturate'; readonly types: readonly FixedType[]; readonly groupOf: Int32Array }
  /** Not known yet; nothing after it can be computed. */
  | { readonly kind: 'unknown' }

export interface Observer {
  quantizer(operation: OperationOf<'quantize'>): ObservedQuantizer
  /** Values of an input for some rows, changed in place where a port rounds them. */
  port?(operation: OperationOf<'input'>, values: Float64Array): void
  /** Sees what goes in and what comes out (undefined for an unknown quantizer). */
  saw?(operation: OperationOf<'quantize'>, before: Float64Array, after: Float64Array | undefined): void
}

/**
 * Runs data through a network in phase `observe`: rounding only. Returns the values of one operation for all rows, in doubles, or
 * null when `result` is null or depends on an unknown quantizer.
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
          const part = Float64Array.from(all.subarray(start * width, (start + count) * width))
          observer.port?.(operation, part)
          return part
        },
        parameter: (operation) => {
          throw new Error(`${operation.path} belongs to the parameter side`)
        },
        statistics: (operation) => {
          throw new Error(`${operation.path} belongs to the parameter side`)
        },
        quantize: (operation, x) => {
          const after = actOn(x, operation, observer.quantizer(operation))
          observer.saw?.(operation, x, after)
          return after
        },
      },
      constants,
      result === null ? new Set() : new Set([result]),
    )
    const value = result === null ? undefined : values.get(result)
    if (value === undefined) complete = false
    else collected.set(value, start * size)
  }
  return complete ? collected : null
}

function actOn(x: Float64Array, operation: OperationOf<'quantize'>, how: ObservedQuantizer): Float64Array | undefined {
  if (how.kind === 'unknown') return undefined
  const { groupOf } = how
  const size = groupOf.length
  const round = rounder(operation.quantizer.rounding)
  const result = new Float64Array(x.length)
  for (let e = 0; e < size; e++) {
    const group = groupOf[e] as number
    const type = how.kind === 'saturate' ? how.types[group] : undefined
    if (type !== undefined && widthOf(type) === 0) continue
    const f = how.kind === 'round' ? (how.f[group] as number) : (type?.f ?? 0)
    const [scale, step] = [powerOfTwo(f), powerOfTwo(-f)]
    const range =
      type === undefined
        ? { low: Number.NEGATIVE_INFINITY, high: Number.POSITIVE_INFINITY }
        : rangeOf(type, operation.quantizer.overflow)
    for (let at = e; at < x.length; at += size) {
      const value = x[at] as number
      const clipped = value > range.high ? range.high : value < range.low ? range.low : value
      result[at] = round(clipped * scale) * step
    }
  }
  return result
}
