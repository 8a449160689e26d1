import type { FixedGraph, FixedNode, NodeId, Term } from '../fixed/graph.js'
import { bitLength, typeOfInterval } from '../fixed/interval.js'
import { nodeAt } from '../fixed/nodes.js'
import { widthOf } from '../fixed/type.js'

/**
 * How long logic takes on a family of devices, in ns. Estimates for the middle speed grade, from the vendors' switching
 * characteristics rounded up: a look-up table with the wire to the next one, and the carry chain per bit. Placed and
 * routed designs differ by tens of percent; only synthesis tells.
 */
export interface DelayModel {
  /** One look-up table. */
  readonly logicNs: number
  /** The wire in front of it. */
  readonly routeNs: number
  readonly carryPerBitNs: number
  /** Clock to output of a register, plus set-up. */
  readonly registerNs: number
}

const ULTRASCALE_PLUS: DelayModel = { logicNs: 0.15, routeNs: 0.3, carryPerBitNs: 0.015, registerNs: 0.12 }
const ULTRASCALE: DelayModel = { logicNs: 0.19, routeNs: 0.38, carryPerBitNs: 0.02, registerNs: 0.17 }
const SERIES_7: DelayModel = { logicNs: 0.25, routeNs: 0.5, carryPerBitNs: 0.03, registerNs: 0.45 }
const VERSAL: DelayModel = { logicNs: 0.14, routeNs: 0.3, carryPerBitNs: 0.015, registerNs: 0.12 }
const AGILEX: DelayModel = { logicNs: 0.16, routeNs: 0.32, carryPerBitNs: 0.016, registerNs: 0.14 }
const ARRIA_10: DelayModel = { logicNs: 0.22, routeNs: 0.42, carryPerBitNs: 0.025, registerNs: 0.25 }

/** By the family's name as the vendor's tool writes it. */
const MODELS: ReadonlyMap<string, DelayModel> = new Map([
  ['virtexuplus', ULTRASCALE_PLUS],
  ['virtexuplusHBM', ULTRASCALE_PLUS],
  ['virtexuplus58g', ULTRASCALE_PLUS],
  ['kintexuplus', ULTRASCALE_PLUS],
  ['artixuplus', ULTRASCALE_PLUS],
  ['zynquplus', ULTRASCALE_PLUS],
  ['zynquplusRFSOC', ULTRASCALE_PLUS],
  ['virtexu', ULTRASCALE],
  ['kintexu', ULTRASCALE],
  ['virtex7', SERIES_7],
  ['kintex7', SERIES_7],
  ['artix7', SERIES_7],
  ['spartan7', SERIES_7],
  ['zynq', SERIES_7],
  ['versalaicore', VERSAL],
  ['versalprime', VERSAL],
  ['versalpremium', VERSAL],
  ['agilex7', AGILEX],
  ['agilex5', AGILEX],
  ['stratix10', AGILEX],
  ['arria10', ARRIA_10],
])

/** The family's delays; those of the slowest family for one that is not known. */
export function delayModelOf(family: string): DelayModel {
  return MODELS.get(family) ?? SERIES_7
}

/** Estimated delay of every node behind its operands, ns. Wiring (casts, shifts, constants, inputs) takes none. */
export function nodeDelays(graph: FixedGraph, model: DelayModel): readonly number[] {
  const level = model.logicNs + model.routeNs
  const carry = (bits: number): number => (bits <= 0 ? 0 : level + model.carryPerBitNs * bits)
  const width = (id: NodeId): number => widthOf(typeOfInterval(nodeAt(graph, id).interval))
  const delayOf = (node: FixedNode): number => {
    switch (node.kind) {
      case 'input':
      case 'constant':
      case 'cast':
        return 0
      case 'scale':
        return node.term.negate ? carry(width(node.term.node)) : 0
      case 'add':
        return carry(carryBits(node.left, node.right, graph))
      case 'less':
        return carry(Math.max(width(node.left), width(node.right)))
      case 'relu':
      case 'select':
        return level
      case 'multiply': {
        // Partial products of the narrower operand, summed in a tree.
        const [a, b] = [width(node.left), width(node.right)]
        return Math.max(1, bitLength(BigInt(Math.max(Math.min(a, b) - 1, 1)))) * carry(Math.max(a, b) + 1)
      }
      case 'lookup':
        // Tables of six inputs, then two-way choices between them; the choices of two inputs fit into one level.
        return level * (1 + Math.ceil(Math.max(0, width(node.node) - 6) / 2))
      case 'sum':
      case 'multiply_constant':
        throw new Error(`a ${node.kind} has no delay: schedule optimized graphs`)
    }
  }
  return graph.nodes.map(delayOf)
}

/**
 * Bits through which a carry can run: from where the operands begin to overlap (or a negated one begins) to the top.
 * 0 for operands that are merely put side by side.
 */
export function carryBits(left: Term, right: Term, graph: FixedGraph): number {
  const span = (term: Term): { low: number; top: number } => {
    const { interval } = nodeAt(graph, term.node)
    const { i } = typeOfInterval(interval)
    return { low: term.shift - interval.fraction, top: term.shift + i }
  }
  const [a, b] = [span(left), span(right)]
  const signed = nodeAt(graph, left.node).interval.low < 0n || nodeAt(graph, right.node).interval.low < 0n
  const subtracted = left.negate ? a : right.negate ? b : null
  const low = subtracted === null ? Math.max(a.low, b.low) : Math.min(Math.max(a.low, b.low), subtracted.low)
  // Unsigned operands that don't overlap are put side by side.
  if (subtracted === null && !signed && Math.min(a.top, b.top) <= low) return 0
  return Math.max(a.top, b.top) + 1 - low
}
