import { CONTRACT, UNARY } from '../../../kernels/codes.js'
import { TILE } from '../../../kernels/partition.js'
import { BEGINS, call, inTile, SAMPLES } from '../../../kernels/program.js'
import { BLOCK, ROW_BYTES } from '../../../kernels/tiles.js'
import { addMoved } from '../layout-moves.js'
import { packed, panelBytes } from './panels.js'
import { dataElements, dataRow, jobs, outputRow, type Product, placesInCopy } from './product.js'

/** Columns of a row of the gradient of weights come in multiples of this: whole vectors. */
const WIDTH = 8

/** Lays out the adjoint of a product of data and weights: gradients of its bias, of the weights and of the data. */
export function layOutAdjoint(product: Product): void {
  const { context, level, plan, weights, epilogue, x, y, target } = product
  if (!y.written) return
  if (epilogue?.relu === true && !y.maskedByUser) {
    const dy = inTile(context.rows.gradientOf(y))
    context.passes.emitBackward(
      level,
      call('unaryBackward', dy, dy, inTile(y.offset), y.elements, ROW_BYTES, SAMPLES, UNARY.relu, 0, 0),
    )
  }
  if (target !== y) addMoved(y, target, placesInCopy(plan), level, context)
  layOutBiasGradient(product)
  if (weights.gradient !== 0) layOutWeightGradient(product)
  if (x.needsGradient) layOutDataGradient(product)
}

function layOutBiasGradient({ context, level, y, target, bias }: Product): void {
  if (bias === null || bias.value.gradient === 0) return
  const sums = context.partGradient(bias.value, bias.value.elements, null, 'clearing', bias.map)
  const dy = inTile(context.rows.gradientOf(target))
  context.passes.emitBackward(
    level,
    call(
      'sumSamples',
      sums,
      context.table(bias.map),
      dy,
      ROW_BYTES,
      y.elements,
      SAMPLES,
      context.rows.scratch(BLOCK * 4),
    ),
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
  context.passes.emitBackward(
    level,
    call(
      'outerProducts',
      context.table(table),
      table.length / 4,
      inTile(x.offset),
      left.distance * ROW_BYTES,
      inTile(context.rows.gradientOf(target)),
      output.distance * ROW_BYTES,
      sums,
      context.rows.scratch((TILE * width + width + inner.length + 2 * BLOCK) * 4),
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
  const [dy, dx] = [inTile(context.rows.gradientOf(target)), inTile(context.rows.gradientOf(x))]
  const panels = packed(weights, { batch, inner: columns, columns: inner }, output.distance * ROW_BYTES, context)
  context.passes.openBackward(level, ...panels.calls)
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
    context.passes.emitBackward(level, call('fill', dx, 0, x.elements * ROW_BYTES))
    x.written = true
  }
  context.passes.emitBackward(
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
      CONTRACT.listed | (x.written ? CONTRACT.accumulate : 0),
    ),
  )
  x.written = true
  // The adjoint of the copy comes after those of its users.
  if (x !== given) addMoved(x, given, dataElements(plan), level, context)
}
