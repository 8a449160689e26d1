import type { FixedGraph, FixedNodeOf, NodeId, Term } from '../../fixed/graph.js'
import { nodeAt } from '../../fixed/nodes.js'

/** A tree of adders in a graph: a sum and the adders behind it that nothing else reads, as far as they were followed. */
export interface Piece {
  readonly root: NodeId
  /** What is summed up; set n of a `Sums` has the terms whose bits n has. */
  readonly terms: readonly Term[]
  /** How sets of terms are split now: into the given one and the rest. */
  readonly splits: ReadonlyMap<number, number>
  /** The root and the sums between it and the terms. */
  readonly adders: ReadonlySet<NodeId>
}

interface Part {
  readonly term: Term
  children: readonly [Part, Part] | null
}

/** The piece behind a sum, of so many terms at most: what is `ready` last is taken apart first. Null below three terms. */
export function pieceBehind(
  graph: FixedGraph,
  root: NodeId,
  mostTerms: number,
  isInner: (id: NodeId) => boolean,
  ready: (id: NodeId) => number,
): Piece | null {
  const whole: Part = { term: { node: root, shift: 0, negate: false }, children: null }
  const adders = new Set<NodeId>()
  const terms: Part[] = []
  for (let apart: Part | null = whole; apart !== null; ) {
    const { node, shift, negate } = apart.term
    const { left, right } = nodeAt(graph, node) as FixedNodeOf<'add'>
    const behind = (term: Term): Part => ({
      term: { node: term.node, shift: term.shift + shift, negate: term.negate !== negate },
      children: null,
    })
    apart.children = [behind(left), behind(right)]
    adders.add(node)
    terms.push(...apart.children)
    if (terms.length >= mostTerms) break
    let next = -1
    for (const [n, { term }] of terms.entries()) {
      if (nodeAt(graph, term.node).kind !== 'add' || !isInner(term.node)) continue
      if (next < 0 || ready(term.node) > ready((terms[next] as Part).term.node)) next = n
    }
    apart = next < 0 ? null : (terms.splice(next, 1)[0] as Part)
  }
  if (terms.length < 3) return null
  const splits = new Map<number, number>()
  const setOf = (part: Part): number => {
    if (part.children === null) return 1 << terms.indexOf(part)
    const [left, right] = [setOf(part.children[0]), setOf(part.children[1])]
    splits.set(left | right, left)
    return left | right
  }
  setOf(whole)
  return { root, terms: terms.map(({ term }) => term), splits, adders }
}
