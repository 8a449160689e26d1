import type { NodeId } from '../../fixed/graph.js'
import { grouped } from '../../grouped.js'
import { canonicalSignedDigits } from '../csd.js'
import type { LinearSum } from '../linear-sums.js'
import type { Bounds } from './bounds.js'

/**
 * Sums that read common nodes, directly or through others: what different ones compute cannot be shared. A constant is no
 * common node, or a bias would join what has nothing else to do with each other.
 */
export function connectedGroups(
  sums: readonly LinearSum[],
  isConstant: (id: NodeId) => boolean,
): readonly (readonly LinearSum[])[] {
  const root = sums.map((_, n) => n)
  const find = (n: number): number => {
    let at = n
    while (root[at] !== at) {
      root[at] = root[root[at] as number] as number
      at = root[at] as number
    }
    return at
  }
  const reader = new Map<NodeId, number>()
  for (const [n, { parts }] of sums.entries()) {
    for (const { node } of parts) {
      if (isConstant(node)) continue
      const other = reader.get(node)
      if (other === undefined) reader.set(node, n)
      else root[find(n)] = find(other)
    }
  }
  const groups = grouped(sums.keys(), find)
  return [...groups.values()].map((group) => group.map((n) => sums[n] as LinearSum))
}

/** The sums in their order, in parts of bounded size. */
export function inBoundedParts(
  sums: readonly LinearSum[],
  { rows, columns }: Bounds,
): readonly (readonly LinearSum[])[] {
  const parts: LinearSum[][] = []
  let part: LinearSum[] = []
  let read = new Set<NodeId>()
  for (const sum of sums) {
    const more = sum.parts.filter(({ node }) => !read.has(node)).length
    if (parts.length === 0 || read.size + more > rows || part.length >= columns) {
      part = []
      read = new Set()
      parts.push(part)
    }
    part.push(sum)
    for (const { node } of sum.parts) read.add(node)
  }
  return parts
}

/** Pairs of signed digits within sums, the measure of how long the solver takes. */
export function digitPairs(sums: readonly LinearSum[]): number {
  return sums.reduce((total, { parts }) => {
    const digits = parts.reduce((sum, { factor }) => sum + canonicalSignedDigits(factor.mantissa).length, 0)
    return total + (digits * (digits - 1)) / 2
  }, 0)
}

/** All that some sums read. */
export function nodesRead(sums: readonly LinearSum[]): ReadonlySet<NodeId> {
  return new Set(sums.flatMap(({ parts }) => parts.map(({ node }) => node)))
}
