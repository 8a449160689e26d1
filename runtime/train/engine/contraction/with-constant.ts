import type { ContractionPlan } from '../../../../compiler/graph/elements.js'
import type { OperationId, OperationOf } from '../../../../compiler/graph/operation.js'
import { CONTRACT } from '../../../kernels/codes.js'
import { call, inTile, SAMPLES } from '../../../kernels/program.js'
import { ROW_BYTES } from '../../../kernels/tiles.js'
import { moved } from '../layout-moves.js'
import type { NetworkContext } from '../network-context.js'
import type { TileValue } from '../values.js'
import { chain } from './epilogue.js'
import { packed, panelBytes } from './panels.js'
import { dataRow, jobs, outputRow, type Product, placesInCopy, productOf } from './product.js'
import { layOutAdjoint } from './with-constant-adjoint.js'

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
  if (target !== y) moved(target, y, placesInCopy(plan), level, context)
  if (epilogue !== null) {
    for (const id of chain(operation.id, epilogue, context)) context.fused.add(id)
    context.fusedInto.set(operation.id, epilogue.last)
  }
  if (y.needsGradient) context.passes.onAdjoint(level, () => layOutAdjoint(product))
  return y
}

function layOutForward(product: Product): void {
  const { context, level, plan, weights, epilogue, x, left, target, output, bias } = product
  const [inner, columns] = [plan.left.inner.length, plan.right.columns.length]
  const panels = packed(weights, plan.right, left.distance * ROW_BYTES, context)
  context.passes.openForward(level, ...panels.calls)
  const biasBytes = (b: number, m: number): number =>
    bias === null ? -1 : (bias.map[(output.batch[b] ?? 0) + (output.rows[m] ?? 0) + (output.columns[0] ?? 0)] ?? 0) * 4
  const table = jobs(product, (b, m) => [
    dataRow(product, b, m),
    outputRow(product, b, m),
    b * panelBytes(inner, columns),
    biasBytes(b, m),
  ])
  context.passes.emitForward(
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
      CONTRACT.listed | (epilogue?.relu === true ? CONTRACT.relu : 0),
    ),
  )
}
