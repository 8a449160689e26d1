import { sumCost } from '../../estimate/cost.js'
import { isWithin } from '../../fixed/arithmetic.js'
import type { FixedGraph, FixedNode, NodeId, Term } from '../../fixed/graph.js'
import { operandsOf, termsOf } from '../../fixed/nodes.js'
import { nodeLevels } from '../../schedule/levels.js'
import { copyNode, rebuild, useCounts } from '../rebuild.js'

/** Two adders of which one is all that reads the other: together a sum of three. */
export interface Fusion {
  readonly outer: NodeId
  readonly inner: NodeId
  /** Of the sum, those that are added first, then by node: one order for equal sums. */
  readonly terms: readonly Term[]
  /** Look-up tables less, more than 0. */
  readonly saved: number
  /** The inner adder is the one of the operands that has more levels behind it. */
  readonly shortens: boolean
}

/** Every pair of adders that costs less as one. What the graph says of their operands is all that it depends on. */
export function fusionsOf(graph: FixedGraph): readonly Fusion[] {
  const uses = useCounts(graph)
  const depths = adderDepths(graph)
  const found: Fusion[] = []
  rebuild(graph, (node, outer, rebuilt) => {
    const made = copyNode(node, rebuilt)
    if (node.kind !== 'add') return made
    for (const [term, other] of [
      [node.left, node.right],
      [node.right, node.left],
    ] as const) {
      const inner = graph.nodes[term.node]
      if (inner?.kind !== 'add' || uses[term.node] !== 1) continue
      const terms = [...scaled(inner, term), other].sort(inOrder)
      const saved = cost(termsOf(inner), graph) + cost(termsOf(node), graph) - cost(terms, graph)
      if (saved <= 0) continue
      // So many values behind a sum that its interval is not followed back to them can leave the one of three wider.
      const { builder, newOf } = rebuilt
      const sum = builder.sum(terms.map((each) => ({ ...each, node: newOf(each.node) })))
      if (!isWithin(builder.intervalAt(sum), builder.intervalAt(made))) continue
      const shortens = (depths[term.node] ?? 0) > (depths[other.node] ?? 0)
      found.push({ outer, inner: term.node, terms, saved, shortens })
    }
    return made
  })
  return found
}

/** As in a family that has three-input adders. */
function cost(terms: readonly Term[], graph: FixedGraph): number {
  return sumCost(terms, graph, true)
}

/** The terms of an adder behind a shift and a sign; of two terms at most one is negated, so of three at most two are. */
function scaled(node: FixedNode, { shift, negate }: Term): readonly Term[] {
  return termsOf(node).map((term) => ({
    node: term.node,
    shift: term.shift + shift,
    negate: term.negate !== negate,
  }))
}

function inOrder(a: Term, b: Term): number {
  if (a.negate !== b.negate) return a.negate ? 1 : -1
  return a.node - b.node || a.shift - b.shift
}

function adderDepths(graph: FixedGraph): readonly number[] {
  const levels = nodeLevels(graph)
  const depths: number[] = []
  for (const [id, node] of graph.nodes.entries()) {
    const before = operandsOf(node).reduce((most, operand) => Math.max(most, depths[operand] ?? 0), 0)
    depths.push(before + (levels[id] ?? 0))
  }
  return depths
}
