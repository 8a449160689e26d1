import { addIntervals, scaleInterval } from '../fixed/arithmetic.js'
import type { FixedGraph, Term } from '../fixed/graph.js'
import { type Interval, typeOfInterval } from '../fixed/interval.js'
import { type Logic, logicOf } from '../fixed/logic.js'
import { nodeAt } from '../fixed/nodes.js'

/**
 * What each node of an optimized graph costs in look-up tables of six inputs, before any tool has seen it: an adder one per
 * bit from the coarser of its operands' lowest bits to its top, as da4ml counts (its `cost_add`, with one bit per adder
 * cell); a two-way choice, a ReLU and a comparison one per two bits, because two of them share a cell; a product of two
 * values one per pair of bits; a table as many as it takes; wiring nothing. A sum of three is an adder, of one bit more, where
 * the family has such (`hasTernaryAdders`), else two. Absolute numbers are only as good as `targets/calibration.ts` says.
 */
export function nodeCosts(graph: FixedGraph, ternaryAdders: boolean): readonly number[] {
  const costOf = (logic: Logic): number => {
    switch (logic.kind) {
      case 'wires':
        return 0
      case 'sum':
        return sumCost(logic.terms, graph, ternaryAdders)
      case 'negation':
        return logic.bits
      case 'comparison':
      case 'choice':
        return logic.bits / 2
      case 'product':
        return logic.wide * logic.narrow
      case 'table':
        return lookupCost(logic.inputs, logic.outputs)
    }
  }
  return graph.nodes.map((node) => costOf(logicOf(node, graph)))
}

/**
 * Look-up tables of six inputs that a table takes, as da4ml counts: a pair of bits shares one of up to five inputs, and each
 * further input doubles the number; below five inputs several functions may go into one.
 */
export function lookupCost(inputs: number, outputs: number): number {
  const tables = 2 ** Math.max(inputs - 5, 0) * Math.ceil(outputs / 2)
  return inputs < 5 ? (tables * inputs) / 5 : tables
}

/** The cost of a sum of two or three terms. */
export function sumCost(terms: readonly Term[], graph: FixedGraph, ternaryAdders: boolean): number {
  const operands = terms.map(({ node, shift, negate }): Operand => {
    return { interval: scaleInterval(nodeAt(graph, node).interval, shift, negate), negate }
  })
  const [a, b, c, ...more] = operands
  if (a === undefined || b === undefined || more.length > 0)
    throw new Error(`a sum of ${terms.length} has no cost: estimate optimized graphs`)
  return c === undefined || ternaryAdders ? adderCost(operands) : twoAddersCost(a, b, c)
}

interface Operand {
  /** With its shift and sign. */
  readonly interval: Interval
  readonly negate: boolean
}

function twoAddersCost(a: Operand, b: Operand, c: Operand): number {
  const inOrder = (first: Operand, second: Operand, last: Operand): number => {
    const interval = addIntervals(first.interval, second.interval)
    return adderCost([first, second]) + adderCost([{ interval, negate: false }, last])
  }
  return Math.min(inOrder(a, b, c), inOrder(a, c, b), inOrder(b, c, a))
}

function adderCost(operands: readonly Operand[]): number {
  const extents = operands
    .map(({ interval, negate }) => {
      const { i, f } = typeOfInterval(interval)
      return { low: -f, top: i, signed: interval.low < 0n, negate }
    })
    .sort((a, b) => a.low - b.low)
  // Operands without a common bit, all but the highest never negative, are put side by side.
  const apart = extents.every(({ low, negate }, at) => {
    const below = extents[at - 1]
    return !negate && (below === undefined || (!below.signed && below.top <= low))
  })
  if (apart) return 0
  const sign = extents.some(({ signed }) => signed) ? 1 : 0
  const top = extents.reduce((most, extent) => Math.max(most, extent.top), Number.NEGATIVE_INFINITY)
  // Below the second lowest bit there is one operand alone. A third one carries into one bit more.
  return Math.max(0, sign + top - (extents[1]?.low ?? top) + extents.length - 2)
}
