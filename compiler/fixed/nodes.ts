import type { FixedGraph, FixedNode, NodeId, Term } from './graph.js'
import type { Interval } from './interval.js'
import type { Lookup } from './lookup.js'
import type { FixedType } from './type.js'

/** What a node computes, without its interval and origin. */
export type NodeFunction =
  | { readonly kind: 'input'; readonly port: number; readonly element: number; readonly type: FixedType }
  | { readonly kind: 'constant'; readonly value: Interval }
  | { readonly kind: 'add'; readonly left: Term; readonly right: Term }
  | { readonly kind: 'scale'; readonly term: Term }
  | { readonly kind: 'multiply_constant'; readonly node: NodeId; readonly mantissa: bigint; readonly exponent: number }
  | { readonly kind: 'sum'; readonly terms: readonly Term[] }
  | { readonly kind: 'multiply'; readonly left: NodeId; readonly right: NodeId }
  | { readonly kind: 'cast'; readonly node: NodeId; readonly type: FixedType }
  | { readonly kind: 'relu'; readonly node: NodeId }
  | { readonly kind: 'less'; readonly left: NodeId; readonly right: NodeId }
  | { readonly kind: 'select'; readonly condition: NodeId; readonly whenTrue: NodeId; readonly whenFalse: NodeId }
  | ({ readonly kind: 'lookup'; readonly node: NodeId } & Lookup)

/** The node with this id; throws when there is none. */
export function nodeAt(graph: Pick<FixedGraph, 'nodes'>, id: NodeId): FixedNode {
  const node = graph.nodes[id]
  if (node === undefined) throw new Error(`node ${id} does not exist`)
  return node
}

/** The terms that a node adds up; none for a node that is no sum. */
export function termsOf(node: FixedNode): readonly Term[] {
  if (node.kind === 'sum') return node.terms
  return node.kind === 'add' ? [node.left, node.right] : []
}

/** The same node with other operands. */
export function mapOperands(node: FixedNode, map: (operand: NodeId) => NodeId): FixedNode {
  const term = (t: Term): Term => ({ node: map(t.node), shift: t.shift, negate: t.negate })
  switch (node.kind) {
    case 'input':
    case 'constant':
      return node
    case 'add':
      return { ...node, left: term(node.left), right: term(node.right) }
    case 'scale':
      return { ...node, term: term(node.term) }
    case 'sum':
      return { ...node, terms: node.terms.map(term) }
    case 'multiply':
    case 'less':
      return { ...node, left: map(node.left), right: map(node.right) }
    case 'multiply_constant':
    case 'cast':
    case 'relu':
    case 'lookup':
      return { ...node, node: map(node.node) }
    case 'select':
      return {
        ...node,
        condition: map(node.condition),
        whenTrue: map(node.whenTrue),
        whenFalse: map(node.whenFalse),
      }
  }
}

/** The given nodes and every node on which one of them depends. */
export function nodesBehind(graph: Pick<FixedGraph, 'nodes'>, ids: Iterable<NodeId>): ReadonlySet<NodeId> {
  const found = new Set(ids)
  for (let id = graph.nodes.length - 1; id >= 0; id--) {
    if (found.has(id)) for (const operand of operandsOf(nodeAt(graph, id))) found.add(operand)
  }
  return found
}

/** The nodes that a node reads, in order; one that is read twice stands twice. */
export function operandsOf(node: FixedNode | NodeFunction): readonly NodeId[] {
  switch (node.kind) {
    case 'input':
    case 'constant':
      return []
    case 'add':
      return [node.left.node, node.right.node]
    case 'scale':
      return [node.term.node]
    case 'sum':
      return node.terms.map((term) => term.node)
    case 'multiply':
    case 'less':
      return [node.left, node.right]
    case 'multiply_constant':
    case 'cast':
    case 'relu':
    case 'lookup':
      return [node.node]
    case 'select':
      return [node.condition, node.whenTrue, node.whenFalse]
  }
}

/** How interval rules see the nodes in front: `nodeAt` lets `select` look at its condition. */
export interface NodeView {
  intervalAt(id: NodeId): Interval
  nodeAt(id: NodeId): NodeFunction | FixedNode
}
