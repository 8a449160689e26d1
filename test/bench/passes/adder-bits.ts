import type { FixedGraph, Term } from '../../../compiler/fixed/graph.js'
import { typeOfInterval } from '../../../compiler/fixed/interval.js'
import { termsOf } from '../../../compiler/fixed/nodes.js'

/** Bits of all adders, each from where two operands begin to overlap (or a negated one begins) to its top. */
export function adderBits(graph: FixedGraph): number {
  const lowest = (term: Term): number => term.shift - (graph.nodes[term.node]?.interval.fraction ?? 0)
  return graph.nodes.reduce((sum, node) => {
    const terms = termsOf(node)
    const [, overlap] = terms.map(lowest).sort((a, b) => a - b)
    if (overlap === undefined) return sum
    const negated = terms.filter(({ negate }) => negate).map(lowest)
    const { k, i } = typeOfInterval(node.interval)
    return sum + Math.max(0, k + i - Math.min(overlap, ...negated))
  }, 0)
}
