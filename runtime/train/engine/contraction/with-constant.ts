import type { ContractionPlan } from '../../../../compiler/graph/elements.js'
import type { OperationId, OperationOf } from '../../../../compiler/graph/operation.js'
import { elementCount } from '../../../../lang/shape.js'
import { CONTRACT, UNARY } from '../../../kernels/codes.js'
import { TILE } from '../../../kernels/partition.js'
import { BEGINS, call, inTile, SAMPLES } from '../../../kernels/program.js'
import { BLOCK, ROW_BYTES } from '../../../kernels/tiles.js'
import { addMoved, canonical, moved, progression, type RegularOperand } from '../layout-moves.js'
import type { NetworkContext } from '../network-context.js'
import type { ConstantValue, TileValue } from '../values.js'
import { biasMapOf, chain, type Epilogue, epilogueOf, maskedByUser } from './epilogue.js'
import { packed, panelBytes } from './panels.js'

/** Columns of a row of the gradient of weights come in multiples of this: whole vectors. */
const WIDTH = 8

/** A product of data and weights: what its forward pass and its adjoint share. */
interface Product {
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

/** Lays out a product of data and weights, with a bias and a ReLU that follow it. `plan` has the data on the left. */
export function contractWithConstant(
  operation: OperationOf<'einsum'>,
  plan: ContractionPlan,
  dataId: OperationId,
  constantId: OperationId,
  context: NetworkContext,
): TileValue {
  const product = productOf(operation, plan, dataId, constantId, context)
  const { epilogue, y, target, level } = product
  layOutForward(product)
  if (target !== y) moved(target, y, invert(outputElements(plan)), level, context)
  if (epilogue !== null) {
    for (const id of chain(operation.id, epilogue, context)) context.fused.add(id)
    context.fusedInto.set(operation.id, epilogue.last)
  }
  if (y.needsGradient) context.onAdjoint(level, () => layOutAdjoint(product))
  return y
}

function productOf(
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
  const y = context.newTile(
    elementCount(operation.shape),
    given.needsGradient || weights.gradient !== 0 || (bias !== null && bias.value.gradient !== 0),
    epilogue?.relu === true && maskedByUser(epilogue.last, context),
  )
  const output = regular === null ? inOwnOrder(plan) : { ...plan.output, distance: regular }
  const target = regular === null ? context.newTile(outputElements(plan).length, y.needsGradient) : y
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

function layOutForward(product: Product): void {
  const { context, level, plan, weights, epilogue, x, left, target, output, bias } = product
  const [inner, columns] = [plan.left.inner.length, plan.right.columns.length]
  const panels = packed(weights, plan.right, context)
  context.openForward(level, ...panels.calls)
  const biasBytes = (b: number, m: number): number =>
    bias === null ? -1 : (bias.map[(output.batch[b] ?? 0) + (output.rows[m] ?? 0) + (output.columns[0] ?? 0)] ?? 0) * 4
  const table = jobs(product, (b, m) => [
    dataRow(product, b, m),
    outputRow(product, b, m),
    b * panelBytes(inner, columns),
    biasBytes(b, m),
  ])
  context.emitForward(
    level,
    call(
      'contract',
      context.table(table),
      table.length / 4,
      inTile(x.offset),
      left.distance * ROW_BYTES,
      inTile(target.offset),
      output.distance * ROW_BYTES,
      panels.address,
      bias === null ? 0 : bias.value.address,
      inner,
      columns,
      SAMPLES,
      epilogue?.relu === true ? CONTRACT.relu : 0,
    ),
  )
}

function layOutAdjoint(product: Product): void {
  const { context, level, plan, weights, epilogue, x, y, target } = product
  if (!y.written) return
  if (epilogue?.relu === true && !y.maskedByUser) {
    const dy = inTile(context.gradientOf(y))
    context.emitBackward(
      level,
      call('unaryBackward', dy, dy, inTile(y.offset), y.elements, ROW_BYTES, SAMPLES, UNARY.relu, 0, 0),
    )
  }
  if (target !== y) addMoved(y, target, invert(outputElements(plan)), level, context)
  layOutBiasGradient(product)
  if (weights.gradient !== 0) layOutWeightGradient(product)
  if (x.needsGradient) layOutDataGradient(product)
}

function layOutBiasGradient({ context, level, y, target, bias }: Product): void {
  if (bias === null || bias.value.gradient === 0) return
  const sums = context.partGradient(bias.value, bias.value.elements, null, 'clearing', bias.map)
  const dy = inTile(context.gradientOf(target))
  context.emitBackward(
    level,
    call('sumSamples', sums, context.table(bias.map), dy, ROW_BYTES, y.elements, SAMPLES, context.scratch(BLOCK * 4)),
  )
}

/** Sums of products of data and gradients, in rows of whole vectors. */
function layOutWeightGradient(product: Product): void {
  const { context, level, plan, weights, x, left, target, output } = product
  const { batch, inner, columns } = plan.right
  const width = Math.ceil(columns.length / WIDTH) * WIDTH
  const elements = Int32Array.from({ length: batch.length * inner.length * width }, (_, at) => {
    const n = at % width
    const k = Math.floor(at / width) % inner.length
    const b = Math.floor(at / width / inner.length)
    return n < columns.length ? (batch[b] as number) + (inner[k] as number) + (columns[n] as number) : -1
  })
  const inOrder = elements.length === weights.elements && elements.every((element, at) => element === at)
  const table = jobs(product, (b, m) => [
    dataRow(product, b, m),
    outputRow(product, b, m),
    b * inner.length * width * 4,
    0,
  ])
  const places = table.filter((_, at) => at % 4 === 2)
  const map = inOrder ? null : elements
  const sums = context.partGradient(weights, elements.length, map, 'first tile', places)
  context.emitBackward(
    level,
    call(
      'outerProducts',
      context.table(table),
      table.length / 4,
      inTile(x.offset),
      left.distance * ROW_BYTES,
      inTile(context.gradientOf(target)),
      output.distance * ROW_BYTES,
      sums,
      context.scratch((TILE * width + BLOCK) * 4),
      inner.length,
      columns.length,
      width,
      SAMPLES,
      BEGINS,
    ),
  )
}

/** The product of the gradients and the weights transposed. */
function layOutDataGradient(product: Product): void {
  const { context, level, plan, weights, given, x, left, target, output } = product
  const { batch, inner, columns } = plan.right
  const [dy, dx] = [inTile(context.gradientOf(target)), inTile(context.gradientOf(x))]
  const panels = packed(weights, { batch, inner: columns, columns: inner }, context)
  context.openBackward(level, ...panels.calls)
  const table = jobs(product, (b, m) => [
    outputRow(product, b, m),
    dataRow(product, b, m),
    b * panelBytes(columns.length, inner.length),
    -1,
  ])
  const count = table.length / 4
  const places = new Set(table.filter((_, at) => at % 4 === 1))
  // Where several rows of the product read the same data, each adds to the gradient.
  if (places.size < count && !x.written) {
    context.emitBackward(level, call('fill', dx, 0, x.elements * ROW_BYTES))
    x.written = true
  }
  context.emitBackward(
    level,
    call(
      'contract',
      context.table(table),
      count,
      dy,
      output.distance * ROW_BYTES,
      dx,
      left.distance * ROW_BYTES,
      panels.address,
      0,
      columns.length,
      inner.length,
      SAMPLES,
      x.written ? CONTRACT.accumulate : 0,
    ),
  )
  x.written = true
  // The adjoint of the copy comes after those of its users.
  if (x !== given) addMoved(x, given, dataElements(plan), level, context)
}

/**
 * The table of a kernel: four words for each batch and row, all of a batch in turn: by that `outerProducts` knows which
 * is the first to add to the sums of a batch.
 */
function jobs(
  { plan }: Product,
  entry: (b: number, m: number) => readonly [number, number, number, number],
): readonly number[] {
  const words: number[] = []
  for (let b = 0; b < plan.left.batch.length; b++)
    for (let m = 0; m < plan.left.rows.length; m++) words.push(...entry(b, m))
  return words
}

/** Bytes from the first row of the data to those of a batch and row. */
function dataRow({ left }: Product, b: number, m: number): number {
  return ((left.batch[b] ?? 0) + (left.rows[m] ?? 0)) * ROW_BYTES
}

/** The same in what the kernel writes. */
function outputRow({ output }: Product, b: number, m: number): number {
  return ((output.batch[b] ?? 0) + (output.rows[m] ?? 0)) * ROW_BYTES
}

function outputElements({ output }: ContractionPlan): Int32Array {
  return elementsOf(output.batch, output.rows, output.columns)
}

function dataElements({ left }: ContractionPlan): Int32Array {
  return elementsOf(left.batch, left.rows, left.inner)
}

/** Elements in the order batch, rows, columns. */
function elementsOf(batch: Int32Array, rows: Int32Array, columns: Int32Array): Int32Array {
  const result: number[] = []
  for (const b of batch) for (const m of rows) for (const n of columns) result.push(b + m + n)
  return Int32Array.from(result)
}

function invert(map: Int32Array): Int32Array {
  const result = new Int32Array(map.length)
  for (const [index, element] of map.entries()) result[element] = index
  return result
}
