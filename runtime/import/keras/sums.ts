import { powerOfTwo } from '../../../lang/elaborate/network/constants.js'
import type { Node } from './builder.js'
import { finishLayer, type LayerContext, quantizedOperand } from './layer.js'
import { reciprocalExponent, shifted } from './mean.js'

/** The sum along axes, times a power of two. */
export function sum(context: LayerContext): Node {
  const scale = context.number('scale', 1)
  const by = powerOfTwo(scale)
  if (by === undefined) return context.unsupported(`has the scale ${scale}`, 'a scale is a power of two')
  return summed(context, () => by)
}

/** The sum along axes, times a power of two near one over the number of elements. */
export function meanPow2(context: LayerContext): Node {
  return summed(context, reciprocalExponent)
}

function summed(context: LayerContext, shiftOf: (count: number) => number): Node {
  const x = quantizedOperand(context, false)
  const { builder } = context
  const shape = builder.shapeOf(x)
  const axes = axesOf(context, shape.length)
  const count = axes.reduce((product, axis) => product * (shape[axis] ?? 1), 1)
  const total = builder.apply('reduce_sum', [x], { axes, keep_axes: context.flag('keepdims', false) })
  return finishLayer(context, shifted(context, total, shiftOf(count)))
}

/** Keras counts the batch among the axes. */
function axesOf(context: LayerContext, rank: number): readonly number[] {
  const { axes } = context.layer.config
  const list: readonly unknown[] = Array.isArray(axes) ? axes : [axes ?? -1]
  return list.map((axis) => {
    const counted = typeof axis === 'number' ? (axis < 0 ? axis + rank : axis - 1) : -1
    return Number.isInteger(counted) && counted >= 0 && counted < rank
      ? counted
      : context.unsupported(`sums along the axes ${JSON.stringify(axes)}`, 'axes of the data, the batch not among them')
  })
}
