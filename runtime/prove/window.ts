import type { FixedNode, NodeId } from '../../compiler/fixed/graph.js'
import { typeOfInterval } from '../../compiler/fixed/interval.js'
import { operandsOf } from '../../compiler/fixed/nodes.js'
import { widthOf } from '../../compiler/fixed/type.js'
import type { NetlistBit } from '../tools/netlist-json.js'
import type { Established, Holder } from './established.js'
import { Aig, FALSE, type Literal, not } from './logic/aig.js'
import { nodeNumber } from './logic/node.js'
import { constantNumber, lessNumbers, type Num, numberOfBits } from './logic/number.js'
import type { Bits } from './logic/vectors.js'
import { Functions } from './netlist/functions.js'

/**
 * A part of netlist and specification as functions of the same free bits. Netlist gates are followed back to signals
 * whose values are established. On the side of the specification each of these values is either free within its interval,
 * or, where it lies less than `depth` nodes away, expanded into what it means, which brings in how values depend on each
 * other. Every fact in `facts` holds in every run of the hardware.
 */
export class Window {
  readonly aig = new Aig()
  readonly facts: Literal[] = []
  /** Whether all free bits are bits of inputs, so that each assignment that keeps the facts can happen. */
  complete = true
  readonly #numbers = new Map<string, Num>()
  readonly #distance = new Map<NodeId, number>()
  readonly #functions: Functions

  constructor(
    readonly established: Established,
    /** The clock edge at which the netlist is looked at; null for a window on the specification alone. */
    readonly time: number | null,
    readonly depth: number,
  ) {
    this.#functions = new Functions(this.aig, established.nets, {
      reveal: (net) => {
        const owner = established.owner(net)
        if (owner !== undefined) this.reveal(owner)
      },
      // What no established signal holds may be anything, and nobody knows whether it can.
      onUnknown: () => {
        this.complete = false
      },
    })
  }

  /** A node's value, of the sample that came `later` clock edges before the one that is looked at. */
  value(id: NodeId, later = 0): Num {
    this.#reach(id)
    return this.#number(id, later)
  }

  /** The value of a node from those of its operands. */
  meaning(node: FixedNode): Num {
    return nodeNumber(this.aig, node, (operand) => this.value(operand))
  }

  /** Makes the nets of an established signal known. */
  reveal({ claim, bits }: Holder): void {
    const node = this.established.node(claim.node)
    const number = this.value(claim.node, claim.time - (this.time ?? claim.time))
    const offset = number.fraction - node.interval.fraction
    const sign = number.bits.at(-1) ?? FALSE
    bits.forEach((bit, index) => {
      const from = index + offset
      this.#functions.define(bit, from < 0 ? FALSE : (number.bits[from] ?? sign))
    })
  }

  /** Bits that may be anything, of an input port. */
  free(bits: readonly NetlistBit[]): Bits {
    return this.#functions.free(bits)
  }

  /** Bits of the netlist as functions of the free bits. Throws `UndefinedBit`. */
  bits(bits: readonly NetlistBit[]): Bits {
    return this.#functions.bits(bits)
  }

  #number(id: NodeId, later: number): Num {
    const key = `${id} ${later}`
    const known = this.#numbers.get(key)
    if (known !== undefined) return known
    const node = this.established.node(id)
    const { low, high, fraction } = node.interval
    let number: Num
    if (low === high) number = constantNumber(low, fraction)
    else if (node.kind !== 'input' && this.#distanceOf(id) < this.depth) {
      number = nodeNumber(this.aig, node, (operand) => this.#number(operand, later))
      this.#bound(number, node)
    } else {
      number = this.#freeNumber(id, node, later)
      if (!fillsItsType(node)) this.#bound(number, node)
    }
    this.#numbers.set(key, number)
    return number
  }

  #freeNumber(id: NodeId, node: FixedNode, later: number): Num {
    if (node.kind !== 'input') this.complete = false
    const type = typeOfInterval(node.interval)
    const holder = this.time === null ? undefined : this.established.holder(id, this.time + later)
    // Nets that two values share are the same bits of both.
    const bits = holder ? this.free(holder.bits) : Array.from({ length: widthOf(type) }, () => this.aig.input())
    return numberOfBits(bits, holder?.claim.signed ?? type.k === 1, node.interval.fraction)
  }

  /** A value lies in its interval, which has been proven before it is used. */
  #bound(number: Num, { interval: { low, high, fraction } }: FixedNode): void {
    this.facts.push(
      not(lessNumbers(this.aig, number, constantNumber(low, fraction))),
      not(lessNumbers(this.aig, constantNumber(high, fraction), number)),
    )
  }

  #distanceOf(id: NodeId): number {
    return this.#distance.get(id) ?? Number.POSITIVE_INFINITY
  }

  /** Notes how far nodes are from a root. */
  #reach(root: NodeId): void {
    let border: readonly NodeId[] = [root]
    for (let distance = 0; border.length > 0 && distance < this.depth; distance++) {
      const next: NodeId[] = []
      for (const id of border) {
        if (this.#distanceOf(id) <= distance) continue
        this.#distance.set(id, distance)
        next.push(...operandsOf(this.established.node(id)))
      }
      border = next
    }
  }
}

/** Whether every pattern of its bits is one of a node's values. */
function fillsItsType({ interval }: FixedNode): boolean {
  const patterns = 1n << BigInt(widthOf(typeOfInterval(interval)))
  return interval.high - interval.low + 1n === patterns
}
