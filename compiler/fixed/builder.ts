import { isPoint, isZero, pointInterval, sameInterval } from './arithmetic.js'
import type { FixedGraph, FixedNode, FixedPort, NodeId, Term } from './graph.js'
import type { Interval } from './interval.js'
import type { LinearForm } from './linear.js'
import { type Line, type Lookup, lineOf, narrowLookup } from './lookup.js'
import { NodeTable } from './node-table.js'
import type { NodeFunction } from './nodes.js'
import { type FixedType, widthOf } from './type.js'

/**
 * Builds a `FixedGraph` node by node. Equal nodes are made once (hash-consing), what is known is folded to constants,
 * scalings move towards the users, where they are wiring, and every node gets the tightest interval that interval
 * arithmetic over linear forms proves.
 */
export class FixedGraphBuilder {
  readonly #table = new NodeTable()
  readonly #inputs: FixedPort[] = []
  readonly #outputs: FixedPort[] = []

  /** Nodes made from now on belong to this operation. One that exists already keeps its origin. */
  set origin(path: string) {
    this.#table.origin = path
  }

  get size(): number {
    return this.#table.size
  }

  nodeAt(id: NodeId): FixedNode {
    return this.#table.nodeAt(id)
  }

  intervalAt(id: NodeId): Interval {
    return this.nodeAt(id).interval
  }

