import { accumulate, type JoiningOrder } from './accumulate.js'
import type { AdderGraph } from './adder-graph.js'
import type { Part } from './decompose.js'
import type { SharingStyle } from './pair-weight.js'
import type { Sharing } from './share.js'
import type { Start } from './start.js'
import { type LooseTerm, NO_BOUND } from './terms.js'
import type { CmvmOutput } from './types.js'

/** One way to solve a problem. */
export interface Approach {
  /** Null shares nothing. */
  readonly style: SharingStyle | null
  readonly order: JoiningOrder
  /** Levels kept free at the end, for adders that take longer than one. */
  readonly margin: number
}

/** What there is of it in the graph lasts until the next attempt that is made in that graph. */
export interface Attempt {
  readonly graph: AdderGraph
  readonly outputs: readonly CmvmOutput[]
  readonly latency: number
}

/** Where attempts are made, one after the other: arrays are kept. */
export interface Bench {
  readonly graph: AdderGraph
  readonly sharing: Sharing
}

/**
 * The solution that an approach leads to. Null where it breaks the bound, does not fit the solver's ranges, or costs as much
 * as `limit`, beyond which it is not wanted.
 */
export function attempt(
  { graph, sharing }: Bench,
  start: Start,
  { style, order, margin }: Approach,
  latest: number | null,
  limit: number,
): Attempt | null {
  const planned = latest === null ? NO_BOUND : latest - margin
  const { columns } = sharing
  const { parts } = start.decomposition
  graph.clear()
  if (!start.schedule(graph, planned)) return null
  columns.copyFrom(start.columns)
  const made = sums(graph, sharing, style, order, start, limit)
  if (made === null) return null
  columns.clear()
  for (const own of parts) if (!columns.add(graph, termsOf(made, own), planned)) return null
  const outputs = sums(graph, sharing, style, order, null, limit)
  if (outputs === null) return null
  const latency = latencyOf(graph, outputs)
  return latest !== null && latency > latest ? null : { graph, outputs, latency }
}

/** When the last output is ready. */
export function latencyOf(graph: AdderGraph, outputs: readonly CmvmOutput[]): number {
  let latency = 0
  for (const { value } of outputs) if (value !== null) latency = Math.max(latency, graph.latency[value] as number)
  return latency
}

/** Builds every column; those of the basis, where `start` is given. */
function sums(
  graph: AdderGraph,
  sharing: Sharing,
  style: SharingStyle | null,
  order: JoiningOrder,
  start: Start | null,
  limit: number,
): readonly CmvmOutput[] | null {
  const { columns } = sharing
  if (style !== null) {
    for (let c = 0; c < columns.count; c++) if ((columns.slack[c] as number) < 0) return null
    sharing.share(graph, style, start?.pairs() ?? null)
  }
  let adders = 0
  for (let c = 0; c < columns.count; c++) adders += Math.max((columns.length[c] as number) - 1, 0)
  if (graph.cost + adders * graph.leastCost >= limit) return null
  const outputs: CmvmOutput[] = []
  for (let c = 0; c < columns.count; c++) {
    accumulate(graph, columns, c, order)
    if (graph.cost >= limit) return null
    outputs.push(columns.outputOf(c))
  }
  return outputs
}

function termsOf(made: readonly CmvmOutput[], parts: readonly Part[]): readonly LooseTerm[] {
  const terms: LooseTerm[] = []
  for (const { basis, shift, negate } of parts) {
    const { value, shift: own, negate: negated } = made[basis] as CmvmOutput
    if (value !== null) terms.push({ value, shift: own + shift, negate: negated !== negate })
  }
  return terms
}
