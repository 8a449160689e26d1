import type { FixedNode, NodeId } from '../../../compiler/fixed/graph.js'
import type { Established } from '../established.js'
import type { Aig, Literal } from '../logic/aig.js'
import { decide } from '../logic/decide.js'
import { constantNumber, lessNumbers, type Num } from '../logic/number.js'
import type { Effort } from '../logic/solver.js'
import { Window } from '../window.js'
import { LinearRanges } from './linear.js'
import { bothRanges, isInside, type Range, rangeByRule } from './range.js'

/** How it was proven that a node stays within its interval: `vectors` where it was not. */
export const RANGE_LEVELS = ['rule', 'affine', 'sat', 'vectors'] as const
export type RangeLevel = (typeof RANGE_LEVELS)[number]

export type RangeSettled =
  | { readonly kind: 'proven'; readonly level: RangeLevel }
  /** A value that the node takes for some inputs, and that its interval lacks. */
  | { readonly kind: 'refuted'; readonly integer: bigint; readonly fraction: number }

const DEPTHS = [0, 1, 2, 4, 8, 16, Number.POSITIVE_INFINITY]

/** Proves node by node, operands first, that intervals hold every value: from those of the operands, which were proven before. */
export class RangeProver {
  readonly #affine: readonly LinearRanges[]

  constructor(readonly established: Established) {
    const { graph } = established
    const known = (id: NodeId): Range => established.node(id).interval
    this.#affine = [new LinearRanges(graph, known, false), new LinearRanges(graph, known, true)]
  }

  prove(id: NodeId, effort: Effort): RangeSettled {
    const { established } = this
    const node = established.node(id)
    let range = rangeByRule(node, (operand) => established.node(operand).interval)
    if (isInside(range, node.interval)) return { kind: 'proven', level: 'rule' }
    for (const affine of this.#affine) {
      const other = affine.rangeOf(id)
      if (other === null) continue
      // One may know more about the lower end, the other about the upper.
      range = bothRanges(range, other)
      if (isInside(range, node.interval)) return { kind: 'proven', level: 'affine' }
    }
    // An input may be anything that its port can carry.
    if (node.kind === 'input') {
      const { low, high, fraction } = range
      const lowest = { low, high: low, fraction }
      return { kind: 'refuted', integer: isInside(lowest, node.interval) ? high : low, fraction }
    }
    for (const depth of DEPTHS) {
      const window = new Window(established, null, depth)
      const value = window.meaning(node)
      const verdict = decide(window.aig, [leaves(window.aig, value, node), ...window.facts], effort)
      if (verdict.kind === 'never') return { kind: 'proven', level: 'sat' }
      if (verdict.kind === 'case' && window.complete) {
        const pattern = value.bits.reduce(
          (sum, bit, index) => sum + (verdict.valueOf(bit) ? 1n << BigInt(index) : 0n),
          0n,
        )
        return { kind: 'refuted', integer: BigInt.asIntN(value.bits.length, pattern), fraction: value.fraction }
      }
      if (verdict.kind === 'open') break
    }
    return { kind: 'proven', level: 'vectors' }
  }
}

/** Below the interval, above it, or between the steps of its grid. */
function leaves(aig: Aig, value: Num, { interval: { low, high, fraction } }: FixedNode): Literal {
  const between = value.bits.slice(0, Math.max(0, value.fraction - fraction))
  return aig.any([
    lessNumbers(aig, value, constantNumber(low, fraction)),
    lessNumbers(aig, constantNumber(high, fraction), value),
    ...between,
  ])
}
