import type { ContractionPlan } from '../../../../compiler/graph/elements.js'
import type { OperationOf } from '../../../../compiler/graph/operation.js'
import { elementCount } from '../../../../lang/shape.js'
import { CONTRACT } from '../../../kernels/codes.js'
import { call, inTile, SAMPLES } from '../../../kernels/program.js'
import { ROW_BYTES } from '../../../kernels/tiles.js'
import type { NetworkContext } from '../network-context.js'
import type { TileValue } from '../values.js'

/**
 * A product of data with data: every element of a result lists the pairs of elements that it sums over, in the adjoint
 * as well.
 */
export function contractWithData(
  operation: OperationOf<'einsum'>,
  plan: ContractionPlan,
  context: NetworkContext,
): TileValue {
  const level = context.levelOf(operation.id)
  const [left, right] = [context.tile(operation.operands[0]), context.tile(operation.operands[1])]
  const y = context.rows.newValue(elementCount(operation.shape), left.needsGradient || right.needsGradient)
  const at = (offsets: Int32Array, index: number): number => offsets[index] as number
  const bytes = (element: number): number => element * ROW_BYTES
  /** One entry for each element of a result, with the pairs of elements whose products it adds up. */
  const entries = new Map<string, Map<number, number[]>>()
  const note = (role: string, to: number, a: number, b: number): void => {
    const table = entries.get(role) ?? new Map<number, number[]>()
    entries.set(role, table)
    const list = table.get(to) ?? []
    table.set(to, list)
    list.push(bytes(a), bytes(b))
  }
  for (let b = 0; b < plan.left.batch.length; b++)
    for (let m = 0; m < plan.left.rows.length; m++)
      for (let n = 0; n < plan.right.columns.length; n++)
        for (let k = 0; k < plan.left.inner.length; k++) {
          const to = at(plan.output.batch, b) + at(plan.output.rows, m) + at(plan.output.columns, n)
          const l = at(plan.left.batch, b) + at(plan.left.rows, m) + at(plan.left.inner, k)
          const r = at(plan.right.batch, b) + at(plan.right.inner, k) + at(plan.right.columns, n)
          note('y', to, l, r)
          note('left', l, to, r)
          note('right', r, to, l)
        }
  const emit = (
    role: string,
    a: number,
    b: number,
    target: number,
    accumulate: boolean,
    push: (made: ReturnType<typeof call>) => void,
  ): void => {
    const table = [...(entries.get(role) ?? new Map<number, number[]>())].sort(([p], [q]) => p - q)
    // Every element of a result adds up the same number of products.
    const terms = (table[0]?.[1].length ?? 0) / 2
    const words = table.flatMap(([to, pairs]) => [bytes(to), ...pairs])
    push(
      call(
        'contractData',
        context.table(words),
        table.length,
        terms,
        inTile(a),
        inTile(b),
        inTile(target),
        SAMPLES,
        accumulate ? CONTRACT.accumulate : 0,
      ),
    )
  }
  emit('y', left.offset, right.offset, y.offset, false, (made) => context.passes.emitForward(level, made))
  context.passes.onAdjoint(level, () => {
    if (!y.written) return
    for (const [role, value, other] of [
      ['left', left, right],
      ['right', right, left],
    ] as const) {
      if (!value.needsGradient) continue
      emit(role, context.rows.gradientOf(y), other.offset, context.rows.gradientOf(value), value.written, (made) =>
        context.passes.emitBackward(level, made),
      )
      value.written = true
    }
  })
  return y
}
