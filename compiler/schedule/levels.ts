import type { FixedGraph, FixedNode } from '../fixed/graph.js'
import { bitLength, typeOfInterval } from '../fixed/interval.js'
import { nodeAt, termsOf } from '../fixed/nodes.js'
import { widthOf } from '../fixed/type.js'
import { carryBits } from './delays.js'

/**
 * Adder levels of every node behind its operands: 1 for what runs through a carry chain (a sum of two or three, a difference,
 * a negation, a comparison), whatever its width. What a look-up table in the same slice takes along is free: a ReLU, a cast, a
 * selection, so that a comparison and the selection it steers are one level. A product of two values is a tree of adders; for a
 * table see `lookupLevels`.
 */
export function nodeLevels(graph: FixedGraph): readonly number[] {
  const width = (id: number): number => widthOf(typeOfInterval(nodeAt(graph, id).interval))
  const levelsOf = (node: FixedNode): number => {
    switch (node.kind) {
      case 'input':
      case 'constant':
      case 'cast':
      case 'relu':
      case 'select':
        return 0
      case 'scale':
        return node.term.negate ? 1 : 0
      case 'add':
      case 'sum':
        return carryBits(termsOf(node), graph) === 0 ? 0 : 1
      case 'less':
        return 1
      case 'multiply': {
        const narrow = Math.min(width(node.left), width(node.right))
        return Math.max(1, bitLength(BigInt(Math.max(narrow - 1, 1))))
      }
      case 'lookup':
        return lookupLevels(width(node.node))
      case 'multiply_constant':
        throw new Error(`a ${node.kind} has no levels: schedule optimized graphs`)
    }
  }
  return graph.nodes.map(levelsOf)
}

/** Adder levels that a look-up table counts as, by its input bits: one up to seven, and one more for each further, as da4ml counts. */
export function lookupLevels(inputs: number): number {
  return Math.max(inputs - 6, 1)
}
