import type { Shape } from '../../lang/host.js'
import { elementCount } from '../../lang/shape.js'
import type { NodeId } from '../fixed/graph.js'
import { broadcastShape } from '../graph/broadcast.js'
import { parseContraction } from '../graph/einsum.js'

/** The scalars of a data-side tensor, row-major. */
export interface Scalars {
  readonly shape: Shape
  readonly nodes: readonly NodeId[]
}

/** Distance in the flat array from one element to the next along each axis. */
export function stridesOf(shape: Shape): number[] {
  const strides = new Array<number>(shape.length).fill(1)
  for (let axis = shape.length - 2; axis >= 0; axis--) {
    strides[axis] = (strides[axis + 1] ?? 1) * (shape[axis + 1] ?? 1)
  }
  return strides
}

/** Flat index of every element of `shape` when axis a advances the source by `strides[a]`. */
export function flatIndices(shape: Shape, strides: readonly number[], start = 0): number[] {
  let indices = [start]
  for (const [axis, length] of shape.entries()) {
    const stride = strides[axis] ?? 0
    indices = indices.flatMap((base) => Array.from({ length }, (_, position) => base + position * stride))
  }
  return indices
}

/** For each element of the broadcast result, the flat indices of the two elements that meet there. */
export function broadcastIndices(left: Shape, right: Shape): readonly (readonly [number, number])[] {
  const shape = broadcastShape(left, right)
  if (shape === undefined) throw new Error('shapes that the shape rules allowed do not broadcast')
  const repeated = (from: Shape): number[] => {
    const strides = stridesOf(from)
    return shape.map((_, axis) => {
      const own = axis - (shape.length - from.length)
      return (from[own] ?? 1) === 1 ? 0 : (strides[own] ?? 0)
    })
  }
  const [a, b] = [flatIndices(shape, repeated(left)), flatIndices(shape, repeated(right))]
  return a.map((index, element) => [index, b[element] ?? 0])
}

/** For each element of the result of an einsum, the pairs of flat indices whose products are summed. */
export function contractionPairs(
  equation: string,
  left: Shape,
  right: Shape,
): readonly (readonly (readonly [number, number])[])[] {
  const parsed = parseContraction(equation, left.length, right.length)
  if (!parsed.ok) throw new Error(`einsum "${equation}": ${parsed.problem}`)
  const { contraction } = parsed
  const lengths = new Map<string, number>()
  const strides = { left: new Map<string, number>(), right: new Map<string, number>() }
  for (const [side, shape] of [['left', left] as const, ['right', right] as const]) {
    const steps = stridesOf(shape)
    for (const [axis, label] of [...contraction[side]].entries()) {
      const length = shape[axis] ?? 1
      // An axis of length 1 is repeated against a longer one with the same label.
      lengths.set(label, Math.max(lengths.get(label) ?? 1, length))
      strides[side].set(label, length === 1 ? 0 : (steps[axis] ?? 0))
    }
  }
  const outer = [...contraction.output]
  const inner = [...lengths.keys()].filter((label) => !outer.includes(label))
  const shapeOf = (labels: readonly string[]): number[] => labels.map((label) => lengths.get(label) ?? 1)
  const indicesOf = (side: 'left' | 'right', labels: readonly string[]): number[] =>
    flatIndices(
      shapeOf(labels),
      labels.map((label) => strides[side].get(label) ?? 0),
    )
  const [baseLeft, baseRight] = [indicesOf('left', outer), indicesOf('right', outer)]
  const [stepLeft, stepRight] = [indicesOf('left', inner), indicesOf('right', inner)]
  return Array.from({ length: elementCount(shapeOf(outer)) }, (_, element) =>
    stepLeft.map(
      (step, term) => [(baseLeft[element] ?? 0) + step, (baseRight[element] ?? 0) + (stepRight[term] ?? 0)] as const,
    ),
  )
}

/** For each element of the reduced tensor, the flat indices of the elements that go into it. */
export function reductionGroups(shape: Shape, axes: readonly number[]): readonly (readonly number[])[] {
  const strides = stridesOf(shape)
  const kept = shape.map((_, axis) => axis).filter((axis) => !axes.includes(axis))
  const indices = (list: readonly number[], start: number): number[] =>
    flatIndices(
      list.map((axis) => shape[axis] ?? 1),
      list.map((axis) => strides[axis] ?? 0),
      start,
    )
  const reduced = shape.map((_, axis) => axis).filter((axis) => axes.includes(axis))
  return indices(kept, 0).map((start) => indices(reduced, start))
}
