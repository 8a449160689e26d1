import type { ContractionPlan } from '../../../../compiler/graph/elements.js'
import { call } from '../../../kernels/program.js'
import { pieceOf, type Work, words } from '../../../kernels/work.js'
import { progression } from '../layout-moves.js'
import type { NetworkContext } from '../network-context.js'
import type { ConstantValue } from '../values.js'

/** Columns of a panel of weights. */
const PANEL = 4

/** Bytes of the panels of one batch: sums over `inner` elements for each of `columns`. */
export function panelBytes(inner: number, columns: number): number {
  return Math.ceil(columns / PANEL) * PANEL * inner * 4
}

/** Elements of a constant as a sum takes them: over `inner`, for each of `columns`. */
type Panels = ContractionPlan['right']

/** A copy of a constant in panels of four columns, per batch [column / 4][inner][4], made anew in each step. */
export function packed(constant: ConstantValue, panels: Panels, level: number, context: NetworkContext): number {
  const { batch, inner, columns } = panels
  const bytes = panelBytes(inner.length, columns.length)
  const address = context.arena.bytes(batch.length * bytes)
  const innerStride = progression(inner)
  const columnStride = progression(columns)
  if (innerStride !== null && columnStride !== null) {
    const reads = [words(constant.address, constant.elements)]
    for (const [b, first] of batch.entries()) {
      const from = constant.address + first * 4
      const pack = (column: number, count: number): Work => {
        const target = address + b * bytes + column * inner.length * 4
        const source = from + column * columnStride * 4
        return {
          call: call('packPanels', target, source, inner.length, count, innerStride * 4, columnStride * 4),
          reads,
          writes: [{ address: target, bytes: panelBytes(inner.length, count) }],
          cost: 20 + 0.7 * inner.length * count,
        }
      }
      const piece = pieceOf(inner.length * columns.length)
      const some = PANEL * Math.ceil(piece / PANEL / inner.length)
      for (let column = 0; column < columns.length; column += some)
        context.onForward(level, pack(column, Math.min(some, columns.length - column)))
    }
    return address
  }
  const map: number[] = []
  for (const first of batch)
    for (let column = 0; column < columns.length; column += PANEL)
      for (const i of inner)
        for (let lane = 0; lane < PANEL; lane++) {
          const c = columns[column + lane]
          map.push(c === undefined ? -1 : first + i + c)
        }
  const table = context.table(map)
  context.onForward(level, {
    call: call('gatherElements', address, constant.address, table, map.length),
    reads: [words(constant.address, constant.elements), words(table, map.length)],
    writes: [words(address, map.length)],
    cost: 20 + map.length,
  })
  return address
}
