import { shiftLeft, trailingZeros } from '../../fixed/arithmetic.js'
import { type FixedGraphBuilder, plain } from '../../fixed/builder.js'
import type { Dyadic } from '../../fixed/dyadic.js'
import { floorTo } from '../../fixed/floor.js'
import type { FixedGraph, FixedNodeOf, NodeId } from '../../fixed/graph.js'
import { typeOfInterval } from '../../fixed/interval.js'
import { copyNode, type Rebuilt, rebuild } from '../rebuild.js'

/**
 * Comparisons with constants compare fewer bits: x < c needs the bits of x from the lowest one of c upwards, so a power of
 * two tests the few bits above it. Where x is clipped at c, c itself may go either way: the bound is then the one of c and
 * its successor that is the rounder, such as 2^n for 2^n - 1.
 */
export function narrowComparisons(graph: FixedGraph): FixedGraph {
  if (!graph.nodes.some((node) => node.kind === 'less')) return graph
  return rebuild(graph, (node, _, rebuilt) => {
    if (node.kind === 'less') return narrowed(rebuilt, node, false)
    if (node.kind !== 'select') return copyNode(node, rebuilt)
    const test = graph.nodes[node.condition]
    const branches = [node.whenTrue, node.whenFalse]
    if (test?.kind !== 'less' || !branches.includes(test.left) || !branches.includes(test.right)) {
      return copyNode(node, rebuilt)
    }
    const { builder, newOf } = rebuilt
    return builder.select(narrowed(rebuilt, test, true), newOf(node.whenTrue), newOf(node.whenFalse))
  })
}

/** `either`: the outcome for equal operands does not matter. */
function narrowed({ builder, newOf }: Rebuilt, test: FixedNodeOf<'less'>, either: boolean): NodeId {
  const [left, right] = [newOf(test.left), newOf(test.right)]
  const [a, b] = [constantAt(builder, left), constantAt(builder, right)]
  if (a !== null && b === null) return above(builder, a, right, either)
  if (a === null && b !== null) return below(builder, left, b, either)
  return builder.less(left, right)
}

function constantAt(builder: FixedGraphBuilder, id: NodeId): Dyadic | null {
  const { kind, interval } = builder.nodeAt(id)
  return kind === 'constant' ? { mantissa: interval.low, exponent: -interval.fraction } : null
}

/** x < c. */
function below(builder: FixedGraphBuilder, x: NodeId, c: Dyadic, either: boolean): NodeId {
  const { base, negate } = positive(builder, x)
  if (negate) return above(builder, opposite(c), base, either)
  const { fraction } = builder.intervalAt(base)
  // The least number of steps that is not below c; one more is as good where c may go either way.
  const bound = rounder(-shiftLeft(-c.mantissa, fraction + c.exponent), either && isOnGrid(c, fraction) ? 1n : 0n)
  const { node, dropped } = withoutLowBits(builder, base, bound)
  return builder.less(node, builder.constant(bound >> BigInt(dropped), dropped - fraction))
}

/** c < x. */
function above(builder: FixedGraphBuilder, c: Dyadic, x: NodeId, either: boolean): NodeId {
  const { base, negate } = positive(builder, x)
  if (negate) return below(builder, base, opposite(c), either)
  const { fraction } = builder.intervalAt(base)
  // The least number of steps that is above c; one less is as good where c may go either way.
  const bound = rounder(shiftLeft(c.mantissa, fraction + c.exponent) + 1n, either && isOnGrid(c, fraction) ? -1n : 0n)
  const { node, dropped } = withoutLowBits(builder, base, bound)
  return builder.less(builder.constant((bound >> BigInt(dropped)) - 1n, dropped - fraction), node)
}

/** x = ±base, so that no comparison needs a negation. */
function positive(builder: FixedGraphBuilder, x: NodeId): { readonly base: NodeId; readonly negate: boolean } {
  const { node, shift, negate } = builder.resolve(plain(x))
  return { base: builder.scale({ node, shift, negate: false }), negate }
}

function opposite({ mantissa, exponent }: Dyadic): Dyadic {
  return { mantissa: -mantissa, exponent }
}

function isOnGrid({ mantissa, exponent }: Dyadic, fraction: number): boolean {
  return shiftLeft(shiftLeft(mantissa, fraction + exponent), -fraction - exponent) === mantissa
}

/** The bound or the one next to it, whichever has more zeros at the bottom; the bound when both are alike. */
function rounder(bound: bigint, next: bigint): bigint {
  const zeros = (value: bigint): number => (value === 0n ? Number.POSITIVE_INFINITY : trailingZeros(value))
  return zeros(bound + next) > zeros(bound) ? bound + next : bound
}

/** x without the bits below the bound's lowest, down to the sign alone for 0. */
function withoutLowBits(
  builder: FixedGraphBuilder,
  x: NodeId,
  bound: bigint,
): { readonly node: NodeId; readonly dropped: number } {
  const interval = builder.intervalAt(x)
  const { i } = typeOfInterval(interval)
  const dropped = Math.min(bound === 0n ? Number.POSITIVE_INFINITY : trailingZeros(bound), i + interval.fraction)
  return { node: floorTo(builder, x, interval.fraction - dropped), dropped }
}
