import type { FixedGraph, NodeId, Term } from '../../fixed/graph.js'
import type { Interval } from '../../fixed/interval.js'
import { nodeAt } from '../../fixed/nodes.js'
import { ceilLog2, powerOfTwo } from '../../numeric/exponent.js'

/** Coefficients by atoms: nodes that are no sums. In doubles, as forms serve to choose here and prove nothing. */
export type Form = ReadonlyMap<NodeId, number>

/** Every node as a sum of coefficients times atoms. */
export function formsOf(graph: FixedGraph): readonly Form[] {
  const forms: Form[] = []
  for (const [id, node] of graph.nodes.entries()) {
    if (node.kind === 'add') forms.push(sumOfForms(forms, [node.left, node.right]))
    else if (node.kind === 'scale') forms.push(sumOfForms(forms, [node.term]))
    else forms.push(new Map([[id, 1]]))
  }
  return forms
}

function sumOfForms(forms: readonly Form[], terms: readonly Term[]): Form {
  const sum = new Map<NodeId, number>()
  for (const term of terms) {
    const factor = factorOf(term)
    for (const [atom, coefficient] of forms[term.node] as Form) {
      sum.set(atom, (sum.get(atom) ?? 0) + factor * coefficient)
    }
  }
  return sum
}

function factorOf({ shift, negate }: Term): number {
  return negate ? -powerOfTwo(shift) : powerOfTwo(shift)
}

/** The partial sums of some terms, by sets of terms: integers of which bit n stands for term n. */
export class Sums {
  /** Number of sets, the empty one among them. */
  readonly size: number
  /** The bits of a sum as it is made have the weights 2^bottom up to below 2^top, a sign among them. */
  readonly bottom: Int32Array
  readonly top: Int32Array
  readonly signed: Uint8Array
  /** The term that has the lowest bits, and how many of them are below the bits of all others: they are wires. */
  readonly lowest: Uint8Array
  readonly wires: Int32Array
  readonly #negative: number

  constructor(graph: FixedGraph, forms: readonly Form[], terms: readonly Term[]) {
    this.size = 1 << terms.length
    this.bottom = new Int32Array(this.size)
    this.top = new Int32Array(this.size)
    this.signed = new Uint8Array(this.size)
    this.lowest = new Uint8Array(this.size)
    this.wires = new Int32Array(this.size)
    this.#negative = terms.reduce((set, { negate }, n) => (negate ? set | (1 << n) : set), 0)
    this.#findTops(graph, forms, terms)
    this.#findBottoms(terms.map(({ node, shift }) => shift - nodeAt(graph, node).interval.fraction))
    for (let set = 1; set < this.size; set++) this.#findExtent(set)
  }

  /** A sum of negated terms alone is made without the sign, and subtracted. */
  isNegated(set: number): boolean {
    return (set & ~this.#negative) === 0
  }

  /** Bits of the adder of two sums: from where they overlap, or the subtracted one begins, to the top. 0 for wiring. */
  adderBits(one: number, other: number): number {
    const [a, b] = [this.bottom[one] as number, this.bottom[other] as number]
    const overlap = Math.max(a, b)
    const negated = this.isNegated(one)
    const top = this.top[one | other] as number
    if (negated !== this.isNegated(other)) return Math.max(1, top - Math.min(overlap, negated ? a : b))
    const signed = this.signed[one] === 1 || this.signed[other] === 1
    const isBeside = !signed && Math.min(this.top[one] as number, this.top[other] as number) <= overlap
    return isBeside ? 0 : Math.max(1, top - overlap)
  }

  readonly #low: number[] = [0]
  readonly #high: number[] = [0]

  /** Least and greatest value of every sum, with its sign: atoms that cancel count once. */
  #findTops(graph: FixedGraph, forms: readonly Form[], terms: readonly Term[]): void {
    const places = new Map<NodeId, number>()
    for (const { node } of terms) {
      for (const atom of (forms[node] as Form).keys()) if (!places.has(atom)) places.set(atom, places.size)
    }
    const atoms = [...places.keys()].map((atom) => boundsOf(nodeAt(graph, atom).interval))
    const sums: Float64Array[] = [new Float64Array(atoms.length)]
    for (const term of terms) {
      const own = new Float64Array(atoms.length)
      const factor = factorOf(term)
      for (const [atom, coefficient] of forms[term.node] as Form) own[places.get(atom) as number] = factor * coefficient
      // The sets with this term and earlier ones follow those without it.
      for (let set = 0, count = sums.length; set < count; set++) {
        sums.push((sums[set] as Float64Array).map((value, at) => value + (own[at] as number)))
      }
    }
    for (const [set, coefficients] of sums.entries()) {
      let [low, high] = [0, 0]
      for (let at = 0; at < atoms.length; at++) {
        const { low: least, high: most } = atoms[at] as Bounds
        const coefficient = coefficients[at] as number
        low += coefficient * (coefficient > 0 ? least : most)
        high += coefficient * (coefficient > 0 ? most : least)
      }
      this.#low[set] = low
      this.#high[set] = high
    }
  }

  #findBottoms(bottoms: readonly number[]): void {
    const second = new Float64Array(this.size).fill(Number.POSITIVE_INFINITY)
    for (const [n, own] of bottoms.entries()) {
      this.bottom[1 << n] = own
      this.lowest[1 << n] = n
    }
    for (let set = 1; set < this.size; set++) {
      const last = set & -set
      const rest = set ^ last
      if (rest === 0) continue
      const [a, b] = [this.bottom[last] as number, this.bottom[rest] as number]
      this.bottom[set] = Math.min(a, b)
      this.lowest[set] = this.lowest[a < b ? last : rest] as number
      second[set] = Math.min(Math.max(a, b), second[rest] as number)
      const isSubtracted = this.isNegated(1 << (this.lowest[set] as number)) && !this.isNegated(set)
      this.wires[set] = isSubtracted ? 0 : (second[set] as number) - (this.bottom[set] as number)
    }
  }

  #findExtent(set: number): void {
    const negated = this.isNegated(set)
    const [from, to] = [this.#low[set] as number, this.#high[set] as number]
    const [low, high] = negated ? [-to, -from] : [from, to]
    const step = powerOfTwo(this.bottom[set] as number)
    this.signed[set] = low < 0 ? 1 : 0
    this.top[set] = ceilLog2(Math.max(-low, high + step, step)) + (low < 0 ? 1 : 0)
  }
}

interface Bounds {
  readonly low: number
  readonly high: number
}

function boundsOf({ low, high, fraction }: Interval): Bounds {
  const step = powerOfTwo(-fraction)
  return { low: Number(low) * step, high: Number(high) * step }
}
