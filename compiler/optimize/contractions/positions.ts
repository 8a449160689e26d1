import type { NodeId } from '../../fixed/graph.js'
import { grouped } from '../../grouped.js'
import { byReads, kindOf, type SignedSum } from './signatures.js'

/** Sums of one position of a convolution, as far as they have much in common, and what they read. */
export interface Position {
  readonly sums: readonly SignedSum[]
  readonly reads: ReadonlySet<NodeId>
  readonly kind: string
}

/**
 * Connected sums as positions: around each sum of one filter, the one whose sums weigh most terms together, stand the sums
 * that read most of what it reads, so that equal windows come out alike whatever is pruned in them and in whichever order
 * their sums were made. A sum that has nothing in common with any of them stands alone.
 */
export function positionsOf(sums: readonly SignedSum[]): readonly Position[] {
  const filters = grouped(sums, ({ signature }) => signature)
  const weight = (filter: readonly SignedSum[]): number => filter.length * (filter[0]?.reads.length ?? 0)
  const [first = []] = [...filters.values()].sort((a, b) => weight(b) - weight(a))
  const centres = [...first].sort(byReads)
  const readers = grouped(
    centres.flatMap(({ reads }, position) => reads.map((node) => ({ node, position }))),
    ({ node }) => node,
  )
  const around = centres.map((centre) => [centre])
  const alone: SignedSum[][] = []
  const isCentre = new Set(centres)
  for (const each of sums) {
    if (isCentre.has(each)) continue
    const position = mostCommon(
      each.reads.flatMap((node) => (readers.get(node) ?? []).map((reader) => reader.position)),
    )
    if (position === null) alone.push([each])
    else around[position]?.push(each)
  }
  return [...around, ...alone].map((own) => ({
    sums: own,
    reads: new Set(own.flatMap(({ reads }) => reads)),
    kind: kindOf(own),
  }))
}

/** The number that occurs most often; the least of those that do alike. Null without any. */
function mostCommon(numbers: readonly number[]): number | null {
  const counts = new Map<number, number>()
  for (const n of numbers) counts.set(n, (counts.get(n) ?? 0) + 1)
  let best: number | null = null
  for (const [n, count] of [...counts].sort(([a], [b]) => a - b)) {
    if (best === null || count > (counts.get(best) ?? 0)) best = n
  }
  return best
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
