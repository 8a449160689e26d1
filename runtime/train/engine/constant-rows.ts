import type { OperationId } from '../../../compiler/graph/operation.js'
import { operationAt } from '../../../compiler/graph/walk.js'
import { call, inTile, SAMPLES } from '../../kernels/program.js'
import { BLOCK, ROW_BYTES } from '../../kernels/tiles.js'
import type { NetworkContext } from './network-context.js'
import type { TileValue } from './values.js'

/** An operand as rows of a tile: a constant is repeated for every sample. Its gradient is summed over them. */
export function rowsOf(id: OperationId, level: number, context: NetworkContext): TileValue {
  if (operationAt(context.graph, id).side === 'data') return context.tile(id)
  const constant = context.constant(id)
  const rows = context.rows.newValue(constant.elements, constant.gradient !== 0)
  context.passes.emitForward(
    level,
    call('repeatConstant', inTile(rows.offset), constant.address, constant.elements, ROW_BYTES, SAMPLES),
  )
  if (rows.needsGradient) {
    context.passes.onAdjoint(level, () => {
      if (!rows.written) return
      const sums = context.partGradient(constant, constant.elements, null, 'clearing', 'once')
      const map = context.table(Int32Array.from({ length: constant.elements }, (_, element) => element))
      const from = inTile(context.rows.gradientOf(rows))
      context.passes.emitBackward(
        level,
        call('sumSamples', sums, map, from, ROW_BYTES, constant.elements, SAMPLES, context.rows.scratch(BLOCK * 4)),
      )
    })
  }
  return rows
}
