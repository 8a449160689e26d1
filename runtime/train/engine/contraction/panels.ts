import type { ContractionPlan } from '../../../../compiler/graph/elements.js'
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
    context.onForward(level, ({ kernels }) => {
      for (const [b, first] of batch.entries())
        kernels.packPanels(
          address + b * bytes,
          constant.address + first * 4,
          inner.length,
          columns.length,
          innerStride * 4,
          columnStride * 4,
        )
    })
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
  context.onForward(level, ({ kernels }) => kernels.gatherElements(address, constant.address, table, map.length))
  return address
}
