import type { AdderGraph } from './adder-graph.js'
import { ColumnPairs } from './column-pairs.js'
import { Columns } from './columns.js'
import type { Decomposition } from './decompose.js'
import { NO_BOUND, valueIn, weightOf } from './terms.js'
import type { CmvmInput } from './types.js'

/** Where attempts begin: a decomposition of the problem's kernel, with what all attempts on it have in common. */
export class Start {
  /** The basis columns. */
  readonly columns = new Columns()
  readonly #pairs = new ColumnPairs(this.columns)
  #counted = false
  /** The bound of all sums that the columns' bounds are for, and whether there is time for them. */
  #latest: number | null = null
  #inTime = false

  constructor(
    readonly decomposition: Decomposition,
    inputs: readonly CmvmInput[],
  ) {
    for (const column of decomposition.basis) this.columns.addDigits(inputs, column)
  }

  /** The pairs of the basis columns, counted once: their terms do not depend on the attempt. */
  pairs(): ColumnPairs {
    if (!this.#counted) this.#pairs.count()
    this.#counted = true
    return this.#pairs
  }

  /** Sets when each basis column must be ready so that all sums of them are in time; false where that is too early. */
  schedule(graph: AdderGraph, latest: number): boolean {
    if (latest === this.#latest) return this.#inTime
    const bounds = basisBounds(graph, this.columns, this.decomposition, latest)
    for (const [k, bound] of bounds?.entries() ?? []) this.columns.setBound(graph, k, bound)
    this.#latest = latest
    this.#inTime = bounds !== null
    return this.#inTime
  }
}

/**
 * When each basis column must be ready so that all sums of them are in time: first as early as it can be, then later one
 * level at a time wherever every sum still has the time. Null where even the earliest is too late.
 */
function basisBounds(
  graph: AdderGraph,
  columns: Columns,
  { parts }: Decomposition,
  latest: number,
): readonly number[] | null {
  const numbers = Array.from({ length: columns.count }, (_, k) => k)
  if (latest === NO_BOUND) return numbers.map(() => latest)
  const bounds = numbers.map((k) => earliest(graph, columns, k))
  const used = parts.map((own) => own.reduce((sum, { basis }) => sum + weightOf(bounds[basis] as number, latest), 0))
  if (used.some((sum) => sum > 1)) return null
  const users: number[][] = numbers.map(() => [])
  for (const [j, own] of parts.entries()) for (const { basis } of own) (users[basis] as number[]).push(j)
  for (let raised = true; raised; ) {
    raised = false
    for (let k = 0; k < bounds.length; k++) {
      const bound = bounds[k] as number
      const more = weightOf(bound, latest)
      const readers = users[k] as number[]
      if (bound >= latest || readers.some((j) => (used[j] as number) + more > 1)) continue
      bounds[k] = bound + 1
      for (const j of readers) used[j] = (used[j] as number) + more
      raised = true
    }
  }
  return bounds
}

/** The level at which a column can be ready, with adders of one level each. */
export function earliest({ latency }: AdderGraph, { terms, start, length }: Columns, k: number): number {
  const from = start[k] as number
  const end = from + (length[k] as number)
  let level = 0
  for (let n = from; n < end; n++) level = Math.max(level, latency[valueIn(terms[n] as number)] as number)
  for (; ; level++) {
    let used = 0
    for (let n = from; n < end; n++) used += weightOf(latency[valueIn(terms[n] as number)] as number, level)
    if (used <= 1) return level
  }
}
