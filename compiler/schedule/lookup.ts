import type { FixedGraph, FixedNode, NodeId } from '../fixed/graph.js'

/** The node with an id that the graph is known to hold. */
export function nodeLookup(graph: FixedGraph): (id: NodeId) => FixedNode {
  return (id) => {
    const node = graph.nodes[id]
    if (node === undefined) throw new Error(`no node ${id}`)
    return node
  }
}
