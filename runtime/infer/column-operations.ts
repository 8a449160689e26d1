import { broadcastMap, concatMap, reduceMap, sliceMap, transposeMap } from '../../compiler/graph/elements.js'
import type {
  Operation,
  OperationId,
  OperationKind,
  OperationOf,
  OperationWith,
  TensorGraph,
} from '../../compiler/graph/operation.js'
import { patchesMap } from '../../compiler/graph/patches.js'
import { tableFunction } from '../../compiler/graph/table-function.js'
import { powerOfTwo } from '../../compiler/numeric/exponent.js'
import { type BinaryKind, combine } from './combine.js'
import { contractColumns } from './contract-columns.js'
import type { Tables } from './element-tables.js'

/** What inference, calibration and screening do in their own ways: above all what a quantizer does. */
export interface Surroundings {
  /** Columns of an input, in an array that nobody else holds; already passed its port, where ports are fixed. */
  input(operation: OperationOf<'input'>): Float64Array
  parameter(operation: OperationOf<'parameter'>): ArrayLike<number>
  statistics(operation: OperationOf<'batch_statistics'>): ArrayLike<number>
  /**
   * An array that nobody else holds, e.g. of `Tables.buffers`: it is used again later. Undefined: nothing after it can
   * be known yet.
   */
  quantize(operation: OperationOf<'quantize'>, values: Float64Array, rows: number): Float64Array | undefined
  /**
   * Of a table of data, for the quantizer behind it: the function of `values` in an array that nobody else holds, or
   * `values` themselves, where that quantizer looks up.
   */
  table(operation: OperationOf<'table'>, values: Float64Array): Float64Array
}

type Handler<K extends OperationKind> = (operation: OperationWith<K>, context: Context) => Float64Array | undefined
type Handlers = { readonly [K in OperationKind]: Handler<K> }

/** What an operation is evaluated with. */
export interface Context {
  readonly graph: TensorGraph
  readonly tables: Tables
  readonly rows: number
  readonly surroundings: Surroundings
  /** Of an operand, which is known: `evaluateGraph` skips operations with an unknown one. */
  valueOf(id: OperationId): Float64Array
  sideOf(id: OperationId): 'data' | 'parameter'
}

/** The value of an operation in doubles, of which all operands are known; undefined where it cannot be known yet. */
export function run(operation: Operation, context: Context): Float64Array | undefined {
  // The table's entry for a kind takes operations of that kind; the compiler cannot follow the correlation.
  return (handlers[operation.kind] as Handler<OperationKind>)(operation, context)
}

function rowsOf(operation: Operation, context: Context): number {
  return operation.side === 'data' ? context.rows : 1
}

function unary<O extends Operation>(apply: (x: number, operation: O) => number) {
  return (operation: O, context: Context): Float64Array => {
    const source = context.valueOf(operation.operands[0] ?? -1)
    const result = context.tables.buffers.take(source.length)
    for (let index = 0; index < source.length; index++) result[index] = apply(source[index] as number, operation)
    return result
  }
}

function rectified(operation: OperationWith<'relu'>, context: Context): Float64Array {
  const source = context.valueOf(operation.operands[0])
  const result = context.tables.buffers.take(source.length)
  for (let index = 0; index < source.length; index++) {
    const x = source[index] as number
    // Half of twice the value, or of 0: exact, and without a branch that every other value would take.
    result[index] = (x + Math.abs(x)) * 0.5
  }
  return result
}

function binary(operation: OperationWith<BinaryKind>, context: Context): Float64Array {
  const [leftId, rightId] = operation.operands
  const { tables } = context
  const [leftMap, rightMap] = tables.maps(operation, () =>
    [leftId, rightId].map((id) => broadcastMap(tables.shape(id), operation.shape)),
  )
  if (leftMap === undefined || rightMap === undefined) throw new Error('a binary operation has two operands')
  const rows = rowsOf(operation, context)
  const left = { values: context.valueOf(leftId), ...strideOf(leftId, context), start: 0 }
  const right = { values: context.valueOf(rightId), ...strideOf(rightId, context), start: 0 }
  const result = tables.buffers.take(rows * leftMap.length)
  for (let e = 0; e < leftMap.length; e++) {
    left.start = (leftMap[e] as number) * left.length
    right.start = (rightMap[e] as number) * right.length
    combine(operation.kind, left, right, result, e * rows, rows)
  }
  return result
}

/** How long a column of an operand is, and how far apart its rows are: a parameter is the same number for every row. */
function strideOf(id: OperationId, context: Context): { readonly length: number; readonly stride: 0 | 1 } {
  return context.sideOf(id) === 'data' ? { length: context.rows, stride: 1 } : { length: 1, stride: 0 }
}

