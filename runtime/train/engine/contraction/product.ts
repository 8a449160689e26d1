import type { ContractionPlan } from '../../../../compiler/graph/elements.js'
import type { OperationId, OperationOf } from '../../../../compiler/graph/operation.js'
import { elementCount } from '../../../../lang/shape.js'
import { ROW_BYTES } from '../../../kernels/tiles.js'
import { canonical, progression, type RegularOperand } from '../layout-moves.js'
import type { NetworkContext } from '../network-context.js'
import type { ConstantValue, TileValue } from '../values.js'
import { biasMapOf, type Epilogue, epilogueOf, maskedByUser } from './epilogue.js'

/** A product of data and weights: what its forward pass and its adjoint share. */
export interface Product {
  readonly context: NetworkContext
  readonly level: number
  readonly plan: ContractionPlan
  readonly weights: ConstantValue
  readonly epilogue: Epilogue | null
  /** The data, and the same with the elements of each sum at one distance, as the kernel walks them. */
  readonly given: TileValue
  readonly x: TileValue
  readonly left: RegularOperand
  /** The result, and what the kernel writes: the same, or a copy whose columns are at one distance. */
  readonly y: TileValue
  readonly target: TileValue
  readonly output: RegularOutput
  /** The bias that is added, with its element for every element of the result. */
  readonly bias: { readonly value: ConstantValue; readonly map: Int32Array } | null
}

type RegularOutput = ContractionPlan['output'] & { readonly distance: number }

/** What the passes of a product share. Lays out copies where elements are not at regular distances. */
export function productOf(
  operation: OperationOf<'einsum'>,
  plan: ContractionPlan,
  dataId: OperationId,
  constantId: OperationId,
  context: NetworkContext,
): Product {
  const level = context.levelOf(operation.id)
  const weights = context.constant(constantId)
  const given = context.tile(dataId)
  const { value: x, plan: left } = canonical(given, plan.left.batch, plan.left.rows, plan.left.inner, level, context)
  const regular = progression(plan.output.columns)
  const epilogue = regular === null ? null : epilogueOf(operation, plan, context)
  const bias =
    epilogue === null || epilogue.bias === null
      ? null
      : { value: context.constant(epilogue.bias), map: biasMapOf(epilogue.bias, operation, context) }
  const y = context.rows.newValue(
    elementCount(operation.shape),
    given.needsGradient || weights.gradient !== 0 || (bias !== null && bias.value.gradient !== 0),
    epilogue?.relu === true && maskedByUser(epilogue.last, context),
  )
  const output = regular === null ? inOwnOrder(plan) : { ...plan.output, distance: regular }
  const target = regular === null ? context.rows.newValue(outputElements(plan).length, y.needsGradient) : y
  return { context, level, plan, weights, epilogue, given, x, left, y, target, output, bias }
}

/** The output in the order batch, rows, columns. */
function inOwnOrder({ output }: ContractionPlan): RegularOutput {
  const [rows, columns] = [output.rows.length, output.columns.length]
  return {
    batch: output.batch.map((_, b) => b * rows * columns),
    rows: output.rows.map((_, m) => m * columns),
    columns: output.columns.map((_, n) => n),
    distance: 1,
  }
}

/**
 * The table of a kernel: four words for each batch and row, all of a batch in turn: by that `outerProducts` knows which
 * is the first to add to the sums of a batch.
 */
export function jobs(
  { plan }: Product,
  entry: (b: number, m: number) => readonly [number, number, number, number],
): readonly number[] {
  const words: number[] = []
  for (let b = 0; b < plan.left.batch.length; b++)
    for (let m = 0; m < plan.left.rows.length; m++) words.push(...entry(b, m))
  return words
}

/** Bytes from the first row of the data to those of a batch and row. */
export function dataRow({ left }: Product, b: number, m: number): number {
  return ((left.batch[b] ?? 0) + (left.rows[m] ?? 0)) * ROW_BYTES
}

/** The same in what the kernel writes. */
export function outputRow({ output }: Product, b: number, m: number): number {
  return ((output.batch[b] ?? 0) + (output.rows[m] ?? 0)) * ROW_BYTES
}

/** Where each element of the result stands in a copy of the order batch, rows, columns. */
export function placesInCopy(plan: ContractionPlan): Int32Array {
  const elements = outputElements(plan)
  const result = new Int32Array(elements.length)
  for (const [index, element] of elements.entries()) result[element] = index
  return result
}

function outputElements({ output }: ContractionPlan): Int32Array {
  return elementsOf(output.batch, output.rows, output.columns)
}

/** The elements of the data in the order batch, rows, inner. */
export function dataElements({ left }: ContractionPlan): Int32Array {
  return elementsOf(left.batch, left.rows, left.inner)
}

/** Elements in the order batch, rows, columns. */
function elementsOf(batch: Int32Array, rows: Int32Array, columns: Int32Array): Int32Array {
  const result: number[] = []
  for (const b of batch) for (const m of rows) for (const n of columns) result.push(b + m + n)
  return Int32Array.from(result)
}
