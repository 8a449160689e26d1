import { pointInterval } from '../../compiler/fixed/arithmetic.js'
import { dyadicOf } from '../../compiler/fixed/dyadic.js'
import { typeOfInterval } from '../../compiler/fixed/interval.js'
import { type FixedType, widthOf } from '../../compiler/fixed/type.js'
import type { Constant, ElementTypes } from '../../compiler/graph/calibrated.js'
import {
  type ElementLookups,
  type ElementSource,
  elementSources,
  type FilledTable,
  MOST_TABLE_BITS,
  tableBefore,
} from '../../compiler/graph/lookup.js'
import type { OperationId, OperationOf, TensorGraph } from '../../compiler/graph/operation.js'
import { type TableFunction, tableFunction } from '../../compiler/graph/table-function.js'
import { liveOperations, operationAt } from '../../compiler/graph/walk.js'
import { powerOfTwo } from '../../compiler/numeric/exponent.js'
import type { Result } from '../../lang/diagnostics/diagnostic.js'
import { tableTooLarge } from '../../lang/diagnostics/messages/train.js'
import { quantizeElements } from '../infer/quantize.js'

/** What is known of a network when its tables are filled. */
export interface FixedTypes {
  readonly inputs: ReadonlyMap<OperationId, ElementTypes>
  readonly quantizers: ReadonlyMap<OperationId, ElementTypes>
  readonly constants: ReadonlyMap<OperationId, Constant>
}

/**
 * Fills every table of a network once, by the quantizer behind it: an entry for each value of the type of the operand,
 * in doubles that are the same on every machine, then quantized as at inference. From here on nobody computes the function.
 *
 * Errors: an operand of more than `MOST_TABLE_BITS` bits (HGQ4007).
 */
export function fillTables(graph: TensorGraph, fixed: FixedTypes): Result<Map<OperationId, ElementLookups>> {
  const tables = new Map<OperationId, ElementLookups>()
  for (const id of liveOperations(graph)) {
    const quantizer = operationAt(graph, id)
    if (quantizer.kind !== 'quantize' || quantizer.side !== 'data') continue
    const table = tableBefore(graph, quantizer)
    if (table === null) continue
    const filled = fill(graph, table, quantizer, fixed)
    if (!filled.ok) return filled
    tables.set(id, filled.value)
  }
  return { ok: true, value: tables }
}

function fill(
  graph: TensorGraph,
  table: OperationOf<'table'>,
  quantizer: OperationOf<'quantize'>,
  fixed: FixedTypes,
): Result<ElementLookups> {
  const types = fixed.quantizers.get(quantizer.id)
  if (types === undefined) throw new Error(`quantizer ${quantizer.path} is not calibrated`)
  const lookups: FilledTable[] = []
  const known = new Map<string, number>()
  const sources = elementSources(graph, table.operands[0])
  const lookupOf = new Int32Array(sources.length)
  for (const [element, source] of sources.entries()) {
    const from = typeOfSource(source, fixed)
    const to = types.types[element]
    if (to === undefined) throw new Error(`quantizer ${quantizer.path} has no type for element ${element}`)
    const bits = widthOf(from)
    if (source !== null && bits > MOST_TABLE_BITS) {
      const made = operationAt(graph, source.operation)
      const maker = made.kind === 'quantize' ? made.path : made.kind === 'input' ? made.name : made.scope
      const facts = { function: table.function, maker, element, bits, limit: MOST_TABLE_BITS, span: table.span }
      return { ok: false, error: tableTooLarge(facts) }
    }
    const key = [from.k, from.i, from.f, to.k, to.i, to.f].join()
    const found = known.get(key)
    lookupOf[element] = found ?? lookups.length
    if (found !== undefined) continue
    known.set(key, lookups.length)
    lookups.push(tableOf(table.function, from, to, types))
  }
  return { ok: true, value: { lookups, lookupOf } }
}

/** The type of a value that may be looked up: of an input's port, a quantizer, or the least one of a constant. */
function typeOfSource(source: ElementSource | null, { inputs, quantizers, constants }: FixedTypes): FixedType {
  if (source === null) return { k: 0, i: 0, f: 0 }
  const { operation, element } = source
  const made = quantizers.get(operation) ?? inputs.get(operation)
  const type = made?.types[element]
  // Reflection inverts bits, which takes an unsigned value below 0.
  if (type !== undefined) return made?.overflow === 'wrap_reflect' && widthOf(type) > 0 ? { ...type, k: 1 } : type
  const values = constants.get(operation)?.values
  const value = values?.[values.length === 1 ? 0 : element]
  if (value === undefined) throw new Error(`operation ${operation} is looked up but has no type`)
  const { mantissa, exponent } = dyadicOf(value)
  return typeOfInterval(pointInterval(mantissa, exponent))
}

/** The table of a function from every value of a type to values of another. */
function tableOf(
  name: TableFunction,
  from: FixedType,
  to: FixedType,
  { rounding, overflow }: Pick<ElementTypes, 'rounding' | 'overflow'>,
): FilledTable {
  const { value } = tableFunction(name)
  const bits = widthOf(from)
  const size = bits === 0 ? 1 : 1 << bits
  const low = bits === 0 || from.k === 0 ? 0 : -(size / 2)
  const fraction = bits === 0 ? 0 : from.f
  const step = powerOfTwo(-fraction)
  const exact = Float64Array.from({ length: size }, (_, entry) => value((low + entry) * step))
  const wrapped: number[] = []
  const values = new Float64Array(size)
  const one = { types: [to], rounding, overflow }
  for (let entry = 0; entry < size; entry++) {
    const into = values.subarray(entry, entry + 1)
    if (quantizeElements(exact.subarray(entry, entry + 1), one, into) > 0) wrapped.push(entry)
    // Tables have the one zero that hardware has.
    values[entry] = (values[entry] as number) + 0
  }
  return { low, fraction, values, wrapped: Int32Array.from(wrapped) }
}
