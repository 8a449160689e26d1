import type { FixedGraph } from '../../fixed/graph.js'
import { copyNode, rebuild } from '../rebuild.js'

/**
 * Constants folded, what no output needs dropped, equal nodes made one (operands in any order, scaled alike), and every
 * interval as tight as affine forms make it: all of this is what building a node does (`FixedGraphBuilder`), so every other
 * pass that rebuilds a graph leaves it clean as well. Here for graphs that come from elsewhere.
 */
export function clean(graph: FixedGraph): FixedGraph {
  return rebuild(graph, (node, _, rebuilt) => copyNode(node, rebuilt))
}
