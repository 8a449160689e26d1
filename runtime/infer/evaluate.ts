import {
  broadcastMap,
  type ContractionPlan,
  concatMap,
  planContraction,
  reduceMap,
  sliceMap,
  transposeMap,
} from '../../compiler/graph/elements.js'
import type { Operation, OperationId, OperationKind, OperationOf, TensorGraph } from '../../compiler/graph/operation.js'
import { liveOperations, operationAt } from '../../compiler/graph/walk.js'
import { powerOfTwo } from '../../compiler/numeric/exponent.js'
import { elementCount } from '../../lang/shape.js'
import { contract } from './contraction.js'

/**
 * Evaluates a TensorGraph in doubles, for screening, calibration and exact inference: the three differ only in what a quantizer
 * does. Data-side values hold `rows × elements`, parameter-side values `elements`.
 */
export interface Surroundings {
  /** Values of an input, `rows × elements`; already passed its port, where ports are fixed. */
  input(operation: OperationOf<'input'>): Float64Array
  parameter(operation: OperationOf<'parameter'>): ArrayLike<number>
  statistics(operation: OperationOf<'batch_statistics'>): ArrayLike<number>
  /** A new array. Undefined: nothing after it can be known yet. */
  quantize(operation: OperationOf<'quantize'>, values: Float64Array, rows: number): Float64Array | undefined
}

/** The member of `Operation` that has kind K, also where its `kind` allows others. */
export type OperationWith<K extends OperationKind> = Operation extends infer O
  ? O extends { readonly kind: infer Kinds }
    ? K extends Kinds
      ? O & { readonly kind: K }
      : never
    : never
  : never

type Handler<K extends OperationKind> = (operation: OperationWith<K>, context: Context) => Float64Array | undefined
type Handlers = { readonly [K in OperationKind]: Handler<K> }

interface Context {
  readonly graph: TensorGraph
  readonly tables: Tables
  readonly rows: number
  readonly surroundings: Surroundings
  /** Of an operand, which is known: `evaluateGraph` skips operations with an unknown one. */
  valueOf(id: OperationId): Float64Array
  sideOf(id: OperationId): 'data' | 'parameter'
}

/** Element tables of a graph, made once and shared by all evaluations of it. */
export class Tables {
  readonly #graph: TensorGraph
  readonly #maps = new Map<OperationId, readonly Int32Array[]>()
  readonly #plans = new Map<OperationId, ContractionPlan>()
  readonly live: readonly OperationId[]

  constructor(graph: TensorGraph) {
    this.#graph = graph
    this.live = liveOperations(graph)
  }

