import { FixedGraphBuilder } from '../fixed/builder.js'
import type { FixedGraph, FixedNode, NodeId } from '../fixed/graph.js'
import { coveringLookup } from '../fixed/lookup.js'
import { operandsOf } from '../fixed/nodes.js'

/** Makes the new node for an old one, whose operands have new nodes already. */
export type RebuildNode = (node: FixedNode, id: NodeId, rebuilt: Rebuilt) => NodeId

export interface Rebuilt {
  readonly builder: FixedGraphBuilder
  /** The new node that has the value of an old one. */
  readonly newOf: (old: NodeId) => NodeId
}

/**
 * A new graph of the same ports in which every node is made by `make`; nodes that nothing uses vanish, equal ones become
 * one, constants are folded, and intervals are worked out afresh. Nodes are made in `order`, which must hold each node that
 * is needed once and behind everything that `make` asks for.
 */
export function rebuild(
  graph: FixedGraph,
  make: RebuildNode,
  order: Iterable<NodeId> = graph.nodes.keys(),
): FixedGraph {
  const builder = new FixedGraphBuilder()
  const map = new Array<NodeId | undefined>(graph.nodes.length)
  const newOf = (old: NodeId): NodeId => {
    const found = map[old]
    if (found === undefined) throw new Error(`node ${old} is used before it is made`)
    return found
  }
  for (const port of graph.inputs) {
    const types = port.nodes.map((id) => {
      const node = graph.nodes[id]
      if (node?.kind !== 'input') throw new Error(`element of input "${port.name}" is no input`)
      builder.origin = node.origin
      return node.type
    })
    for (const [element, node] of builder.input(port.name, port.shape, types).entries()) {
      const old = port.nodes[element]
      if (old !== undefined) map[old] = node
    }
  }
  for (const id of order) {
    const node = graph.nodes[id]
    if (node === undefined || map[id] !== undefined) continue
    builder.origin = node.origin
    map[id] = make(node, id, { builder, newOf })
  }
  for (const { name, shape, nodes } of graph.outputs) builder.output(name, shape, nodes.map(newOf))
  return builder.finish()
}

/** The same operation on the new operands. */
export function copyNode(node: FixedNode, { builder, newOf }: Rebuilt): NodeId {
  switch (node.kind) {
    case 'input':
      throw new Error('an input that belongs to no port')
    case 'constant':
      return builder.constant(node.interval.low, -node.interval.fraction)
    case 'add':
      return builder.add({ ...node.left, node: newOf(node.left.node) }, { ...node.right, node: newOf(node.right.node) })
    case 'scale':
      return builder.scale({ ...node.term, node: newOf(node.term.node) })
    case 'multiply_constant':
      return builder.multiplyConstant(newOf(node.node), node.mantissa, node.exponent)
    case 'sum':
      return builder.sum(node.terms.map((term) => ({ ...term, node: newOf(term.node) })))
    case 'multiply':
      return builder.multiply(newOf(node.left), newOf(node.right))
    case 'cast':
      return builder.cast(newOf(node.node), node.type)
    case 'relu':
      return builder.relu(newOf(node.node))
    case 'less':
      return builder.less(newOf(node.left), newOf(node.right))
    case 'select':
      return builder.select(newOf(node.condition), newOf(node.whenTrue), newOf(node.whenFalse))
    case 'lookup': {
      const operand = newOf(node.node)
      return builder.lookup(operand, coveringLookup(node, builder.intervalAt(operand)))
    }
  }
}

/** How many times each node is read, by nodes and by outputs; reading a scaled value counts as reading the value. */
export function useCounts(graph: FixedGraph): readonly number[] {
  const counts = new Array<number>(graph.nodes.length).fill(0)
  const count = (id: NodeId, times: number): void => {
    counts[id] = (counts[id] ?? 0) + times
  }
  for (const port of graph.outputs) for (const id of port.nodes) count(id, 1)
  for (let id = graph.nodes.length - 1; id >= 0; id--) {
    const node = graph.nodes[id]
    if (node === undefined) continue
    for (const operand of operandsOf(node)) count(operand, node.kind === 'scale' ? (counts[id] ?? 0) : 1)
  }
  return counts
}
