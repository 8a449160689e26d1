import { shiftLeft } from '../../compiler/fixed/arithmetic.js'
import type { FixedNode, NodeId, Term } from '../../compiler/fixed/graph.js'
import type { Interval } from '../../compiler/fixed/interval.js'
import { entryAt } from '../../compiler/fixed/lookup.js'

/** A node's integer on the grid of its interval, from those of its operands. Exact at any width. */
export type WideStep = (codeOf: (operand: NodeId) => bigint) => bigint

/** How to compute a node with integers of any width; `intervalOf` gives the grids of the operands. */
export function wideStep(node: FixedNode, intervalOf: (operand: NodeId) => Interval): WideStep {
  const { fraction } = node.interval
  const aligned = (term: Term): WideStep => {
    const bits = fraction + term.shift - intervalOf(term.node).fraction
    return (codeOf) => {
      const code = shiftLeft(codeOf(term.node), bits)
      return term.negate ? -code : code
    }
  }
  switch (node.kind) {
    case 'input':
      throw new Error('inputs are not computed')
    case 'constant':
      return () => node.interval.low
    case 'scale':
      return aligned(node.term)
    case 'add':
      return sumOf([node.left, node.right], fraction, intervalOf)
    case 'sum':
      return sumOf(node.terms, fraction, intervalOf)
    case 'multiply_constant': {
      const bits = fraction + node.exponent - intervalOf(node.node).fraction
      return (codeOf) => shiftLeft(codeOf(node.node) * node.mantissa, bits)
    }
    case 'multiply': {
      const bits = fraction - intervalOf(node.left).fraction - intervalOf(node.right).fraction
      return (codeOf) => shiftLeft(codeOf(node.left) * codeOf(node.right), bits)
    }
    case 'cast': {
      const { k, i } = node.type
      const source = intervalOf(node.node).fraction
      const kept = Math.min(node.type.f, source)
      const width = k + i + kept
      return (codeOf) => {
        const bits = shiftLeft(codeOf(node.node), kept - source)
        return shiftLeft(k === 1 ? BigInt.asIntN(width, bits) : BigInt.asUintN(width, bits), fraction - kept)
      }
    }
    case 'relu':
      return (codeOf) => {
        const code = codeOf(node.node)
        return code < 0n ? 0n : shiftLeft(code, fraction - intervalOf(node.node).fraction)
      }
    case 'less': {
      const finest = Math.max(intervalOf(node.left).fraction, intervalOf(node.right).fraction)
      const at = (id: NodeId, code: bigint): bigint => shiftLeft(code, finest - intervalOf(id).fraction)
      return (codeOf) => (at(node.left, codeOf(node.left)) < at(node.right, codeOf(node.right)) ? 1n : 0n)
    }
    case 'select':
      return (codeOf) => {
        const chosen = codeOf(node.condition) === 0n ? node.whenFalse : node.whenTrue
        return shiftLeft(codeOf(chosen), fraction - intervalOf(chosen).fraction)
      }
    case 'lookup': {
      const { table, grid, fraction: own } = node
      const bits = grid - intervalOf(node.node).fraction
      return (codeOf) => shiftLeft(BigInt(entryAt(table, Number(shiftLeft(codeOf(node.node), bits)))), fraction - own)
    }
  }
}

/** Terms are summed on the finest grid, then counted on the node's, which drops bits that are 0. */
function sumOf(terms: readonly Term[], fraction: number, intervalOf: (operand: NodeId) => Interval): WideStep {
  const finest = Math.max(fraction, ...terms.map((term) => intervalOf(term.node).fraction - term.shift))
  const shifts = terms.map((term) => finest + term.shift - intervalOf(term.node).fraction)
  return (codeOf) => {
    let sum = 0n
    for (const [index, term] of terms.entries()) {
      const code = shiftLeft(codeOf(term.node), shifts[index] ?? 0)
      sum += term.negate ? -code : code
    }
    return shiftLeft(sum, fraction - finest)
  }
}
