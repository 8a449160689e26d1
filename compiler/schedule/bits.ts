import type { FixedGraph, FixedNode, NodeId, Term } from '../fixed/graph.js'
import { typeOfInterval } from '../fixed/interval.js'
import { nodeAt, operandsOf, termsOf } from '../fixed/nodes.js'
import { widthOf } from '../fixed/type.js'

/** Bits that one node makes and that the same nodes read, so that they are registered together. */
export interface BitGroup {
  readonly maker: NodeId
  readonly width: number
  /** Nodes with logic of their own that read a bit of it, directly or through wiring, by rising id. */
  readonly readers: readonly NodeId[]
  /** Whether an output port shows a bit of it. */
  readonly isOutput: boolean
}

/** A bit that is always 0, or 1. Bits that a node makes are numbered from 0. */
const ZERO = -1
const ONE = -2

/**
 * Who makes and who reads each bit of a graph, as a synthesizer finds it: a shift, a cast, and the low bits of a sum in
 * which only one operand has bits are wires, not new values, and a bit that nothing reads is not there. So a register of
 * such a bit is counted once, however many nodes it is part of, and as long as something computes with it.
 */
export function bitGroups(graph: FixedGraph): readonly BitGroup[] {
  return new BitTracer(graph).groups()
}

class BitTracer {
  /** Of each node its bits, lowest first. */
  readonly #bits: Int32Array[] = []
  /** Of each bit its maker. */
  readonly #makers: NodeId[] = []
  readonly #nodeAt: (id: NodeId) => FixedNode

  constructor(readonly graph: FixedGraph) {
    this.#nodeAt = (id) => nodeAt(graph, id)
    for (const [id, node] of graph.nodes.entries()) this.#bits.push(this.#trace(id, node))
  }