  /** Declares an input port; gives its elements as later nodes should use them (a pruned one is the constant 0). */
  input(name: string, shape: readonly number[], types: readonly FixedType[]): readonly NodeId[] {
    const port = this.#inputs.length
    const nodes = types.map((type, element) => this.#table.make({ kind: 'input', port, element, type }))
    this.#inputs.push({ name, shape, nodes })
    return nodes.map((node, element) => (widthOf(types[element] ?? NO_TYPE) === 0 ? this.constant(0n) : node))
  }

  output(name: string, shape: readonly number[], nodes: readonly NodeId[]): void {
    this.#outputs.push({ name, shape, nodes })
  }

  /** mantissa · 2^exponent. */
  constant(mantissa: bigint, exponent = 0): NodeId {
    return this.#table.constant(mantissa, exponent)
  }

  /** ±node · 2^shift. */
  scale({ node, shift, negate }: Term): NodeId {
    const inner = this.resolve({ node, shift, negate })
    if (inner.shift === 0 && !inner.negate) return inner.node
    return this.#table.fold({ kind: 'scale', term: inner })
  }

  negate(node: NodeId): NodeId {
    return this.scale({ node, shift: 0, negate: true })
  }

  /** left + right; swaps nothing and regroups nothing, so that the caller decides the order of a sum. */
  add(left: Term, right: Term): NodeId {
    const [a, b] = [this.resolve(left), this.resolve(right)]
    if (isZero(this.intervalAt(a.node))) return this.scale(b)
    if (isZero(this.intervalAt(b.node))) return this.scale(a)
    if (a.negate && b.negate) {
      return this.negate(this.add({ ...a, negate: false }, { ...b, negate: false }))
    }
    // One order for each pair, so that equal sums meet; and the greater shift goes out, so that the grid is the operands'.
    const [first, second] = precedes(a, b) ? [a, b] : [b, a]
    const common = Math.min(first.shift, second.shift)
    if (common !== 0) {
      const inner = this.add({ ...first, shift: first.shift - common }, { ...second, shift: second.shift - common })
      return this.scale({ node: inner, shift: common, negate: false })
    }
    return this.#table.fold({ kind: 'add', left: first, right: second })
  }

  /** Σ terms, left for `optimize` to build. */
  sum(terms: readonly Term[]): NodeId {
    const parts = terms.map((term) => this.resolve(term)).filter((term) => !isZero(this.intervalAt(term.node)))
    const [first, second] = parts
    if (first === undefined) return this.constant(0n)
    if (second === undefined) return this.scale(first)
    return parts.length === 2 ? this.add(first, second) : this.#table.fold({ kind: 'sum', terms: parts })
  }

  /** node · mantissa · 2^exponent, left for `optimize` to build. */
  multiplyConstant(node: NodeId, mantissa: bigint, exponent: number): NodeId {
    if (mantissa === 0n) return this.constant(0n)
    const inner = this.resolve({ node, shift: 0, negate: false })
    const { low: odd, fraction } = pointInterval(inner.negate ? -mantissa : mantissa, exponent + inner.shift)
    if (odd === 1n || odd === -1n) return this.scale({ node: inner.node, shift: -fraction, negate: odd < 0n })
    // The sign goes out, so that x·c and -x·c share their product.
    const magnitude = odd < 0n ? -odd : odd
    const product = this.#table.fold({ kind: 'multiply_constant', node: inner.node, mantissa: magnitude, exponent: 0 })
    return this.scale({ node: product, shift: -fraction, negate: odd < 0n })
  }

  multiply(left: NodeId, right: NodeId): NodeId {
    for (const [constant, other] of [[left, right] as const, [right, left] as const]) {
      const interval = this.intervalAt(constant)
      if (isPoint(interval)) return this.multiplyConstant(other, interval.low, -interval.fraction)
    }
    const [a, b] = [this.resolve(plain(left)), this.resolve(plain(right))]
    const [first, second] = a.node <= b.node ? [a.node, b.node] : [b.node, a.node]
    const product = this.#table.fold({ kind: 'multiply', left: first, right: second })
    return this.scale({ node: product, shift: a.shift + b.shift, negate: a.negate !== b.negate })
  }

  /** Drop bits below 2^-f and above k + i. */
  cast(node: NodeId, type: FixedType): NodeId {
    if (widthOf(type) === 0) return this.constant(0n)
    const inner = this.resolve(plain(node))
    if (inner.shift !== 0) {
      const { shift } = inner
      const base = this.scale({ ...inner, shift: 0 })
      return this.scale({
        node: this.cast(base, { k: type.k, i: type.i - shift, f: type.f + shift }),
        shift,
        negate: false,
      })
    }
    const made: NodeFunction = { kind: 'cast', node, type }
    return sameInterval(this.#table.intervalOf(made), this.intervalAt(node)) ? node : this.#table.fold(made)
  }

  relu(node: NodeId): NodeId {
    const { low } = this.intervalAt(node)
    if (low >= 0n) return node
    const inner = this.resolve(plain(node))
    if (inner.shift === 0) return this.#table.fold({ kind: 'relu', node })
    const base = this.scale({ ...inner, shift: 0 })
    return this.scale({ node: this.relu(base), shift: inner.shift, negate: false })
  }

  /** 1 when left < right, else 0. */
  less(left: NodeId, right: NodeId): NodeId {
    const [a, b] = [this.resolve(plain(left)), this.resolve(plain(right))]
    const [freeA, freeB] = [this.nodeAt(a.node).kind === 'constant', this.nodeAt(b.node).kind === 'constant']
    // Both sides times a power of two, and times -1 with the sides swapped where that saves a negation.
    const common = freeA ? b.shift : freeB ? a.shift : Math.min(a.shift, b.shift)
    const flip = (a.negate || freeA) && (b.negate || freeB)
    const side = (term: Term): NodeId =>
      this.scale({ node: term.node, shift: term.shift - common, negate: term.negate !== flip })
    const [first, second] = flip ? [side(b), side(a)] : [side(a), side(b)]
    return this.#table.fold({ kind: 'less', left: first, right: second })
  }

  select(condition: NodeId, whenTrue: NodeId, whenFalse: NodeId): NodeId {
    const known = this.intervalAt(condition)
    if (isPoint(known)) return known.low === 0n ? whenFalse : whenTrue
    if (whenTrue === whenFalse) return whenTrue
    return this.#table.fold({ kind: 'select', condition, whenTrue, whenFalse })
  }

  /**
   * What the table has for the node. It is cut down to the values that the node can take; a line of a power of two is
   * wiring, or an adder where the table would be larger.
   */
  lookup(node: NodeId, lookup: Lookup): NodeId {
    const { node: base, shift, negate } = this.resolve(plain(node))
    const operand = this.intervalAt(base)
    const narrow = narrowLookup({ ...lookup, grid: lookup.grid + shift }, operand, negate)
    const line = lineOf(narrow)
    if (line !== null && (line.offset === 0 || narrow.table.entries.length > MOST_TABULATED_LINE))
      return this.#line(base, narrow, line)
    return this.#table.fold({ ...narrow, kind: 'lookup', node: base, table: this.#table.shared(narrow.table) })
  }

  #line(node: NodeId, { grid, fraction }: Lookup, { offset, shift, negate }: Line): NodeId {
    const scaled = { node, shift: shift + grid - fraction, negate }
    return this.add(scaled, plain(this.constant(BigInt(offset), -fraction)))
  }

  maximum(left: NodeId, right: NodeId): NodeId {
    if (isZero(this.intervalAt(left))) return this.relu(right)
    if (isZero(this.intervalAt(right))) return this.relu(left)
    return this.select(this.less(left, right), right, left)
  }

  minimum(left: NodeId, right: NodeId): NodeId {
    return this.select(this.less(left, right), left, right)
  }

  /** The term without the scalings in front of its node. */
  resolve(term: Term): Term {
    const node = this.nodeAt(term.node)
    if (node.kind === 'constant' && (term.shift !== 0 || term.negate)) {
      const { low, fraction } = node.interval
      return plain(this.constant(term.negate ? -low : low, term.shift - fraction))
    }
    if (node.kind !== 'scale') return term
    const inner = node.term
    return { node: inner.node, shift: term.shift + inner.shift, negate: term.negate !== inner.negate }
  }

  /** The value as a sum over independent atoms, where it was kept. */
  formAt(id: NodeId): LinearForm {
    return this.#table.formAt(id)
  }

  /** The graph of everything that the outputs need, and all inputs, renumbered without gaps. */
  finish(): FixedGraph {
    return this.#table.finish(this.#inputs, this.#outputs)
  }
}

/** Up to six bits a table takes no more than an adder. */
const MOST_TABULATED_LINE = 64

/** A term that is the node itself: not shifted, not negated. */
export function plain(node: NodeId): Term {
  return { node, shift: 0, negate: false }
}

const NO_TYPE: FixedType = { k: 0, i: 0, f: 0 }

/** Terms of an add in one order: a negated one last, else by node. */
function precedes(a: Term, b: Term): boolean {
  if (a.negate !== b.negate) return !a.negate
  return a.node < b.node || (a.node === b.node && a.shift <= b.shift)
}
