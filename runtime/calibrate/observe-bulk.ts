import { widthOf } from '../../compiler/fixed/type.js'
import type { ElementTypes } from '../../compiler/graph/calibrated.js'
import type { Operation, OperationId, TensorGraph } from '../../compiler/graph/operation.js'
import { operationAt } from '../../compiler/graph/walk.js'
import { programOf } from '../infer/bulk/cache.js'
import { isOrdinary } from '../infer/bulk/inputs.js'
import type { BulkProgram } from '../infer/bulk/program.js'
import { modeOf, writeRounding, writeType } from '../infer/bulk/records.js'
import type { Held, Role } from '../infer/bulk/shape.js'
import { Tables } from '../infer/element-tables.js'
import { emptyGrid, type Grid } from '../infer/grid.js'
import { analyzeFrom, type Leaf, singleFraction, singleTypes } from '../infer/precision.js'
import type { ObservedQuantizer, Rows } from './observe.js'

/** How an input's port or a quantizer acts while a network is observed. */
export type BulkQuantizer =
  /** Rounds to 2^-f per element and does not wrap; null where everything becomes 0. */
  | { readonly kind: 'round'; readonly f: readonly (number | null)[]; readonly rounding: Role['rounding'] }
  /** As at inference. */
  | { readonly kind: 'known'; readonly elements: ElementTypes }

/** Least and greatest result of every element of a quantizer, in pairs. */
export type ExtremePairs = Float32Array | Float64Array

/** How often precisions may be raised: each time an operation nearer to the output may turn out to need more. */
const MOST_ROUNDS = 64

const needed = new WeakMap<TensorGraph, ReadonlyMap<OperationId, Held>>()

/**
 * Runs data through a network in phase `observe` with the kernels, and tells the extremes of every data-side quantizer.
 * Integer bits are not known yet, so no interval bounds the values beforehand. They are bounded afterwards: by the
 * extremes that were seen. If operands are exact, so are their extremes; if those prove that a contraction fits its
 * precision, its result is exact too, and so on to the outputs. Where the proof fails, the operation is computed again
 * with more bits. Null where float64 is not enough either.
 */
export function observeInBulk(
  graph: TensorGraph,
  constants: ReadonlyMap<OperationId, Float64Array>,
  parts: readonly Rows[],
  quantizers: ReadonlyMap<OperationId, BulkQuantizer>,
): ReadonlyMap<OperationId, ExtremePairs> | null {
  if (!parts.every(({ inputs }) => [...inputs.values()].every(isOrdinary))) return null
  const tables = Tables.of(graph)
  const order = tables.observed.filter((id) => operationAt(graph, id).side === 'data')
  const visited = tables.observed.filter((id) => operationAt(graph, id).side === 'data' || constants.has(id))
  const roles = new Map([...quantizers].map(([id, quantizer]) => [id, roleOf(quantizer)]))
  // What an earlier network of the graph needed is a good guess; the proof alone decides.
  let precisions = needed.get(graph) ?? new Map(order.map((id): [OperationId, Held] => [id, 'float32']))
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const program = programOf(tables, { order, precisions, roles, results: [], note: 'extremes' })
    if (program === null) return null
    // Tables are filled by what is observed: here their functions are computed.
    program.fill(constants, (id, records) => writeRecords(quantizerOf(quantizers, id), records), new Map())
    for (const { inputs, rows } of parts) program.run(inputs, rows)
    const analysis = analyzeFrom(tables, visited, constants, (operation) => leafOf(operation, quantizers, program))
    const raised = new Map<OperationId, Held>()
    const need = new Map<OperationId, Held>()
    for (const id of order) {
      const precision = analysis.precisions.get(id)
      const used = precisions.get(id) ?? 'float32'
      need.set(id, precision === 'float32' ? 'float32' : 'float64')
      // What follows an operation that was not exact proves nothing.
      if (precision === 'integers' && used === 'float64' && raised.size === 0) return null
      if (precision !== 'float32' && used === 'float32') raised.set(id, 'float64')
    }
    if (raised.size === 0) {
      needed.set(graph, need)
      return new Map([...quantizers.keys()].map((id) => [id, program.extremes(id)]))
    }
    precisions = new Map([...precisions, ...raised])
  }
  return null
}

function roleOf(quantizer: BulkQuantizer): Role {
  return quantizer.kind === 'round'
    ? { mode: 'round', rounding: quantizer.rounding }
    : { mode: modeOf(quantizer.elements.overflow), rounding: quantizer.elements.rounding }
}

function writeRecords(quantizer: BulkQuantizer, records: Float32Array | Float64Array): void {
  if (quantizer.kind === 'round') for (const [index, f] of quantizer.f.entries()) writeRounding(records, index, f)
  else
    for (const [index, type] of quantizer.elements.types.entries())
      writeType(records, index, type, quantizer.elements.overflow)
}

/** Results of a quantizer lie on its grid, within what was seen. */
function leafOf(
  { id }: Operation,
  quantizers: ReadonlyMap<OperationId, BulkQuantizer>,
  program: BulkProgram,
): Leaf | undefined {
  const quantizer = quantizers.get(id)
  if (quantizer === undefined) return undefined
  const extremes = program.extremes(id)
  const grid: Grid = emptyGrid(extremes.length / 2)
  let single = quantizer.kind === 'round' || singleTypes(quantizer.elements.types)
  for (let element = 0; element < grid.bound.length; element++) {
    const f = fractionOf(quantizer, element)
    if (f === null) continue
    if (!singleFraction(f)) single = false
    const [low, high] = [extremes[2 * element] as number, extremes[2 * element + 1] as number]
    // Nothing was seen.
    if (low === Number.POSITIVE_INFINITY && high === Number.NEGATIVE_INFINITY) continue
    const bound = Math.max(Math.abs(low), Math.abs(high))
    if (bound === 0) continue
    grid.fraction[element] = f
    grid.bound[element] = bound
  }
  return { grid, single }
}

function fractionOf(quantizer: BulkQuantizer, element: number): number | null {
  if (quantizer.kind === 'round') return quantizer.f[element] ?? null
  const type = quantizer.elements.types[element]
  return type === undefined || widthOf(type) === 0 ? null : type.f
}

function quantizerOf(quantizers: ReadonlyMap<OperationId, BulkQuantizer>, id: OperationId): BulkQuantizer {
  const found = quantizers.get(id)
  if (found === undefined) throw new Error(`operation ${id} has no quantizer`)
  return found
}

/** An observed quantizer, its groups spread out to elements; undefined where it is not known. */
export function bulkQuantizer(
  operation: Extract<Operation, { kind: 'quantize' }>,
  how: ObservedQuantizer,
): BulkQuantizer | undefined {
  if (how.kind === 'unknown') return undefined
  if (how.kind === 'known') return how
  const f = Array.from(how.groupOf, (group) => how.f[group] ?? null)
  return { kind: 'round', f, rounding: operation.quantizer.rounding }
}
