import type { NodeId } from '../../fixed/graph.js'
import { grouped } from '../../grouped.js'
import type { Fusion } from './fusions.js'

/**
 * The fusions that together save most, no adder in two of them; of those that save alike, those that shorten most paths.
 * Adders that one other adder alone reads make a forest, in which a matching of the greatest weight is found node by node
 * from the leaves: exact, in linear time.
 */
export function bestMatching(fusions: readonly Fusion[]): readonly Fusion[] {
  // Savings are halves at the finest, so that no number of shortened paths outweighs one.
  const unit = 2 * (fusions.length + 1)
  const weight = ({ saved, shortens }: Fusion): number => saved * unit + (shortens ? 1 : 0)
  const byOuter = grouped(fusions, ({ outer }) => outer)
  const outers = [...byOuter.keys()].sort((a, b) => a - b)
  /** Of the tree that ends at an adder: the greatest weight, and the greatest while the adder itself is in no fusion. */
  const best = new Map<NodeId, number>()
  const free = new Map<NodeId, number>()
  const choice = new Map<NodeId, Fusion>()
  for (const outer of outers) {
    const own = byOuter.get(outer) ?? []
    const unmatched = own.reduce((sum, { inner }) => sum + (best.get(inner) ?? 0), 0)
    let most = unmatched
    for (const fusion of own) {
      const { inner } = fusion
      const matched = unmatched - (best.get(inner) ?? 0) + (free.get(inner) ?? 0) + weight(fusion)
      if (matched <= most) continue
      most = matched
      choice.set(outer, fusion)
    }
    free.set(outer, unmatched)
    best.set(outer, most)
  }
  const chosen: Fusion[] = []
  const taken = new Set<NodeId>()
  for (const outer of outers.toReversed()) {
    const fusion = taken.has(outer) ? undefined : choice.get(outer)
    if (fusion === undefined) continue
    taken.add(fusion.inner)
    chosen.push(fusion)
  }
  return chosen
}
