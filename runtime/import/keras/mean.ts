import { floorLog2 } from '../../../compiler/numeric/exponent.js'
import { powerOfTwo } from '../../../lang/elaborate/network/constants.js'
import type { Node } from './builder.js'
import type { LayerContext } from './layer.js'

/** The mean of so many elements along axes. Refused unless it is a sum with another binary point. */
export function meanOf(context: LayerContext, x: Node, axes: readonly number[], count: number, keepAxes = false): Node {
  const by = powerOfTwo(count)
  if (by === undefined) {
    const cure = 'means of 1, 2, 4, 8, … elements can be imported: they have an end in binary'
    return context.unsupported(`averages ${count} elements`, cure)
  }
  return shifted(context, context.builder.apply('reduce_sum', [x], { axes, keep_axes: keepAxes }), -by)
}

/** The exponent of the power of two that HGQ2 takes for one over a count: the logarithm of the count, rounded, without taking it. */
export function reciprocalExponent(count: number): number {
  return -(floorLog2(2 * count * count) >> 1)
}

/** Times 2^by. */
export function shifted({ builder }: LayerContext, x: Node, by: number): Node {
  return by === 0 ? x : builder.apply('shift', [x], { by })
}
