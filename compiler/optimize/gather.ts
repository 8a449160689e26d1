import { addDyadic, type Dyadic, multiplyDyadic, scaleDyadic } from '../fixed/dyadic.js'
import type { FixedGraph, NodeId, Term } from '../fixed/graph.js'
import { nodeAt, termsOf } from '../fixed/nodes.js'
import { copyNode, type Rebuilt, rebuild, useCounts } from './rebuild.js'

const ONE: Dyadic = { mantissa: 1n, exponent: 0 }
const NOTHING: Dyadic = { mantissa: 0n, exponent: 0 }

/**
 * Sums of sums become one sum of constants times nodes, so that one adder tree can hold it all: a bias, the half that
 * rounding adds and equal operands are merged. A sum that is read more than once stays a term, made once.
 */
export function gatherSums(graph: FixedGraph): FixedGraph {
  const uses = useCounts(graph)
  return rebuild(graph, (node, _, rebuilt) => {
    if (node.kind !== 'add' && node.kind !== 'sum') return copyNode(node, rebuilt)
    const gathered = new Gathering(graph, uses)
    for (const term of termsOf(node)) gathered.add(term, ONE)
    return gathered.build(rebuilt)
  })
}

class Gathering {
  #constant = NOTHING
  readonly #factors = new Map<NodeId, Dyadic>()
  constructor(
    readonly graph: FixedGraph,
    readonly uses: readonly number[],
  ) {}

  /** Adds factor · term. */
  add(term: Term, factor: Dyadic): void {
    const node = nodeAt(this.graph, term.node)
    const times = scaleDyadic(factor, term.shift, term.negate)
    switch (node.kind) {
      case 'constant': {
        const value: Dyadic = { mantissa: node.interval.low, exponent: -node.interval.fraction }
        this.#constant = addDyadic(this.#constant, multiplyDyadic(value, times))
        return
      }
      case 'scale':
        this.add(node.term, times)
        return
      case 'multiply_constant':
        this.add({ node: node.node, shift: 0, negate: false }, multiplyDyadic(node, times))
        return
      case 'add':
      case 'sum':
        // Behind a factor other than ±2^n the sum is made once and multiplied, which takes fewer adders.
        if (this.uses[term.node] === 1 && isPowerOfTwo(times)) {
          for (const inner of termsOf(node)) this.add(inner, times)
          return
        }
    }
    this.#factors.set(term.node, addDyadic(this.#factors.get(term.node) ?? NOTHING, times))
  }

  build({ builder, newOf }: Rebuilt): NodeId {
    const terms: Term[] = [...this.#factors]
      .filter(([, factor]) => factor.mantissa !== 0n)
      .map(([old, { mantissa, exponent }]) => ({
        node: builder.multiplyConstant(newOf(old), mantissa, exponent),
        shift: 0,
        negate: false,
      }))
      .sort((a, b) => a.node - b.node)
    const { mantissa, exponent } = this.#constant
    if (mantissa !== 0n) terms.push({ node: builder.constant(mantissa, exponent), shift: 0, negate: false })
    return builder.sum(terms)
  }
}

function isPowerOfTwo({ mantissa }: Dyadic): boolean {
  return mantissa === 1n || mantissa === -1n
}
