import type { Shape } from '../../lang/host.js'

/**
 * The shape of an elementwise result: axes are aligned at the end, axes of length 1 are repeated, missing leading axes
 * are added. Undefined when the shapes don't match.
 */
export function broadcastShape(left: Shape, right: Shape): Shape | undefined {
  const rank = Math.max(left.length, right.length)
  const shape: number[] = []
  for (let axis = 0; axis < rank; axis++) {
    const a = left[axis - (rank - left.length)] ?? 1
    const b = right[axis - (rank - right.length)] ?? 1
    if (a !== b && a !== 1 && b !== 1) return undefined
    shape.push(a === 1 ? b : a)
  }
  return shape
}