  shape(id: OperationId): readonly number[] {
    return operationAt(this.#graph, id).shape
  }

  size(id: OperationId): number {
    return elementCount(this.shape(id))
  }

  maps(operation: Operation, make: () => readonly Int32Array[]): readonly Int32Array[] {
    const known = this.#maps.get(operation.id)
    if (known !== undefined) return known
    const made = make()
    this.#maps.set(operation.id, made)
    return made
  }

  plan(operation: OperationOf<'einsum'>): ContractionPlan {
    const known = this.#plans.get(operation.id)
    if (known !== undefined) return known
    const [left, right] = operation.operands
    const plan = planContraction(operation.equation, this.shape(left), this.shape(right), operation.shape)
    this.#plans.set(operation.id, plan)
    return plan
  }
}

/**
 * Values of the operations of one side that the outputs need, by id; those after an unknown quantizer are missing. Values no
 * longer needed are dropped unless `keep` names them.
 *
 * `known`: values from before, e.g. those of the parameter side.
 */
export function evaluateGraph(
  graph: TensorGraph,
  tables: Tables,
  side: 'data' | 'parameter',
  rows: number,
  surroundings: Surroundings,
  known: ReadonlyMap<OperationId, Float64Array>,
  keep: ReadonlySet<OperationId>,
): Map<OperationId, Float64Array> {
  const values = new Map(known)
  const context: Context = {
    graph,
    tables,
    rows,
    surroundings,
    sideOf: (id) => operationAt(graph, id).side,
    valueOf: (id) => {
      const value = values.get(id)
      if (value === undefined) throw new Error(`operation ${id} has no value yet`)
      return value
    },
  }
  const ids = tables.live.filter((id) => operationAt(graph, id).side === side)
  const lastUse = new Map<OperationId, OperationId>()
  for (const id of ids) for (const operand of operationAt(graph, id).operands) lastUse.set(operand, id)
  for (const id of ids) {
    const operation = operationAt(graph, id)
    const ready = operation.kind === 'batch_statistics' || operation.operands.every((operand) => values.has(operand))
    if (!ready || values.has(id)) continue
    const value = run(operation, context)
    if (value !== undefined) values.set(id, value)
    for (const operand of operation.operands)
      if (lastUse.get(operand) === id && !keep.has(operand) && !known.has(operand)) values.delete(operand)
  }
  return values
}

function run(operation: Operation, context: Context): Float64Array | undefined {
  // The table's entry for a kind takes operations of that kind; the compiler cannot follow the correlation.
  return (handlers[operation.kind] as Handler<OperationKind>)(operation, context)
}

function rowsOf(operation: Operation, context: Context): number {
  return operation.side === 'data' ? context.rows : 1
}

function unary<O extends Operation>(apply: (x: number, operation: O) => number) {
  return (operation: O, context: Context): Float64Array => {
    const source = context.valueOf(operation.operands[0] ?? -1)
    const result = new Float64Array(source.length)
    for (let index = 0; index < source.length; index++) result[index] = apply(source[index] as number, operation)
    return result
  }
}

type BinaryKind = 'add' | 'subtract' | 'multiply' | 'maximum' | 'minimum' | 'divide'

function binary(apply: (a: number, b: number) => number) {
  return (operation: OperationWith<BinaryKind>, context: Context): Float64Array => {
    const [leftId, rightId] = operation.operands
    const [left, right] = [context.valueOf(leftId), context.valueOf(rightId)]
    const { tables } = context
    const [leftMap, rightMap] = tables.maps(operation, () =>
      [leftId, rightId].map((id) => broadcastMap(tables.shape(id), operation.shape)),
    )
    if (leftMap === undefined || rightMap === undefined) throw new Error('a binary operation has two operands')
    const rows = rowsOf(operation, context)
    const size = leftMap.length
    const leftStep = context.sideOf(leftId) === 'data' ? tables.size(leftId) : 0
    const rightStep = context.sideOf(rightId) === 'data' ? tables.size(rightId) : 0
    const result = new Float64Array(rows * size)
    for (let row = 0, position = 0; row < rows; row++) {
      const leftBase = row * leftStep
      const rightBase = row * rightStep
      for (let e = 0; e < size; e++) {
        result[position++] = apply(
          left[leftBase + (leftMap[e] as number)] as number,
          right[rightBase + (rightMap[e] as number)] as number,
        )
      }
    }
    return result
  }
}

function picked(
  operation: Operation,
  context: Context,
  makeMap: (shape: readonly number[]) => Int32Array,
): Float64Array {
  const id = operation.operands[0] ?? -1
  const source = context.valueOf(id)
  const map = context.tables.maps(operation, () => [makeMap(context.tables.shape(id))])[0] ?? new Int32Array()
  const step = context.tables.size(id)
  const rows = rowsOf(operation, context)
  const result = new Float64Array(rows * map.length)
  for (let row = 0, position = 0; row < rows; row++) {
    for (let e = 0; e < map.length; e++) result[position++] = source[row * step + (map[e] as number)] as number
  }
  return result
}

function reduced(operation: OperationOf<'reduce'>, context: Context): Float64Array {
  const [id] = operation.operands
  const source = context.valueOf(id)
  const map =
    context.tables.maps(operation, () => [reduceMap(context.tables.shape(id), operation.axes)])[0] ?? new Int32Array()
  const size = context.tables.size(operation.id)
  const rows = rowsOf(operation, context)
  const { reduction } = operation
  const result = new Float64Array(rows * size).fill(
    reduction === 'sum' ? 0 : reduction === 'max' ? -Infinity : Infinity,
  )
  for (let row = 0, position = 0; row < rows; row++) {
    for (let e = 0; e < map.length; e++) {
      const target = row * size + (map[e] as number)
      const x = source[position++] as number
      const held = result[target] as number
      result[target] = reduction === 'sum' ? held + x : reduction === 'max' ? Math.max(held, x) : Math.min(held, x)
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
  const sources = operation.operands.map((id) => context.valueOf(id))
  const steps = operation.operands.map((id) => (context.sideOf(id) === 'data' ? tables.size(id) : 0))
  const rows = rowsOf(operation, context)
  const result = new Float64Array(rows * element.length)
  for (let row = 0, position = 0; row < rows; row++) {
    for (let e = 0; e < element.length; e++) {
      const operand = from[e] as number
      result[position++] = sources[operand]?.[row * (steps[operand] ?? 0) + (element[e] as number)] ?? 0
    }
  }
  return result
}

function contracted(operation: OperationOf<'einsum'>, context: Context): Float64Array {
  const { tables } = context
  const operand = (id: OperationId) => ({
    values: context.valueOf(id),
    size: tables.size(id),
    rows: context.sideOf(id) === 'data' ? context.rows : null,
  })
  const size = tables.size(operation.id)
  const result = new Float64Array(rowsOf(operation, context) * size)
  contract(tables.plan(operation), operand(operation.operands[0]), operand(operation.operands[1]), result, size)
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
  add: binary((a, b) => a + b),
  subtract: binary((a, b) => a - b),
  multiply: binary((a, b) => a * b),
  maximum: binary((a, b) => (a > b ? a : b)),
  minimum: binary((a, b) => (a < b ? a : b)),
  divide: binary((a, b) => a / b),
  square_root: unary((x) => Math.sqrt(x)),
  negate: unary((x) => -x),
  relu: (operation, context) => {
    const source = context.valueOf(operation.operands[0])
    const result = new Float64Array(source.length)
    for (let index = 0; index < source.length; index++)
      if ((source[index] as number) > 0) result[index] = source[index] as number
    return result
  },
  abs: unary((x) => Math.abs(x)),
  shift: unary<OperationWith<'shift'>>((x, { by }) => x * powerOfTwo(by)),
  stop_gradient: (operation, context) => context.valueOf(operation.operands[0]),
  reshape: (operation, context) => context.valueOf(operation.operands[0]),
  transpose: (operation, context) => picked(operation, context, (shape) => transposeMap(shape, operation.permutation)),
  slice: (operation, context) =>
    picked(operation, context, (shape) => sliceMap(shape, operation.axis, operation.start, operation.end)),
  concat: concatenated,
  reduce: reduced,
}
