import { isZero, scaleInterval, shiftLeft } from '../../fixed/arithmetic.js'
import { floorTo } from '../../fixed/floor.js'
import type { FixedGraph, FixedNodeOf, NodeId, Term } from '../../fixed/graph.js'
import type { Interval } from '../../fixed/interval.js'
import { copyNode, type Rebuilt, rebuild, useCounts } from '../rebuild.js'

/**
 * Rounding moves in front of a rectifier: floor(max(x, 0) + c) = max(floor(x + c), 0) on every grid of which c is less than
 * a step and not negative. There c joins the bias of the sum that x is, which takes an adder and a level less, and the
 * rectifier masks fewer bits. What something else reads as well is left alone.
 */
export function roundBeforeRelu(graph: FixedGraph): FixedGraph {
  const uses = useCounts(graph)
  return rebuild(graph, (node, _, rebuilt) => {
    const found = node.kind === 'cast' ? roundedRelu(graph, node, uses) : null
    return found === null ? copyNode(node, rebuilt) : build(found, rebuilt)
  })
}

interface RoundedRelu {
  readonly cast: FixedNodeOf<'cast'>
  /** What the rectifier reads, with its scaling. */
  readonly operand: Term
  /** The constant that is added before bits are dropped. */
  readonly addend: Term
}

function roundedRelu(graph: FixedGraph, cast: FixedNodeOf<'cast'>, uses: readonly number[]): RoundedRelu | null {
  const once = (id: NodeId): boolean => uses[id] === 1
  const sum = graph.nodes[cast.node]
  if (sum?.kind !== 'add' || !once(cast.node)) return null
  for (const [rectified, addend] of [
    [sum.left, sum.right],
    [sum.right, sum.left],
  ] as const) {
    const relu = graph.nodes[rectified.node]
    const constant = graph.nodes[addend.node]
    if (relu?.kind !== 'relu' || constant?.kind !== 'constant') continue
    if (rectified.negate || !once(rectified.node) || !once(relu.node)) continue
    const value = scaleInterval(constant.interval, addend.shift, addend.negate)
    if (isBelowStep(value, cast.type.f)) return { cast, operand: { ...rectified, node: relu.node }, addend }
  }
  return null
}

/** 0 <= value < 2^-f. */
function isBelowStep(value: Interval, f: number): boolean {
  return !isZero(value) && value.low > 0n && shiftLeft(value.low, f - value.fraction) === 0n
}

function build({ cast, operand, addend }: RoundedRelu, { builder, newOf }: Rebuilt): NodeId {
  const sum = builder.add({ ...operand, node: newOf(operand.node) }, { ...addend, node: newOf(addend.node) })
  return builder.cast(builder.relu(floorTo(builder, sum, cast.type.f)), cast.type)
}
