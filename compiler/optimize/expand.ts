import { plain } from '../fixed/builder.js'
import type { FixedGraph, FixedNodeOf, NodeId, Term } from '../fixed/graph.js'
import { nodeAt, termsOf } from '../fixed/nodes.js'
import { AdderDepths, addInTree } from './adder-tree.js'
import { canonicalSignedDigits } from './csd.js'
import { copyNode, type Rebuilt, rebuild, useCounts } from './rebuild.js'

/**
 * Sums and products with constants become trees of two-operand adders. Each product goes into the tree of its sum as the
 * canonical signed digits of its constant; one that several sums share is made once and goes in whole.
 */
export function expandSums(graph: FixedGraph): FixedGraph {
  const uses = useCounts(graph)
  let depths: AdderDepths | undefined
  return rebuild(graph, (node, _, rebuilt) => {
    const { builder, newOf } = rebuilt
    depths ??= new AdderDepths(builder)
    if (node.kind === 'multiply_constant') return addInTree(builder, depths, digitTerms(node, rebuilt))
    const terms = node.kind === 'scale' ? [node.term] : termsOf(node)
    if (terms.length === 0) return copyNode(node, rebuilt)
    const leaves = terms.flatMap((term): readonly Term[] => {
      const { product, shift, negate } = productBehind(term, graph)
      if (product === null || sharedElsewhere(product.id, uses)) return [{ ...term, node: newOf(term.node) }]
      return digitTerms(product.node, rebuilt).map((digit) => ({
        node: digit.node,
        shift: digit.shift + shift,
        negate: digit.negate !== negate,
      }))
    })
    return addInTree(builder, depths, leaves)
  })
}

/** The digits of constant · operand as terms. */
function digitTerms(node: FixedNodeOf<'multiply_constant'>, { builder, newOf }: Rebuilt): readonly Term[] {
  const operand = builder.resolve(plain(newOf(node.node)))
  return canonicalSignedDigits(node.mantissa).map(({ position, negative }) => ({
    node: operand.node,
    shift: operand.shift + node.exponent + position,
    negate: operand.negate !== negative,
  }))
}

/** A term as ±2^shift of a product with a constant, where it is one behind scalings. */
export interface ProductTerm {
  readonly product: { readonly id: NodeId; readonly node: FixedNodeOf<'multiply_constant'> } | null
  readonly shift: number
  readonly negate: boolean
}

/** Looks through scalings. */
export function productBehind(term: Term, graph: FixedGraph): ProductTerm {
  const node = nodeAt(graph, term.node)
  const { shift, negate } = term
  if (node.kind === 'multiply_constant') return { product: { id: term.node, node }, shift, negate }
  if (node.kind !== 'scale') return { product: null, shift, negate }
  const inner = node.term
  return productBehind({ node: inner.node, shift: shift + inner.shift, negate: negate !== inner.negate }, graph)
}

function sharedElsewhere(product: NodeId, uses: readonly number[]): boolean {
  return (uses[product] ?? 0) > 1
}
