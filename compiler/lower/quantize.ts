import type { Overflow } from '../../lang/program.js'
import { castInterval, isWithin, makeInterval, sameInterval } from '../fixed/arithmetic.js'
import { type FixedGraphBuilder, plain } from '../fixed/builder.js'
import { floorTo } from '../fixed/floor.js'
import type { NodeId } from '../fixed/graph.js'
import { type FixedType, widthOf } from '../fixed/type.js'
import type { ElementTypes } from '../graph/calibrated.js'

/**
 * The quantizer at inference as primitives, exactly: rounding to the grid 2^-f, then overflow. A type of width 0 or less
 * gives the constant 0. What intervals prove to be superfluous (rounding of values on the grid, overflow of values in
 * range) makes no node.
 *
 * Saturation is stated as clipping before rounding. The bounds lie on the grid and every rounding is monotone and leaves
 * the grid alone, so clipping afterwards gives the same, and compares fewer bits.
 */
export function lowerQuantizer(
  builder: FixedGraphBuilder,
  node: NodeId,
  type: FixedType,
  rounding: ElementTypes['rounding'],
  overflow: Overflow,
): NodeId {
  if (widthOf(type) === 0) return builder.constant(0n)
  const rounded = roundTo(builder, node, type.f, rounding)
  switch (overflow) {
    case 'saturate':
      return clip(builder, rounded, type, false)
    case 'saturate_symmetric':
      return clip(builder, rounded, type, true)
    case 'wrap':
      return builder.cast(rounded, type)
    case 'wrap_reflect':
      return reflect(builder, rounded, type)
  }
}

/**
 * The value rounded to a multiple of 2^-f. It lies on a grid of 2^-F, F = f + dropped bits, so with the half h = 2^(-f-1)
 * and the least step u = 2^-F each mode is floor(x + c) with c one of 0, h - u, h, 2h - u, or one of two by a test bit.
 */
function roundTo(builder: FixedGraphBuilder, node: NodeId, f: number, rounding: ElementTypes['rounding']): NodeId {
  const { fraction, low } = builder.intervalAt(node)
  if (fraction <= f) return node
  const dropped = BigInt(fraction - f)
  const half = builder.constant(1n << (dropped - 1n), -fraction)
  const belowHalf = builder.constant((1n << (dropped - 1n)) - 1n, -fraction)
  const belowOne = builder.constant((1n << dropped) - 1n, -fraction)
  const zero = builder.constant(0n)
  const isNegative = (): NodeId => (low >= 0n ? zero : builder.less(node, zero))
  const floorOf = (addend: NodeId): NodeId => floorTo(builder, builder.add(plain(node), plain(addend)), f)
  switch (rounding) {
    case 'truncate':
      return floorTo(builder, node, f)
    case 'nearest':
      return floorOf(half)
    case 'nearest_to_minus_infinity':
      return floorOf(belowHalf)
    case 'nearest_to_zero':
      return floorOf(builder.select(isNegative(), half, belowHalf))
    case 'nearest_to_infinity':
      return floorOf(builder.select(isNegative(), belowHalf, half))
    case 'truncate_to_zero':
      return floorOf(builder.select(isNegative(), belowOne, zero))
    case 'nearest_even':
      return floorOf(builder.select(bitAt(builder, node, -f), half, belowHalf))
  }
}

/** The bit of weight 2^weight in two's complement, as 0 or 1. */
function bitAt(builder: FixedGraphBuilder, node: NodeId, weight: number): NodeId {
  const bit = builder.cast(node, { k: 0, i: weight + 1, f: -weight })
  return builder.scale({ node: bit, shift: -weight, negate: false })
}

function clip(builder: FixedGraphBuilder, node: NodeId, type: FixedType, symmetric: boolean): NodeId {
  const bound = 1n << BigInt(type.i + type.f)
  const high = bound - 1n
  const low = type.k === 0 ? 0n : symmetric ? -high : -bound
  const range = makeInterval(low, high, type.f)
  if (isWithin(builder.intervalAt(node), range)) return node
  const raised = low === 0n ? builder.relu(node) : builder.maximum(node, builder.constant(low, -type.f))
  return builder.minimum(raised, builder.constant(high, -type.f))
}

/**
 * Sign-magnitude wrapping: the bits above the type are dropped, and where they say that the value left its range an odd
 * number of times, all bits that are kept are inverted, so that the value is reflected at the bound.
 */
function reflect(builder: FixedGraphBuilder, node: NodeId, type: FixedType): NodeId {
  const interval = builder.intervalAt(node)
  const wrapped = builder.cast(node, type)
  const weight = type.k + type.i
  const half = builder.constant(1n, weight - 1)
  const shifted = builder.add(plain(node), plain(half))
  const odd = bitAt(builder, shifted, weight)
  if (sameInterval(castInterval(interval, type), interval) && builder.intervalAt(odd).high === 0n) return node
  const step = builder.constant(1n, -type.f)
  const mirrored = builder.add({ node: wrapped, shift: 0, negate: true }, { node: step, shift: 0, negate: true })
  return builder.select(odd, mirrored, wrapped)
}
