import { atFraction, commonFraction, dropsLowBitsOnly, hull, intersect, scaleInterval } from './arithmetic.js'
import type { NodeId } from './graph.js'
import type { Interval } from './interval.js'
import type { NodeFunction, NodeView } from './nodes.js'

/** The hull of both branches, each narrowed by what the condition says of it: so clipping gives the range clipped to. */
export function intervalOfSelect(condition: NodeId, whenTrue: NodeId, whenFalse: NodeId, view: NodeView): Interval {
  const test = view.nodeAt(condition)
  const fixed = view.intervalAt(condition)
  if (fixed.low === 1n) return view.intervalAt(whenTrue)
  if (fixed.high === 0n) return view.intervalAt(whenFalse)
  if (test.kind !== 'less') return hull(view.intervalAt(whenTrue), view.intervalAt(whenFalse))
  const [left, right] = [view.intervalAt(test.left), view.intervalAt(test.right)]
  const narrowed = (branch: NodeId, outcome: boolean): Interval | null => {
    const { base, shift, negate } = branch === test.left || branch === test.right ? asIs(branch) : baseOf(branch, view)
    const below = narrowedBy(test.left, base, right, outcome ? 'below' : 'not below', view)
    const above = narrowedBy(test.right, base, left, outcome ? 'above' : 'not above', view)
    const interval = below === null || above === null ? null : intersect(below, above)
    return interval === null ? null : scaleInterval(interval, shift, negate)
  }
  const [a, b] = [narrowed(whenTrue, true), narrowed(whenFalse, false)]
  // A branch that can never be taken would have made the condition constant; keep the hull when both say so.
  if (a === null || b === null) return a ?? b ?? hull(view.intervalAt(whenTrue), view.intervalAt(whenFalse))
  return hull(a, b)
}

type Relation = 'below' | 'not below' | 'above' | 'not above'

/** What is left of the values of `base` where the node in front of the comparison, if it tells of it, is so related. */
function narrowedBy(
  tested: NodeId,
  base: NodeId,
  other: Interval,
  relation: Relation,
  view: NodeView,
): Interval | null {
  const interval = view.intervalAt(base)
  if (base === tested) return narrow(interval, other, relation)
  const grid = floorGridOf(tested, base, view)
  return grid === null ? interval : unfloored(narrow(view.intervalAt(tested), other, relation), interval, grid)
}

/**
 * The grid of the first node where it is the second one without its low bits, and nothing else, be it made from that one or
 * from what that one is made of in the same way; null otherwise.
 */
function floorGridOf(node: NodeId, of: NodeId, view: NodeView): number | null {
  const cast = floorCast(node, view)
  if (cast === null) return null
  if (cast.node === of) return cast.type.f
  const other = floorCast(of, view)
  return other !== null && other.node === cast.node && other.type.f >= cast.type.f ? cast.type.f : null
}

/** The node as a cast that only drops bits at the bottom. */
function floorCast(node: NodeId, view: NodeView): (NodeFunction & { readonly kind: 'cast' }) | null {
  const cast = view.nodeAt(node)
  return cast.kind === 'cast' && dropsLowBitsOnly(view.intervalAt(cast.node), cast.type) ? cast : null
}

/** The values of the interval that give one of `floors` without the bits below 2^-grid. */
function unfloored(floors: Interval | null, interval: Interval, grid: number): Interval | null {
  if (floors === null) return null
  const fraction = Math.max(grid, floors.fraction, interval.fraction)
  const { low, high } = atFraction(floors, fraction)
  // Up to the step above the last one, without it.
  return intersect(interval, { low, high: high + (1n << BigInt(fraction - grid)) - 1n, fraction })
}

interface Based {
  readonly base: NodeId
  readonly shift: number
  readonly negate: boolean
}

function asIs(node: NodeId): Based {
  return { base: node, shift: 0, negate: false }
}

/** The node behind a power-of-two scaling. */
function baseOf(node: NodeId, view: NodeView): Based {
  const found = view.nodeAt(node)
  return found.kind === 'scale'
    ? { base: found.term.node, shift: found.term.shift, negate: found.term.negate }
    : asIs(node)
}

function narrow(interval: Interval, other: Interval, relation: Relation): Interval | null {
  const fraction = commonFraction(interval, other)
  const mine = atFraction(interval, fraction)
  const { low, high } = atFraction(other, fraction)
  const bound = (from: bigint, to: bigint): Interval | null =>
    from > to ? null : intersect(interval, { low: from, high: to, fraction })
  switch (relation) {
    case 'below':
      return bound(mine.low, high - 1n)
    case 'not below':
      return bound(low, mine.high)
    case 'above':
      return bound(low + 1n, mine.high)
    case 'not above':
      return bound(mine.low, high)
  }
}
