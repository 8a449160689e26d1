import { accumulate, type JoiningOrder } from './accumulate.js'
import { AdderGraph } from './adder-graph.js'
import { ColumnPairs } from './column-pairs.js'
import type { Decomposition, Part } from './decompose.js'
import { type SharingStyle, shareTerms } from './share.js'
import { type Column, columnOf, type LooseTerm, outputOf, weightOf } from './terms.js'
import type { CmvmOutput, CmvmProblem } from './types.js'

/** Where attempts begin: a decomposition of the problem's kernel, with what all attempts on it have in common. */
export class Start {
  #counted: ColumnPairs | null = null
  constructor(readonly decomposition: Decomposition) {}

  /** The pairs of the basis columns, counted once: their terms do not depend on the attempt. */
  pairsOf(columns: readonly Column[]): ColumnPairs {
    this.#counted ??= new ColumnPairs(
      columns.map((column) => ({ ...column, terms: column.terms.slice() })),
      null,
    )
    return this.#counted
  }
}

/** One way to solve a problem. */
export interface Approach {
  readonly start: Start
  /** Null shares nothing. */
  readonly style: SharingStyle | null
  readonly order: JoiningOrder
  /** Levels kept free at the end, for adders that take longer than one. */
  readonly margin: number
}

export interface Attempt {
  readonly graph: AdderGraph
  readonly outputs: readonly CmvmOutput[]
  readonly latency: number
}

/** The solution that an approach leads to; null where it breaks the bound or does not fit the solver's ranges. */
export function attempt(problem: CmvmProblem, approach: Approach): Attempt | null {
  const graph = new AdderGraph(problem.inputs, problem.model)
  const { basis, parts } = approach.start.decomposition
  const terms = basis.map((column) => digitsOf(problem, column))
  const latest = problem.latest ?? Number.POSITIVE_INFINITY
  const planned = latest - approach.margin
  const bounds = basisBounds(graph, terms, parts, planned)
  if (bounds === null) return null
  const made = sums(
    graph,
    terms.map((loose, k) => columnOf(graph, loose, bounds[k] as number)),
    approach,
    approach.start,
  )
  if (made === null) return null
  const combined = parts.map((own) =>
    columnOf(
      graph,
      own.flatMap((part) => partTerm(made, part)),
      planned,
    ),
  )
  const outputs = sums(graph, combined, approach, null)
  if (outputs === null) return null
  let latency = 0
  for (const { value } of outputs) if (value !== null) latency = Math.max(latency, graph.latency[value] as number)
  return latency > latest ? null : { graph, outputs, latency }
}

/** Builds every column; those of the basis, where `start` is given. */
function sums(
  graph: AdderGraph,
  columns: readonly (Column | null)[],
  { style, order }: Approach,
  start: Start | null,
): readonly CmvmOutput[] | null {
  const all = columns.filter((column) => column !== null)
  if (all.length < columns.length) return null
  if (all.some((column) => column.slack < 0) && style !== null) return null
  if (style !== null) shareTerms(graph, all, style, start?.pairsOf(all) ?? null)
  return all.map((column) => {
    accumulate(graph, column, order)
    return outputOf(column)
  })
}

function partTerm(made: readonly CmvmOutput[], { basis, shift, negate }: Part): readonly LooseTerm[] {
  const output = made[basis] as CmvmOutput
  if (output.value === null) return []
  return [{ value: output.value, shift: output.shift + shift, negate: output.negate !== negate }]
}

/** The canonical signed digits of a column of integers; an input that is always 0 has none. */
function digitsOf({ inputs }: CmvmProblem, column: Int32Array): readonly LooseTerm[] {
  const terms: LooseTerm[] = []
  for (const [value, entry] of column.entries()) {
    const input = inputs[value]
    if (input === undefined || (input.low === 0 && input.high === 0)) continue
    for (let rest = entry, shift = 0; rest !== 0; rest >>= 1, shift++) {
      if ((rest & 1) === 0) continue
      const negate = (rest & 3) === 3
      terms.push({ value, shift, negate })
      rest += negate ? 1 : -1
    }
  }
  return terms
}

/**
 * When each basis column must be ready so that all sums of them are in time: first as early as it can be, then later one
 * level at a time wherever every sum still has the time. Null where even the earliest is too late.
 */
function basisBounds(
  graph: AdderGraph,
  terms: readonly (readonly LooseTerm[])[],
  parts: readonly (readonly Part[])[],
  latest: number,
): readonly number[] | null {
  if (latest === Number.POSITIVE_INFINITY) return terms.map(() => latest)
  const bounds = terms.map((loose) => earliest(graph, loose))
  const used = parts.map((own) => own.reduce((sum, { basis }) => sum + weightOf(bounds[basis] as number, latest), 0))
  if (used.some((sum) => sum > 1)) return null
  const users: number[][] = terms.map(() => [])
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

/** The level at which a sum of terms can be ready, with adders of one level each. */
function earliest(graph: AdderGraph, loose: readonly LooseTerm[]): number {
  const first = loose.reduce((most, { value }) => Math.max(most, graph.latency[value] as number), 0)
  for (let level = first; ; level++) {
    if (loose.reduce((sum, { value }) => sum + weightOf(graph.latency[value] as number, level), 0) <= 1) return level
  }
}
