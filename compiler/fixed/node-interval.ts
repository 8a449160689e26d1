import {
  addIntervals,
  BIT,
  castInterval,
  lessAlways,
  makeInterval,
  multiplyIntervals,
  pointInterval,
  reluInterval,
  scaleInterval,
  ZERO,
} from './arithmetic.js'
import type { Term } from './graph.js'
import type { Interval } from './interval.js'
import { multiplyByDyadic } from './linear.js'
import { intervalOfLookup } from './lookup.js'
import type { NodeFunction, NodeView } from './nodes.js'
import { intervalOfSelect } from './select-interval.js'

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
