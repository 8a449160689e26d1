import { pointInterval } from '../../fixed/arithmetic.js'
import type { NodeId } from '../../fixed/graph.js'
import type { LinearSum } from '../linear-sums.js'

/** A sum and what tells it apart, constants left out. */
export interface SignedSum {
  readonly sum: LinearSum
  /** Its factors in one order, as a text: sums of one filter at different positions have the same. */
  readonly signature: string
  /** What it reads, in order. */
  readonly reads: readonly NodeId[]
}

export function signed(sum: LinearSum, isConstant: (id: NodeId) => boolean): SignedSum {
  const parts = sum.parts.filter(({ node }) => !isConstant(node))
  const factors = parts.map(({ factor }) => {
    const { low, fraction } = pointInterval(factor.mantissa, factor.exponent)
    return `${low}e${-fraction}`
  })
  const reads = parts.map(({ node }) => node).sort((a, b) => a - b)
  return { sum, signature: factors.sort().join(' '), reads }
}

/** By signature, equal ones by what they read: parts that differ in where they stand alone come out in the same order. */
export function inOrder(a: SignedSum, b: SignedSum): number {
  if (a.signature !== b.signature) return a.signature < b.signature ? -1 : 1
  return byReads(a, b)
}

export function byReads(a: SignedSum, b: SignedSum): number {
  for (const [n, node] of a.reads.entries()) if (node !== b.reads[n]) return node - (b.reads[n] ?? 0)
  return a.sum.id - b.sum.id
}

/** What parts of equal kernels have in common. */
export function kindOf(sums: readonly SignedSum[]): string {
  return sums
    .map(({ signature }) => signature)
    .sort()
    .join('\n')
}
