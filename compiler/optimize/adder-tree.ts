import { type FixedGraphBuilder, plain } from '../fixed/builder.js'
import type { NodeId, Term } from '../fixed/graph.js'
import { bitLength } from '../fixed/interval.js'
import { operandsOf } from '../fixed/nodes.js'

/**
 * Adds terms in a tree of two-operand adders that is ready as early as can be: the two operands that are ready first are
 * joined first, which is optimal when an adder takes one level. Among those ready at the same level the small ones meet,
 * which keeps adders narrow, positive ones first. A join of two negated terms adds them and stays negated, so no adder ever
 * negates both operands. Gives the (possibly negated) sum.
 */
export function addInTree(builder: FixedGraphBuilder, depths: AdderDepths, terms: readonly Term[]): NodeId {
  const waiting = new Heap<Waiting>(before)
  for (const term of terms) waiting.push(waitingOf(builder, depths, term))
  for (;;) {
    const first = waiting.pop()
    if (first === undefined) return builder.constant(0n)
    const second = waiting.pop()
    if (second === undefined) return builder.scale(first.term)
    waiting.push(waitingOf(builder, depths, plain(builder.add(first.term, second.term))))
  }
}

/** Levels of adders in front of each node of a graph that is being built; what is no adder takes none, but for products. */
export class AdderDepths {
  readonly #depths: number[] = []
  constructor(readonly builder: FixedGraphBuilder) {}

  of(id: NodeId): number {
    for (let next = this.#depths.length; next <= id; next++) this.#depths.push(this.#compute(next))
    return this.#depths[id] ?? 0
  }

  #compute(id: NodeId): number {
    const node = this.builder.nodeAt(id)
    const before = Math.max(0, ...operandsOf(node).map((operand) => this.#depths[operand] ?? 0))
    switch (node.kind) {
      case 'add':
      case 'less':
      case 'select':
        return before + 1
      case 'multiply': {
        const { low, high } = this.builder.intervalAt(node.right)
        return before + bitLength(BigInt(bitLength(high > -low ? high : -low)))
      }
      case 'scale':
        return before + (node.term.negate ? 1 : 0)
      default:
        return before
    }
  }
}

interface Waiting {
  readonly term: Term
  readonly depth: number
  /** Position of the highest bit. */
  readonly top: number
}

function waitingOf(builder: FixedGraphBuilder, depths: AdderDepths, unresolved: Term): Waiting {
  const term = builder.resolve(unresolved)
  const { low, high, fraction } = builder.intervalAt(term.node)
  const magnitude = high > -low ? high : -low
  return { term, depth: depths.of(term.node), top: bitLength(magnitude) - fraction + term.shift }
}

function before(a: Waiting, b: Waiting): boolean {
  if (a.depth !== b.depth) return a.depth < b.depth
  if (a.top !== b.top) return a.top < b.top
  if (a.term.negate !== b.term.negate) return b.term.negate
  return a.term.node !== b.term.node ? a.term.node < b.term.node : a.term.shift < b.term.shift
}

/** A binary heap. */
class Heap<T> {
  readonly #items: T[] = []
  constructor(readonly precedes: (a: T, b: T) => boolean) {}

  push(item: T): void {
    const items = this.#items
    let at = items.push(item) - 1
    while (at > 0) {
      const parent = (at - 1) >> 1
      const above = items[parent]
      if (above === undefined || !this.precedes(item, above)) break
      items[at] = above
      at = parent
    }
    items[at] = item
  }

  pop(): T | undefined {
    const items = this.#items
    const [top] = items
    const last = items.pop()
    if (last === undefined || items.length === 0) return top
    let at = 0
    for (;;) {
      let child = 2 * at + 1
      const [left, right] = [items[child], items[child + 1]]
      if (left === undefined) break
      let least = left
      if (right !== undefined && this.precedes(right, left)) {
        child++
        least = right
      }
      if (!this.precedes(least, last)) break
      items[at] = least
      at = child
    }
    items[at] = last
    return top
  }
}
