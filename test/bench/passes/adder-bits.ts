import type { FixedGraph, Term } from '../../../compiler/fixed/graph.js'
import { typeOfInterval } from '../../../compiler/fixed/interval.js'

/** Bits of all adders, each from where its operands begin to overlap (or the negated one begins) to its top. */
export function adderBits(graph: FixedGraph): number {
  const lowest = (term: Term): number => term.shift - (graph.nodes[term.node]?.interval.fraction ?? 0)
  return graph.nodes.reduce((sum, node) => {
    if (node.kind !== 'add') return sum
    const { left, right } = node
    const overlap = Math.max(lowest(left), lowest(right))
    const negated = left.negate ? lowest(left) : right.negate ? lowest(right) : overlap
    const { k, i } = typeOfInterval(node.interval)
    return sum + Math.max(0, k + i - Math.min(overlap, negated))
  }, 0)
}
