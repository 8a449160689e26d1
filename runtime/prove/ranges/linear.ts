import type { FixedGraph, FixedNode, NodeId, Term } from '../../../compiler/fixed/graph.js'
import { nodeAt } from '../../../compiler/fixed/nodes.js'
import { addRanges, castKeeps, type Range, times } from './range.js'

/** A constant plus Σ coefficient · atom, all times 2^-fraction. Atoms are values that are taken as independent. */
interface Combination {
  readonly constant: bigint
  readonly coefficients: ReadonlyMap<Atom, bigint>
  readonly fraction: number
}

/** A node by its number, or what a cast drops from its operand, as the bitwise complement of the cast's number. */
type Atom = number

/** Past so many atoms a sum is taken as an atom itself. */
const MOST_ATOMS = 512

/**
 * Ranges by affine arithmetic: sums are followed back to what they are sums of, so that a value that comes in twice with
 * opposite signs cancels. With `throughCasts` a cast that never overflows counts as its operand less what it drops.
 */
export class LinearRanges {
  readonly #combinations = new Map<NodeId, Combination>()

  constructor(
    readonly graph: FixedGraph,
    /** What is known of a node already. */
    readonly known: (id: NodeId) => Range,
    readonly throughCasts: boolean,
  ) {}

  /** A range that holds every value of the node; null for a node that is an atom. */
  rangeOf(id: NodeId): Range | null {
    const { constant, coefficients, fraction } = this.#combination(id)
    if (coefficients.size === 1 && coefficients.has(id)) return null
    let range: Range = { low: constant, high: constant, fraction }
    for (const [atom, coefficient] of coefficients)
      range = addRanges(range, times(this.#atom(atom), coefficient, fraction))
    return range
  }

  #atom(atom: Atom): Range {
    if (atom >= 0) return this.known(atom)
    const node = this.graph.nodes[~atom]
    if (node?.kind !== 'cast') throw new Error('only a cast drops something')
    const { fraction } = this.known(node.node)
    return { low: 0n, high: (1n << BigInt(fraction - node.type.f)) - 1n, fraction }
  }

  #combination(id: NodeId): Combination {
    const found = this.#combinations.get(id)
    if (found !== undefined) return found
    const expanded = this.#expand(id, nodeAt(this.graph, id))
    const combination =
      expanded !== null && expanded.coefficients.size <= MOST_ATOMS
        ? expanded
        : { constant: 0n, coefficients: new Map([[id, 1n]]), fraction: 0 }
    this.#combinations.set(id, combination)
    return combination
  }

  #expand(id: NodeId, node: FixedNode): Combination | null {
    switch (node.kind) {
      case 'constant':
        return { constant: node.interval.low, coefficients: new Map(), fraction: node.interval.fraction }
      case 'add':
        return this.#sum([node.left, node.right])
      case 'sum':
        return this.#sum(node.terms)
      case 'scale':
        return this.#sum([node.term])
      case 'multiply_constant':
        return combine([{ of: this.#combination(node.node), factor: node.mantissa, fraction: -node.exponent }])
      case 'cast': {
        const operand = this.known(node.node)
        if (!this.throughCasts || !castKeeps(operand, node.type)) return null
        const whole = { of: this.#combination(node.node), factor: 1n, fraction: 0 }
        if (operand.fraction <= node.type.f) return combine([whole])
        const dropped = { constant: 0n, coefficients: new Map([[~id, 1n]]), fraction: 0 }
        return combine([whole, { of: dropped, factor: -1n, fraction: 0 }])
      }
      default:
        return null
    }
  }

  #sum(terms: readonly Term[]): Combination {
    return combine(
      terms.map(({ node, shift, negate }) => {
        return { of: this.#combination(node), factor: negate ? -1n : 1n, fraction: -shift }
      }),
    )
  }
}

/** Σ factor · 2^-fraction · of. */
function combine(
  parts: readonly { readonly of: Combination; readonly factor: bigint; readonly fraction: number }[],
): Combination {
  const fraction = Math.max(...parts.map((part) => part.of.fraction + part.fraction))
  const coefficients = new Map<Atom, bigint>()
  let constant = 0n
  for (const part of parts) {
    const factor = part.factor << BigInt(fraction - part.of.fraction - part.fraction)
    constant += part.of.constant * factor
    for (const [atom, coefficient] of part.of.coefficients) {
      const sum = (coefficients.get(atom) ?? 0n) + coefficient * factor
      if (sum === 0n) coefficients.delete(atom)
      else coefficients.set(atom, sum)
    }
  }
  return { constant, coefficients, fraction }
}
