import { call, inTile, SAMPLES } from '../../kernels/program.js'
import { ROW_BYTES } from '../../kernels/tiles.js'
import type { NetworkContext } from './network-context.js'
import type { TileValue } from './values.js'

/** y[e] = x[map[e]], 0 where the map says -1. */
export function moved(x: TileValue, y: TileValue, map: Int32Array, level: number, context: NetworkContext): void {
  context.passes.emitForward(
    level,
    call('moveRows', inTile(y.offset), inTile(x.offset), context.table(map), 0, 0, map.length, ROW_BYTES, SAMPLES),
  )
}

/** The adjoint of `y[e] = x[map[e]]`: the gradient of x gets that of y. */
export function addMoved(y: TileValue, x: TileValue, map: Int32Array, level: number, context: NetworkContext): void {
  const dx = zeroed(x, level, context)
  context.passes.emitBackward(
    level,
    call(
      'moveRowsBackward',
      inTile(dx),
      inTile(context.rows.gradientOf(y)),
      context.table(map),
      0,
      0,
      map.length,
      ROW_BYTES,
      SAMPLES,
    ),
  )
}

/** Rows of a gradient that can be added to. */
export function zeroed(x: TileValue, level: number, context: NetworkContext): number {
  const gradient = context.rows.gradientOf(x)
  if (!x.written) context.passes.emitBackward(level, call('fill', inTile(gradient), 0, x.elements * ROW_BYTES))
  x.written = true
  return gradient
}

/** Offsets of an operand's batch and rows, and the distance of the elements that are summed over. */
export interface RegularOperand {
  readonly batch: Int32Array
  readonly rows: Int32Array
  readonly distance: number
}

/** The operand itself where the elements of each sum are at one distance, else a copy in which they are. */
export function canonical(
  x: TileValue,
  batch: Int32Array,
  rows: Int32Array,
  inner: Int32Array,
  level: number,
  context: NetworkContext,
): { readonly value: TileValue; readonly plan: RegularOperand } {
  const distance = progression(inner)
  if (distance !== null) return { value: x, plan: { batch, rows, distance } }
  const copy = context.rows.newValue(batch.length * rows.length * inner.length, x.needsGradient)
  const map: number[] = []
  for (const b of batch) for (const m of rows) for (const k of inner) map.push(b + m + k)
  moved(x, copy, Int32Array.from(map), level, context)
  return {
    value: copy,
    plan: {
      batch: Int32Array.from(batch, (_, b) => b * rows.length * inner.length),
      rows: Int32Array.from(rows, (_, m) => m * inner.length),
      distance: 1,
    },
  }
}

/** The distance of numbers that follow each other at one distance; null otherwise. */
export function progression(offsets: Int32Array): number | null {
  if (offsets.length < 2) return 1
  const distance = (offsets[1] as number) - (offsets[0] as number)
  return distance > 0 && offsets.every((offset, index) => offset === (offsets[0] as number) + index * distance)
    ? distance
    : null
}
