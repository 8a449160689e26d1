import type { FixedGraph, NodeId, Term } from '../../fixed/graph.js'
import type { Interval } from '../../fixed/interval.js'
import { nodeAt } from '../../fixed/nodes.js'
import { ceilLog2, powerOfTwo } from '../../numeric/exponent.js'

/** Σ coefficient · atom, by atoms: nodes that are no sums. In doubles: it serves to choose, and proves nothing. */
export type Form = ReadonlyMap<NodeId, number>

/** The form of every node over the nodes that are no sums. */
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
  for (const { node, shift, negate } of terms) {
    const factor = negate ? -powerOfTwo(shift) : powerOfTwo(shift)
    for (const [atom, coefficient] of forms[node] as Form) sum.set(atom, (sum.get(atom) ?? 0) + factor * coefficient)
  }
  return sum
}

/** The bits of a number: weights 2^bottom up to below 2^top, the sign among them. */
export interface Extent {
  readonly signed: boolean
  readonly bottom: number
  readonly top: number
}

export function widthOf({ bottom, top }: Extent): number {
  return Math.max(0, top - bottom)
}

/** Sums of some terms, each set of which is a number in which bit n stands for term n. */
export class Sums {
  readonly #atoms: readonly { readonly low: number; readonly high: number }[]
  /** Of each set its coefficients, one after the other. */
  readonly #coefficients: Float64Array
  readonly #bottoms: Int32Array
  /** Of each set the place from which more than one term has bits. */
  readonly #overlaps: Float64Array
  /** Of each set the term with the lowest bits. */
  readonly #lowest: Int32Array
  readonly #negative: number

  constructor(graph: FixedGraph, forms: readonly Form[], terms: readonly Term[]) {
    const places = new Map<NodeId, number>()
    for (const { node } of terms) {
      for (const atom of (forms[node] as Form).keys()) if (!places.has(atom)) places.set(atom, places.size)
    }
    this.#atoms = [...places.keys()].map((atom) => boundsOf(nodeAt(graph, atom).interval))
    const size = 1 << terms.length
    const count = places.size
    this.#coefficients = new Float64Array(size * count)
    this.#bottoms = new Int32Array(size)
    this.#overlaps = new Float64Array(size)
    this.#lowest = new Int32Array(size)
    for (const [n, { node, shift, negate }] of terms.entries()) {
      const factor = negate ? -powerOfTwo(shift) : powerOfTwo(shift)
      for (const [atom, coefficient] of forms[node] as Form) {
        this.#coefficients[(1 << n) * count + (places.get(atom) as number)] = factor * coefficient
      }
      this.#bottoms[1 << n] = shift - nodeAt(graph, node).interval.fraction
      this.#overlaps[1 << n] = Number.MAX_SAFE_INTEGER
      this.#lowest[1 << n] = n
    }
    for (let set = 1; set < size; set++) {
      const last = set & -set
      const rest = set ^ last
      if (rest === 0) continue
      for (let at = 0; at < count; at++) {
        this.#coefficients[set * count + at] =
          (this.#coefficients[last * count + at] as number) + (this.#coefficients[rest * count + at] as number)
      }
      const [a, b] = [this.#bottoms[last] as number, this.#bottoms[rest] as number]
      this.#bottoms[set] = Math.min(a, b)
      this.#overlaps[set] = Math.min(Math.max(a, b), this.#overlaps[rest] as number)
      this.#lowest[set] = this.#lowest[a < b ? last : rest] as number
    }
    this.#negative = terms.reduce((set, { negate }, n) => (negate ? set | (1 << n) : set), 0)
  }

  /** Sums of negated terms alone are made without the sign, and subtracted. */
  isNegated(set: number): boolean {
    return (set & ~this.#negative) === 0
  }

  /** The low bits of a sum that are those of one of its terms, and which one that is. */
  wires(set: number): { readonly term: number; readonly count: number } {
    const term = this.#lowest[set] as number
    const isChanged = (this.#negative >> term) % 2 === 1 && !this.isNegated(set)
    const count = isChanged ? 0 : (this.#overlaps[set] as number) - (this.#bottoms[set] as number)
    return { term, count }
  }

  /** The bits of a sum as it is made. */
  extent(set: number): Extent {
    const sign = this.isNegated(set) ? -1 : 1
    let low = 0
    let high = 0
    for (const [at, atom] of this.#atoms.entries()) {
      const coefficient = sign * (this.#coefficients[set * this.#atoms.length + at] as number)
      low += coefficient * (coefficient > 0 ? atom.low : atom.high)
      high += coefficient * (coefficient > 0 ? atom.high : atom.low)
    }
    const bottom = this.#bottoms[set] as number
    const magnitude = Math.max(-low, high + powerOfTwo(bottom), powerOfTwo(bottom))
    return { signed: low < 0, bottom, top: ceilLog2(magnitude) + (low < 0 ? 1 : 0) }
  }
}

function boundsOf({ low, high, fraction }: Interval): { readonly low: number; readonly high: number } {
  const step = powerOfTwo(-fraction)
  return { low: Number(low) * step, high: Number(high) * step }
}
