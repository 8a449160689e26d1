import type { FixedGraph, FixedNode, NodeId, Term } from '../../fixed/graph.js'
import { typeOfInterval } from '../../fixed/interval.js'
import { operandsOf } from '../../fixed/nodes.js'
import { copyNode, type Rebuilt, rebuild } from '../rebuild.js'

/** A bound that no bit reaches. */
const ALL = Number.POSITIVE_INFINITY

/**
 * Bits that nobody reads: an adder of which casts keep only the bits below 2^n is fed with operands cut there too, since
 * sums are right modulo 2^n whatever lies above. What a rectifier, a comparison, a product or an output reads is needed
 * whole.
 */
export function dropUnreadBits(graph: FixedGraph): FixedGraph {
  const tops = demandedTops(graph)
  if (!graph.nodes.some((node, id) => node.kind === 'add' && isWider(node, tops[id] ?? ALL))) return graph
  return rebuild(graph, (node, id, rebuilt) => {
    const top = tops[id] ?? ALL
    if (node.kind !== 'add' || !isWider(node, top)) return copyNode(node, rebuilt)
    return rebuilt.builder.add(cut(node.left, top, rebuilt), cut(node.right, top, rebuilt))
  })
}

/** The sum of two operands of so many bits has one more, so less is no gain. */
function isWider(node: FixedNode, top: number): boolean {
  const { k, i } = typeOfInterval(node.interval)
  return k + i > top + 1
}

/** The term without bits of weight 2^top and above. */
function cut(term: Term, top: number, { builder, newOf }: Rebuilt): Term {
  const node = newOf(term.node)
  const { k, i, f } = typeOfInterval(builder.intervalAt(node))
  const kept = top - term.shift
  if (k + i <= kept) return { ...term, node }
  return { ...term, node: builder.cast(node, { k, i: kept - k, f }) }
}

/** For each node the weight (an exponent of two) from which on nobody reads its bits. */
function demandedTops(graph: FixedGraph): readonly number[] {
  const tops = new Array<number>(graph.nodes.length).fill(Number.NEGATIVE_INFINITY)
  const demand = (id: NodeId, top: number): void => {
    tops[id] = Math.max(tops[id] ?? ALL, top)
  }
  for (const port of graph.outputs) for (const id of port.nodes) demand(id, ALL)
  for (let id = graph.nodes.length - 1; id >= 0; id--) {
    const node = graph.nodes[id] as FixedNode
    const top = tops[id] ?? ALL
    switch (node.kind) {
      case 'cast':
        demand(node.node, Math.min(top, node.type.k + node.type.i))
        break
      case 'add':
        for (const term of [node.left, node.right]) demand(term.node, top - term.shift)
        break
      case 'scale':
        demand(node.term.node, top - node.term.shift)
        break
      case 'select':
        demand(node.condition, ALL)
        demand(node.whenTrue, top)
        demand(node.whenFalse, top)
        break
      default:
        for (const operand of operandsOf(node)) demand(operand, ALL)
    }
  }
  return tops
}