function picked(
  operation: Operation,
  context: Context,
  makeMap: (shape: readonly number[]) => Int32Array,
): Float64Array {
  const id = operation.operands[0] ?? -1
  const source = context.valueOf(id)
  const map = context.tables.maps(operation, () => [makeMap(context.tables.shape(id))])[0] ?? new Int32Array()
  const rows = rowsOf(operation, context)
  const result = new Float64Array(rows * map.length)
  for (let e = 0; e < map.length; e++) {
    // A zero of the padding, which the result holds already.
    if ((map[e] as number) < 0) continue
    const start = (map[e] as number) * rows
    result.set(source.subarray(start, start + rows), e * rows)
  }
  return result
}

function reduced(operation: OperationOf<'reduce'>, context: Context): Float64Array {
  const [id] = operation.operands
  const source = context.valueOf(id)
  const map =
    context.tables.maps(operation, () => [reduceMap(context.tables.shape(id), operation.axes)])[0] ?? new Int32Array()
  const rows = rowsOf(operation, context)
  const { reduction } = operation
  const result = new Float64Array(rows * context.tables.size(operation.id)).fill(
    reduction === 'sum' ? 0 : reduction === 'max' ? -Infinity : Infinity,
  )
  for (let e = 0, position = 0; e < map.length; e++) {
    const target = (map[e] as number) * rows
    for (let at = target; at < target + rows; at++) {
      const x = source[position++] as number
      const held = result[at] as number
      result[at] = reduction === 'sum' ? held + x : reduction === 'max' ? Math.max(held, x) : Math.min(held, x)
    }
  }
  return result
}

function concatenated(operation: OperationOf<'concat'>, context: Context): Float64Array {
  const { tables } = context
  const [from, element] = tables.maps(operation, () => {
    const map = concatMap(
      operation.operands.map((id) => tables.shape(id)),
      operation.axis,
    )
    return [map.operand, map.element]
  })
  if (from === undefined || element === undefined) throw new Error('a concatenation has two tables')
  const sources = operation.operands.map((id) => ({ values: context.valueOf(id), ...strideOf(id, context) }))
  const rows = rowsOf(operation, context)
  const result = new Float64Array(rows * element.length)
  for (let e = 0; e < element.length; e++) {
    const source = sources[from[e] as number]
    if (source === undefined) throw new Error('a concatenation takes elements of its operands')
    const start = (element[e] as number) * source.length
    if (source.stride === 0) result.fill(source.values[start] as number, e * rows, (e + 1) * rows)
    else result.set(source.values.subarray(start, start + rows), e * rows)
  }
  return result
}

function contracted(operation: OperationOf<'einsum'>, context: Context): Float64Array {
  const { tables } = context
  const operand = (id: OperationId) => ({ values: context.valueOf(id), side: context.sideOf(id) })
  const rows = rowsOf(operation, context)
  const result = tables.buffers.take(rows * tables.size(operation.id)).fill(0)
  const [left, right] = operation.operands
  contractColumns(tables.plan(operation), operand(left), operand(right), result, rows)
  return result
}

const handlers: Handlers = {
  input: (operation, context) => context.surroundings.input(operation),
  parameter: (operation, context) => Float64Array.from(context.surroundings.parameter(operation)),
  constant: (operation, context) =>
    typeof operation.value === 'number'
      ? new Float64Array(context.tables.size(operation.id)).fill(operation.value)
      : Float64Array.from(operation.value),
  batch_statistics: (operation, context) => Float64Array.from(context.surroundings.statistics(operation)),
  quantize: (operation, context) =>
    context.surroundings.quantize(operation, context.valueOf(operation.operands[0]), rowsOf(operation, context)),
  einsum: contracted,
  add: binary,
  subtract: binary,
  multiply: binary,
  maximum: binary,
  minimum: binary,
  divide: binary,
  square_root: unary((x) => Math.sqrt(x)),
  table: (operation, context) =>
    operation.side === 'data'
      ? context.surroundings.table(operation, context.valueOf(operation.operands[0]))
      : context.valueOf(operation.operands[0]).map(tableFunction(operation.function).value),
  negate: unary((x) => -x),
  relu: rectified,
  abs: unary((x) => Math.abs(x)),
  shift: unary<OperationWith<'shift'>>((x, { by }) => x * powerOfTwo(by)),
  stop_gradient: (operation, context) => context.valueOf(operation.operands[0]),
  reshape: (operation, context) => context.valueOf(operation.operands[0]),
  transpose: (operation, context) => picked(operation, context, (shape) => transposeMap(shape, operation.permutation)),
  slice: (operation, context) =>
    picked(operation, context, (shape) => sliceMap(shape, operation.axis, operation.start, operation.end)),
  concat: concatenated,
  patches: (operation, context) => picked(operation, context, (shape) => patchesMap(shape, operation)),
  reduce: reduced,
}
