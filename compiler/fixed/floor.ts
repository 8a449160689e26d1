import type { FixedGraphBuilder } from './builder.js'
import type { NodeId } from './graph.js'
import { typeOfInterval } from './interval.js'

/** The multiple of 2^-f at or below the value: bits are dropped at the bottom and none at the top. */
export function floorTo(builder: FixedGraphBuilder, node: NodeId, f: number): NodeId {
  const { k, i } = typeOfInterval(builder.intervalAt(node))
  // A value below the grid floors to 0 or to -2^-f, which needs the sign bit alone.
  return builder.cast(node, { k, i: Math.max(i, -f), f })
}
