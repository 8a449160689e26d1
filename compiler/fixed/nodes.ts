import {
  addIntervals,
  atFraction,
  BIT,
  castInterval,
  commonFraction,
  dropsLowBitsOnly,
  hull,
  intersect,
  lessAlways,
  makeInterval,
  multiplyIntervals,
  pointInterval,
  reluInterval,
  scaleInterval,
  ZERO,
} from './arithmetic.js'
import type { FixedGraph, FixedNode, NodeId, Term } from './graph.js'
import type { Interval } from './interval.js'
import { multiplyByDyadic } from './linear.js'
import { intervalOfLookup, type Lookup } from './lookup.js'
import type { FixedType } from './type.js'

/** What a node computes, without its interval and origin. */
export type NodeFunction =
  | { readonly kind: 'input'; readonly port: number; readonly element: number; readonly type: FixedType }
  | { readonly kind: 'constant'; readonly value: Interval }
  | { readonly kind: 'add'; readonly left: Term; readonly right: Term }
  | { readonly kind: 'scale'; readonly term: Term }
  | { readonly kind: 'multiply_constant'; readonly node: NodeId; readonly mantissa: bigint; readonly exponent: number }
  | { readonly kind: 'sum'; readonly terms: readonly Term[] }
  | { readonly kind: 'multiply'; readonly left: NodeId; readonly right: NodeId }
  | { readonly kind: 'cast'; readonly node: NodeId; readonly type: FixedType }
  | { readonly kind: 'relu'; readonly node: NodeId }
  | { readonly kind: 'less'; readonly left: NodeId; readonly right: NodeId }
  | { readonly kind: 'select'; readonly condition: NodeId; readonly whenTrue: NodeId; readonly whenFalse: NodeId }
  | ({ readonly kind: 'lookup'; readonly node: NodeId } & Lookup)

/** The node with this id; throws when there is none. */
export function nodeAt(graph: Pick<FixedGraph, 'nodes'>, id: NodeId): FixedNode {
  const node = graph.nodes[id]
  if (node === undefined) throw new Error(`node ${id} does not exist`)
  return node
}

/** The terms that a node adds up; none for a node that is no sum. */
export function termsOf(node: FixedNode): readonly Term[] {
  if (node.kind === 'sum') return node.terms
  return node.kind === 'add' ? [node.left, node.right] : []
}

/** The same node with other operands. */
export function mapOperands(node: FixedNode, map: (operand: NodeId) => NodeId): FixedNode {
  const term = (t: Term): Term => ({ node: map(t.node), shift: t.shift, negate: t.negate })
  switch (node.kind) {
    case 'input':
    case 'constant':
      return node
    case 'add':
      return { ...node, left: term(node.left), right: term(node.right) }
    case 'scale':
      return { ...node, term: term(node.term) }
    case 'sum':
      return { ...node, terms: node.terms.map(term) }
    case 'multiply':
    case 'less':
      return { ...node, left: map(node.left), right: map(node.right) }
    case 'multiply_constant':
    case 'cast':
    case 'relu':
    case 'lookup':
      return { ...node, node: map(node.node) }
    case 'select':
      return {
        ...node,
        condition: map(node.condition),
        whenTrue: map(node.whenTrue),
        whenFalse: map(node.whenFalse),
      }
  }
}

/** The given nodes and every node on which one of them depends. */
export function nodesBehind(graph: Pick<FixedGraph, 'nodes'>, ids: Iterable<NodeId>): ReadonlySet<NodeId> {
  const found = new Set(ids)
  for (let id = graph.nodes.length - 1; id >= 0; id--) {
    if (found.has(id)) for (const operand of operandsOf(nodeAt(graph, id))) found.add(operand)
  }
  return found
}

/** The nodes that a node reads, in order; one that is read twice stands twice. */
export function operandsOf(node: FixedNode | NodeFunction): readonly NodeId[] {
  switch (node.kind) {
    case 'input':
    case 'constant':
      return []
    case 'add':
      return [node.left.node, node.right.node]
    case 'scale':
      return [node.term.node]
    case 'sum':
      return node.terms.map((term) => term.node)
    case 'multiply':
    case 'less':
      return [node.left, node.right]
    case 'multiply_constant':
    case 'cast':
    case 'relu':
    case 'lookup':
      return [node.node]
    case 'select':
      return [node.condition, node.whenTrue, node.whenFalse]
  }
}

/** How interval rules see the nodes in front: `nodeAt` lets `select` look at its condition. */
export interface NodeView {
  intervalAt(id: NodeId): Interval
  nodeAt(id: NodeId): NodeFunction | FixedNode
}

/** Every value that a node can take, from the intervals of its operands, which are taken as independent. */
export function intervalOfNode(node: NodeFunction, view: NodeView): Interval {
  switch (node.kind) {
    case 'input': {
      const width = node.type.k + node.type.i + node.type.f
      if (width <= 0) return ZERO
      const bound = 1n << BigInt(node.type.i + node.type.f)
      return makeInterval(node.type.k === 1 ? -bound : 0n, bound - 1n, node.type.f)
    }
    case 'constant':
      return node.value
    case 'add':
      return addIntervals(intervalOfTerm(node.left, view), intervalOfTerm(node.right, view))
    case 'scale':
      return intervalOfTerm(node.term, view)
    case 'sum':
      return node.terms.reduce((sum, term) => addIntervals(sum, intervalOfTerm(term, view)), ZERO)
    case 'multiply_constant':
      return multiplyByDyadic(view.intervalAt(node.node), node)
    case 'multiply':
      return node.left === node.right
        ? squareInterval(view.intervalAt(node.left))
        : multiplyIntervals(view.intervalAt(node.left), view.intervalAt(node.right))
    case 'cast':
      return castInterval(view.intervalAt(node.node), node.type)
    case 'relu':
      return reluInterval(view.intervalAt(node.node))
    case 'less': {
      const always =
        node.left === node.right ? false : lessAlways(view.intervalAt(node.left), view.intervalAt(node.right))
      return always === null ? BIT : pointInterval(always ? 1n : 0n, 0)
    }
    case 'select':
      return intervalOfSelect(node.condition, node.whenTrue, node.whenFalse, view)
    case 'lookup':
      return intervalOfLookup(node, view.intervalAt(node.node))
  }
}

/** Every value of ±node · 2^shift. */
function intervalOfTerm(term: Term, view: NodeView): Interval {
  return scaleInterval(view.intervalAt(term.node), term.shift, term.negate)
}

function squareInterval(interval: Interval): Interval {
  const square = multiplyIntervals(interval, interval)
  return square.low < 0n ? makeInterval(0n, square.high, square.fraction) : square
}

/** The hull of both branches, each narrowed by what the condition says of it: so clipping gives the range clipped to. */
function intervalOfSelect(condition: NodeId, whenTrue: NodeId, whenFalse: NodeId, view: NodeView): Interval {
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
