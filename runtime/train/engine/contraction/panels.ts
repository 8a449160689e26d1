import type { ContractionPlan } from '../../../../compiler/graph/elements.js'
import { type Argument, type Call, call, inOwn } from '../../../kernels/program.js'
import { progression } from '../layout-moves.js'
import type { NetworkContext } from '../network-context.js'
import type { ConstantValue } from '../values.js'

/** Columns of a panel of weights. */
const PANEL = 4
/** Bytes of what `listWeights` puts behind panels, as in `assembly/panels.ts`; a test compares both. */
const LIST_HEADER = 16
const LIST_ENTRY = 8

/**
 * Bytes of the panels of one batch, sums over `inner` elements for each of `columns`, and of the lists behind them: their
 * header, an end for each column of the panels, and entries for half of the weights.
 */
export function panelBytes(inner: number, columns: number): number {
  const padded = Math.ceil(columns / PANEL) * PANEL
  const lists = LIST_HEADER + padded * 4 + Math.floor((inner * columns) / 2) * LIST_ENTRY
  return padded * inner * 4 + Math.ceil(lists / 16) * 16
}

/** Elements of a constant as a sum takes them: over `inner`, for each of `columns`. */
type Panels = ContractionPlan['right']

/**
 * A copy of a constant in panels of four columns, per batch [column / 4][inner][4], with lists of what is not 0 where that
 * is little: where a thread finds its own, and the calls that make it. Rows of the data are `xStride` bytes apart. Threads
 * that read each other's would wait for lines of each other's caches in every step, which takes longer than to make the copy.
 */
export function packed(
  constant: ConstantValue,
  panels: Panels,
  xStride: number,
  context: NetworkContext,
): { readonly address: Argument; readonly calls: readonly Call[] } {
  const { batch, inner, columns } = panels
  const bytes = panelBytes(inner.length, columns.length)
  const offset = context.rows.ownBytes(batch.length * bytes)
  const listed = (b: number): Call =>
    call('listWeights', inOwn(offset + b * bytes), inner.length, columns.length, xStride)
  const innerStride = progression(inner)
  const columnStride = progression(columns)
  if (innerStride !== null && columnStride !== null) {
    const sizes = [inner.length, columns.length, innerStride * 4, columnStride * 4] as const
    const calls = Array.from(batch, (first, b) => [
      call('packPanels', inOwn(offset + b * bytes), constant.address + first * 4, ...sizes),
      listed(b),
    ])
    return { address: inOwn(offset), calls: calls.flat() }
  }
  const calls = Array.from(batch, (first, b) => {
    const map: number[] = []
    for (let column = 0; column < columns.length; column += PANEL)
      for (const i of inner)
        for (let lane = 0; lane < PANEL; lane++) {
          const c = columns[column + lane]
          map.push(c === undefined ? -1 : first + i + c)
        }
    const gather = call('gatherElements', inOwn(offset + b * bytes), constant.address, context.table(map), map.length)
    return [gather, listed(b)]
  })
  return { address: inOwn(offset), calls: calls.flat() }
}
