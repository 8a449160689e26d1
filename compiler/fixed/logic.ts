import type { FixedGraph, FixedNode, NodeId, Term } from './graph.js'
import { bitLength, typeOfInterval } from './interval.js'
import { nodeAt, termsOf } from './nodes.js'
import { widthOf } from './type.js'

/** What a node of an optimized graph becomes in an FPGA, with the bits on which its area and its delay depend. */
export type Logic =
  /** Nothing but wires: an input, a constant, bits of the operand. */
  | { readonly kind: 'wires' }
  /** A carry chain over two terms or three. */
  | { readonly kind: 'sum'; readonly terms: readonly Term[] }
  | { readonly kind: 'negation'; readonly bits: number }
  /** A carry chain over both sides, of the bits of the wider one. */
  | { readonly kind: 'comparison'; readonly bits: number }
  /** Between two values for each bit of the result, a constant among them for a ReLU. */
  | { readonly kind: 'choice'; readonly bits: number }
  /** Partial products of the narrower operand, summed in a tree. */
  | { readonly kind: 'product'; readonly wide: number; readonly narrow: number }
  | { readonly kind: 'table'; readonly inputs: number; readonly outputs: number }

/** The one place that tells what kinds of nodes are made of: costs, delays and levels are read from it. */
export function logicOf(node: FixedNode, graph: FixedGraph): Logic {
  const width = (id: NodeId): number => widthOf(typeOfInterval(nodeAt(graph, id).interval))
  const ownWidth = (): number => widthOf(typeOfInterval(node.interval))
  switch (node.kind) {
    case 'input':
    case 'constant':
    case 'cast':
      return { kind: 'wires' }
    case 'scale':
      return node.term.negate ? { kind: 'negation', bits: width(node.term.node) } : { kind: 'wires' }
    case 'add':
    case 'sum':
      return { kind: 'sum', terms: termsOf(node) }
    case 'less':
      return { kind: 'comparison', bits: Math.max(width(node.left), width(node.right)) }
    case 'relu':
    case 'select':
      return { kind: 'choice', bits: ownWidth() }
    case 'multiply': {
      const [left, right] = [width(node.left), width(node.right)]
      return { kind: 'product', wide: Math.max(left, right), narrow: Math.min(left, right) }
    }
    case 'lookup':
      return { kind: 'table', inputs: width(node.node), outputs: ownWidth() }
    case 'multiply_constant':
      throw new Error(`a ${node.kind} is no logic yet: optimize the graph first`)
  }
}

/** Levels of the tree that sums the partial products of an operand of so many bits; at least one. */
export function productLevels(narrow: number): number {
  return Math.max(1, bitLength(BigInt(Math.max(narrow - 1, 1))))
}
