import type { Shape } from '../../lang/host.js'
import { elementCount } from '../../lang/shape.js'
import type { NodeId } from '../fixed/graph.js'
import { planContraction, reduceMap } from '../graph/elements.js'

/** The scalars of a data-side tensor, row-major. */
export interface Scalars {
  readonly shape: Shape
  readonly nodes: readonly NodeId[]
}

/** For each element of the result of an einsum, the pairs of flat indices whose products are summed. */
export function contractionPairs(
  equation: string,
  left: Shape,
  right: Shape,
  result: Shape,
): readonly (readonly (readonly [number, number])[])[] {
  const plan = planContraction(equation, left, right, result)
  const pairs: (readonly [number, number])[][] = Array.from({ length: elementCount(result) }, () => [])
  for (const [b, start] of plan.output.batch.entries()) {
    for (const [m, row] of plan.output.rows.entries()) {
      for (const [n, column] of plan.output.columns.entries()) {
        const fromLeft = (plan.left.batch[b] ?? 0) + (plan.left.rows[m] ?? 0)
        const fromRight = (plan.right.batch[b] ?? 0) + (plan.right.columns[n] ?? 0)
        pairs[start + row + column] = Array.from(plan.left.inner, (inner, k) => [
          fromLeft + inner,
          fromRight + (plan.right.inner[k] ?? 0),
        ])
      }
    }
  }
  return pairs
}

/** For each element of the reduced tensor, the flat indices of the elements that go into it. */
export function reductionGroups(shape: Shape, axes: readonly number[]): readonly (readonly number[])[] {
  const kept = elementCount(shape.filter((_, axis) => !axes.includes(axis)))
  const groups: number[][] = Array.from({ length: kept }, () => [])
  for (const [element, target] of reduceMap(shape, axes).entries()) groups[target]?.push(element)
  return groups
}
