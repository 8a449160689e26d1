import type { OperationId } from '../../../compiler/graph/operation.js'
import type { Rounding } from '../../../lang/program.js'
import type { MODES } from '../../kernels/codes.js'
import type { Precision } from '../grid.js'

/** What a tile holds a value in. */
export type Held = Exclude<Precision, 'integers'>

/** What an input's port or a quantizer does; the numbers of its types are filled in later. */
export interface Role {
  readonly mode: keyof typeof MODES
  readonly rounding: Rounding
}

/** All that decides the layout of a program: one program serves every network that agrees in it. */
export interface ProgramShape {
  /** The data-side operations to compute, operands first. */
  readonly order: readonly OperationId[]
  readonly precisions: ReadonlyMap<OperationId, Held>
  /** Of each input and quantizer. */
  readonly roles: ReadonlyMap<OperationId, Role>
  /** Values that are wanted as rows of doubles. */
  readonly results: readonly OperationId[]
  /**
   * What is noted of quantizers: how many values wrapped; or their least and greatest results (and those of inputs), while
   * types are still looked for, and no table is filled: functions are computed.
   */
  readonly note: 'extremes' | 'wraps'
}

/** Equal for shapes of one graph that have the same layout. */
export function shapeKey({ order, precisions, roles, results, note }: ProgramShape): string {
  const parts = order.map((id) => {
    const role = roles.get(id)
    return `${id}${precisions.get(id) === 'float64' ? 'd' : 'f'}${role === undefined ? '' : `${role.mode}/${role.rounding}`}`
  })
  return `${note};${results.join()};${parts.join()}`
}

/** Bytes of one number. */
export function bytesOf(held: Held): number {
  return held === 'float32' ? 4 : 8
}
