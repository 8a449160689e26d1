import type { FixedGraph } from '../fixed/graph.js'
import { type Logic, logicOf, productLevels } from '../fixed/logic.js'
import { carryBits } from './delays.js'

/**
 * Adder levels of every node behind its operands: 1 for what runs through a carry chain (a sum of two or three, a difference,
 * a negation, a comparison), whatever its width. What a look-up table in the same slice takes along is free: a ReLU, a cast, a
 * selection, so that a comparison and the selection it steers are one level. A product of two values is a tree of adders; for a
 * table see `lookupLevels`.
 */
export function nodeLevels(graph: FixedGraph): readonly number[] {
  const levelsOf = (logic: Logic): number => {
    switch (logic.kind) {
      case 'wires':
      case 'choice':
        return 0
      case 'sum':
        return carryBits(logic.terms, graph) === 0 ? 0 : 1
      case 'negation':
      case 'comparison':
        return 1
      case 'product':
        return productLevels(logic.narrow)
      case 'table':
        return lookupLevels(logic.inputs)
    }
  }
  return graph.nodes.map((node) => levelsOf(logicOf(node, graph)))
}

/** Adder levels that a look-up table counts as, by its input bits: one up to seven, and one more for each further, as da4ml counts. */
export function lookupLevels(inputs: number): number {
  return Math.max(inputs - 6, 1)
}
