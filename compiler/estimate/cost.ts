import { scaleInterval } from '../fixed/arithmetic.js'
import type { FixedGraph, FixedNode, NodeId, Term } from '../fixed/graph.js'
import { typeOfInterval } from '../fixed/interval.js'
import { nodeAt } from '../fixed/nodes.js'
import { widthOf } from '../fixed/type.js'

/**
 * What each node of an optimized graph costs in look-up tables of six inputs, before any tool has seen it: an adder one per
 * bit from the coarser of its operands' lowest bits to its top, as da4ml counts (its `cost_add`, with one bit per adder
 * cell); a two-way choice, a ReLU and a comparison one per two bits, because two of them share a cell; a product of two
 * values one per pair of bits; a table as many as it takes; wiring nothing. Absolute numbers are only as good as `targets/calibration.ts` says.
 */
export function nodeCosts(graph: FixedGraph): readonly number[] {
  const width = (id: NodeId): number => widthOf(typeOfInterval(nodeAt(graph, id).interval))
  const costOf = (node: FixedNode, id: NodeId): number => {
    switch (node.kind) {
      case 'input':
      case 'constant':
      case 'cast':
        return 0
      case 'scale':
        return node.term.negate ? width(node.term.node) : 0
      case 'add':
        return adderCost(node.left, node.right, graph)
      case 'relu':
      case 'select':
        return width(id) / 2
      case 'less':
        return Math.max(width(node.left), width(node.right)) / 2
      case 'multiply':
        return width(node.left) * width(node.right)
      case 'lookup':
        return lookupCost(width(node.node), width(id))
      case 'sum':
      case 'multiply_constant':
        throw new Error(`a ${node.kind} has no cost: estimate optimized graphs`)
    }
  }
  return graph.nodes.map(costOf)
}

/**
 * Look-up tables of six inputs that a table takes, as da4ml counts: a pair of bits shares one of up to five inputs, and each
 * further input doubles the number; below five inputs several functions may go into one.
 */
export function lookupCost(inputs: number, outputs: number): number {
  const tables = 2 ** Math.max(inputs - 5, 0) * Math.ceil(outputs / 2)
  return inputs < 5 ? (tables * inputs) / 5 : tables
}

function adderCost(left: Term, right: Term, graph: FixedGraph): number {
  const extent = (term: Term): { low: number; top: number; signed: boolean } => {
    const { interval } = nodeAt(graph, term.node)
    const { i, f } = typeOfInterval(scaleInterval(interval, term.shift, term.negate))
    return { low: -f, top: i, signed: interval.low < 0n }
  }
  const [a, b] = [extent(left), extent(right)]
  const plain = !left.negate && !right.negate
  // Operands without a common bit, the lower one never negative, are put side by side.
  if (plain && ((!a.signed && a.top <= b.low) || (!b.signed && b.top <= a.low))) return 0
  const sign = a.signed || b.signed ? 1 : 0
  return Math.max(0, sign + Math.max(a.top, b.top) - Math.max(a.low, b.low))
}
