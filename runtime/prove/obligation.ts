import type { FixedNode, NodeId } from '../../compiler/fixed/graph.js'
import { operandsOf } from '../../compiler/fixed/nodes.js'
import type { NetlistBit } from '../tools/netlist-json.js'
import type { Claim } from './claims.js'
import type { Established, Holder } from './established.js'
import { type Num, numberOfBits } from './logic/number.js'
import type { Nets } from './netlist/nets.js'
import type { Window } from './window.js'

/** One thing to prove: that bits of the netlist hold a node's value. */
export interface Obligation {
  /** What is looked at, for messages: a signal, or an element of a port. */
  readonly subject: string
  readonly part: 'node' | 'register' | 'output'
  readonly node: NodeId
  /** When the value stands at `bits`. */
  readonly time: number
  readonly stage: number
  readonly signed: boolean
  readonly bits: readonly NetlistBit[]
  /**
   * Bits that decide those of `bits` one clock edge earlier, or the bits themselves: what is compared, at the time
   * `seen`.
   */
  readonly compared: readonly NetlistBit[]
  readonly seen: number
  /** Established signals that the compared bits are expected to be made from. */
  readonly from: readonly Holder[]
  /** The bits that are expected when nothing but wires is needed. */
  readonly wires: readonly NetlistBit[] | null
  /** What the bits have to hold. */
  expected(window: Window): Num
}

/** That a signal holds what a node computes from the signals of its operands, or the element of the port that it is. */
export function nodeObligation(
  established: Established,
  claim: Claim,
  bits: readonly NetlistBit[],
  elements: (node: FixedNode & { readonly kind: 'input' }) => readonly NetlistBit[],
): Obligation {
  const node = established.node(claim.node)
  const common = {
    subject: claim.signal,
    part: 'node',
    node: claim.node,
    time: claim.time,
    stage: claim.stage,
    signed: claim.signed,
  } as const
  if (node.kind === 'input') {
    const port = elements(node)
    return {
      ...common,
      bits,
      compared: bits,
      seen: claim.time,
      from: [],
      wires: node.interval.fraction === node.type.f ? port : null,
      expected: (window) => numberOfBits(window.free(port), node.type.k === 1, node.type.f),
    }
  }
  const operands = [...new Set(operandsOf(node))]
  return {
    ...common,
    bits,
    compared: bits,
    seen: claim.time,
    from: operands.flatMap((id) => established.holder(id, claim.time) ?? []),
    wires: null,
    expected: (window) => window.meaning(node),
  }
}

/** That a register holds what its node's signal held one clock edge before. */
export function registerObligation(established: Established, claim: Claim, bits: readonly NetlistBit[]): Obligation {
  const before = established.holder(claim.node, claim.time - 1)
  const delayed = beforeEdge(established.nets, bits)
  return {
    subject: claim.signal,
    part: 'register',
    node: claim.node,
    time: claim.time,
    stage: claim.stage,
    signed: claim.signed,
    bits,
    compared: delayed ?? bits,
    seen: delayed === null ? claim.time : claim.time - 1,
    from: before === undefined ? [] : [before],
    wires: delayed === null ? null : (before?.bits ?? null),
    expected: (window) => window.value(claim.node),
  }
}

/** An element of an output. */
export type Output = Pick<Obligation, 'subject' | 'node' | 'time' | 'stage' | 'signed' | 'bits'>

/** That the bits of an output hold its node's value. */
export function outputObligation(established: Established, output: Output): Obligation {
  const { node, time, bits } = output
  const holder = established.holder(node, time)
  return {
    ...output,
    part: 'output',
    compared: bits,
    seen: time,
    from: holder === undefined ? [] : [holder],
    wires: holder?.bits ?? null,
    expected: (window) => window.value(node),
  }
}

/** What the bits take at the clock edge; null when some are no registers' outputs. */
function beforeEdge(nets: Nets, bits: readonly NetlistBit[]): readonly NetlistBit[] | null {
  const before: NetlistBit[] = []
  for (const bit of bits) {
    const taken = nets.afterEdge(bit)
    if (taken === null) return null
    before.push(taken)
  }
  return before
}