  groups(): readonly BitGroup[] {
    const readers: NodeId[][] = this.#makers.map(() => [])
    const isOutput = new Uint8Array(this.#makers.length)
    for (const port of this.graph.outputs) {
      for (const id of port.nodes) for (const bit of this.#bits[id] ?? []) if (bit >= 0) isOutput[bit] = 1
    }
    // Users come after what they read, so by then it is known which of their bits are wanted.
    for (let id = this.graph.nodes.length - 1; id >= 0; id--) {
      const own = (this.#bits[id] as Int32Array).reduce((list, bit, at) => {
        if (bit >= 0 && this.#makers[bit] === id) list.push(at)
        return list
      }, [] as number[])
      const wanted = own.filter((at) => {
        const bit = this.#bits[id]?.[at] as number
        return isOutput[bit] === 1 || (readers[bit] as NodeId[]).length > 0
      })
      if (wanted.length === 0) continue
      for (const bit of this.#read(id, own[0] as number, wanted.at(-1) as number, new Set(wanted))) {
        if (bit >= 0 && (readers[bit] as NodeId[]).at(-1) !== id) (readers[bit] as NodeId[]).push(id)
      }
    }
    return grouped(this.#makers, readers, isOutput)
  }

  /** The bits of a node: those of its operands where it is wires, else new ones. */
  #trace(id: NodeId, node: FixedNode): Int32Array {
    const width = widthOf(typeOfInterval(node.interval))
    const { low, high, fraction } = node.interval
    if (low === high) return Int32Array.from({ length: width }, (_, at) => ((low >> BigInt(at)) & 1n ? ONE : ZERO))
    const bits = new Int32Array(width)
    const fill = (bitOf: (at: number) => number | null): Int32Array => {
      for (let at = 0; at < width; at++) bits[at] = bitOf(at) ?? this.#made(id)
      return bits
    }
    switch (node.kind) {
      case 'scale':
        return fill((at) => (node.term.negate ? null : this.#termBit(node.term, fraction, at)))
      case 'add':
      case 'sum': {
        const terms = termsOf(node)
        const first = this.#firstSum(terms, fraction, width)
        return fill((at) => {
          if (at >= first) return null
          return terms.map((term) => this.#termBit(term, fraction, at)).find((bit) => bit !== ZERO) ?? ZERO
        })
      }
      case 'cast': {
        const { k, f } = node.type
        const kept = widthOf(node.type)
        return fill((at) => {
          const place = at + f - fraction
          if (place < 0) return ZERO
          if (place >= kept) return k === 1 ? this.#bitAt(node.node, f, kept - 1) : ZERO
          return this.#bitAt(node.node, f, place)
        })
      }
      case 'relu':
        return fill((at) => (this.#isSigned(node.node) ? null : this.#bitAt(node.node, fraction, at)))
      case 'select':
        return fill((at) => {
          const bit = this.#bitAt(node.whenTrue, fraction, at)
          return bit === this.#bitAt(node.whenFalse, fraction, at) ? bit : null
        })
      default:
        return fill(() => null)
    }
  }

  /** The bits that a node reads to make its own bits from place `first` on, of which `wanted` up to `last` are read. */
  #read(id: NodeId, first: number, last: number, wanted: ReadonlySet<number>): readonly number[] {
    const node = this.#nodeAt(id)
    const { fraction } = node.interval
    const places = Array.from({ length: last - first + 1 }, (_, n) => first + n)
    switch (node.kind) {
      case 'add':
      case 'sum':
        return places.flatMap((at) => termsOf(node).map((term) => this.#termBit(term, fraction, at)))
      case 'scale':
        return places.map((at) => this.#termBit(node.term, fraction, at))
      case 'relu':
        return [this.#signOf(node.node), ...[...wanted].map((at) => this.#bitAt(node.node, fraction, at))]
      case 'select':
        return [
          ...(this.#bits[node.condition] as Int32Array),
          ...[...wanted].flatMap((at) => [
            this.#bitAt(node.whenTrue, fraction, at),
            this.#bitAt(node.whenFalse, fraction, at),
          ]),
        ]
      default:
        return operandsOf(node).flatMap((operand) => [...(this.#bits[operand] as Int32Array)])
    }
  }

  /** Up to this place of a sum only one term has bits, and it is not negated. */
  #firstSum(terms: readonly Term[], fraction: number, width: number): number {
    for (let at = 0; at < width; at++) {
      const [only, ...others] = terms.filter((term) => this.#termBit(term, fraction, at) !== ZERO)
      if (others.length > 0 || only?.negate === true) return at
    }
    return width
  }

  /** Place `at` of ±node · 2^shift on a grid, before the sign is changed. */
  #termBit(term: Term, fraction: number, at: number): number {
    return this.#bitAt(term.node, fraction + term.shift, at)
  }

  /** Place `at` of a node on a grid: zeros below its own grid, its sign above its highest bit. */
  #bitAt(id: NodeId, fraction: number, at: number): number {
    const bits = this.#bits[id] as Int32Array
    const place = at + this.#nodeAt(id).interval.fraction - fraction
    if (place < 0 || bits.length === 0) return ZERO
    return place < bits.length ? (bits[place] as number) : this.#isSigned(id) ? this.#signOf(id) : ZERO
  }

  #signOf(id: NodeId): number {
    return this.#bits[id]?.at(-1) ?? ZERO
  }

  #isSigned(id: NodeId): boolean {
    return this.#nodeAt(id).interval.low < 0n
  }

  #made(maker: NodeId): number {
    return this.#makers.push(maker) - 1
  }
}

function grouped(
  makers: readonly NodeId[],
  readers: readonly (readonly NodeId[])[],
  isOutput: Uint8Array,
): readonly BitGroup[] {
  const groups = new Map<string, BitGroup & { width: number }>()
  for (const [bit, maker] of makers.entries()) {
    const own = readers[bit] as readonly NodeId[]
    if (own.length === 0 && isOutput[bit] === 0) continue
    const key = `${maker} ${isOutput[bit]} ${own.join(' ')}`
    const group = groups.get(key)
    if (group !== undefined) group.width++
    else groups.set(key, { maker, width: 1, readers: own.toReversed(), isOutput: isOutput[bit] === 1 })
  }
  return [...groups.values()]
}
