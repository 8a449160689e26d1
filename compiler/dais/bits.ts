import type { FixedGraphBuilder } from '../fixed/builder.js'
import type { NodeId, Term } from '../fixed/graph.js'
import { type FixedType, widthOf } from '../fixed/type.js'

/** The bits of a value in two's complement as an unsigned integer of that many bits. */
export function rawBits(builder: FixedGraphBuilder, node: NodeId, type: FixedType): NodeId {
  const width = widthOf(type)
  const integer = builder.scale({ node, shift: type.f, negate: false })
  return builder.cast(integer, { k: 0, i: width, f: 0 })
}

/** Bit `position` of an unsigned integer, as 0 or 1. */
export function bitOf(builder: FixedGraphBuilder, raw: NodeId, position: number): NodeId {
  const bit = builder.cast(raw, { k: 0, i: position + 1, f: -position })
  return builder.scale({ node: bit, shift: -position, negate: false })
}

/** Bits, the lowest first, as a value of a type of as many. */
export function fromBits(builder: FixedGraphBuilder, bits: readonly NodeId[], type: FixedType): NodeId {
  let sum = builder.constant(0n)
  for (const [position, node] of bits.entries()) {
    const bit: Term = { node, shift: position, negate: false }
    sum = builder.add({ node: sum, shift: 0, negate: false }, bit)
  }
  const integer = builder.cast(sum, { k: type.k, i: bits.length - type.k, f: 0 })
  return builder.scale({ node: integer, shift: -type.f, negate: false })
}
