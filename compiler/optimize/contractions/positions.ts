import { pointInterval } from '../../fixed/arithmetic.js'
import type { NodeId } from '../../fixed/graph.js'
import type { LinearSum } from '../linear-sums.js'

/** The factors of a sum, in one order, as a text: sums of one filter at different positions have the same. */
export function signatureOf({ parts }: LinearSum, isConstant: (id: NodeId) => boolean): string {
  return parts
    .filter(({ node }) => !isConstant(node))
    .map(({ factor }) => {
      const { low, fraction } = pointInterval(factor.mantissa, factor.exponent)
      return `${low}e${-fraction}`
    })
    .sort()
    .join(' ')
}

/** The signatures of some sums in their order; those of equal kernels are equal. */
export function kindOf(sums: readonly LinearSum[], isConstant: (id: NodeId) => boolean): string {
  return sums.map((sum) => signatureOf(sum, isConstant)).join('\n')
}

/** Sums of one position of a convolution, with those of an incomplete window beside it; what they read, without constants. */
export interface Position {
  readonly sums: readonly LinearSum[]
  readonly reads: ReadonlySet<NodeId>
  /** The signatures of its sums: equal ones for equal kernels. */
  readonly kind: string
}

/**
 * Connected sums in runs that weigh different windows of the same values alike, as a convolution does: one filter stands in
 * each position once, so a run ends where its first sum is seen again, or where a sum reads nothing of what the run does.
 * The sums of a graph are in the order of the elements of their tensor, positions first and filters last.
 */
export function positionsOf(sums: readonly LinearSum[], isConstant: (id: NodeId) => boolean): readonly Position[] {
  const positions: Position[] = []
  let run: LinearSum[] = []
  let reads = new Set<NodeId>()
  let seen = new Set<string>()
  const end = (): void => {
    if (run.length > 0) positions.push({ sums: run, reads, kind: [...seen].join('\n') })
    run = []
    reads = new Set()
    seen = new Set()
  }
  for (const sum of sums) {
    const signature = signatureOf(sum, isConstant)
    const own = sum.parts.flatMap(({ node }) => (isConstant(node) ? [] : [node]))
    if (seen.has(signature) || !own.some((node) => reads.has(node))) end()
    run.push(sum)
    seen.add(signature)
    for (const node of own) reads.add(node)
  }
  end()
  return positions
}

/** Positions in lines: along a line each window reads much of what the one in front of it does, between lines little. */
export function linesOf(positions: readonly Position[]): readonly (readonly Position[])[] {
  const common = positions.map(({ reads }, n) => {
    const before = positions[n - 1]?.reads
    return before === undefined ? 0 : [...reads].filter((node) => before.has(node)).length
  })
  const most = common.reduce((greatest, each) => Math.max(greatest, each), 0)
  const lines: Position[][] = []
  for (const [n, position] of positions.entries()) {
    if (n === 0 || 2 * (common[n] as number) < most) lines.push([])
    lines.at(-1)?.push(position)
  }
  return lines
}
