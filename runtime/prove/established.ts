import type { FixedGraph, FixedNode, NodeId } from '../../compiler/fixed/graph.js'
import { nodeAt } from '../../compiler/fixed/nodes.js'
import type { NetlistBit } from '../tools/netlist-json.js'
import type { Claim } from './claims.js'
import type { Nets } from './netlist/nets.js'

/** A node's value at a time, as the signal that holds it. */
export interface Holder {
  readonly claim: Claim
  readonly bits: readonly NetlistBit[]
}

/** What has been settled so far, and may be used for what follows: the induction's hypothesis. */
export class Established {
  readonly #holders = new Map<NodeId, Map<number, Holder>>()
  /** Further signals that hold the same value at the same time as a holder: duplicated registers. */
  readonly #copies = new Map<Holder, Holder[]>()
  /** The first holder of each net; a net may be a bit of several. */
  readonly #owners = new Map<number, Holder>()

  constructor(
    readonly graph: FixedGraph,
    readonly nets: Nets,
  ) {}

  node(id: NodeId): FixedNode {
    return nodeAt(this.graph, id)
  }

  add(claim: Claim, bits: readonly NetlistBit[]): void {
    const holder = { claim, bits }
    const holders = this.#holders.get(claim.node) ?? new Map<number, Holder>()
    const first = holders.get(claim.time)
    if (first === undefined) this.#holders.set(claim.node, holders.set(claim.time, holder))
    else this.#copies.set(first, [...(this.#copies.get(first) ?? []), holder])
    for (const bit of bits) if (typeof bit === 'number' && !this.#owners.has(bit)) this.#owners.set(bit, holder)
  }

  /** The signal that holds the node's value at this time, the first of several. */
  holder(node: NodeId, time: number): Holder | undefined {
    return this.#holders.get(node)?.get(time)
  }

  /** The other signals that hold what this one does. */
  copies(holder: Holder): readonly Holder[] {
    return this.#copies.get(holder) ?? []
  }

  /** A signal to which a net belongs. */
  owner(net: number): Holder | undefined {
    return this.#owners.get(net)
  }
}
