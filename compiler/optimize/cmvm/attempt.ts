import type { Accumulator, JoiningOrder } from './accumulate.js'
import type { AdderGraph } from './adder-graph.js'
import type { Part } from './decompose.js'
import { leastCost, leastCostOfDigits } from './least-cost.js'
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
  readonly accumulator: Accumulator
}

/**
 * The solution that an approach leads to. Null where it breaks the bound, does not fit the solver's ranges, or costs as much
 * as `limit`, beyond which it is not wanted.
 */
export function attempt(
  bench: Bench,
  start: Start,
  { style, order, margin }: Approach,
  latest: number | null,
  limit: number,
): Attempt | null {
  const { graph, sharing } = bench
  const planned = latest === null ? NO_BOUND : latest - margin
  const { columns } = sharing
  const { parts } = start.decomposition
  graph.clear()
  if (!start.schedule(graph, planned)) return null
  columns.copyFrom(start.columns)
  if (style !== null && !share(graph, sharing, style, start)) return null
  const { inputs, model } = graph
  const made = sums(bench, order, style === null ? leastCostOfDigits(inputs, model) : leastCost(model), limit)
  if (made === null) return null
  columns.clear()
  for (const own of parts) if (!columns.add(graph, termsOf(made, own), planned)) return null
  if (style !== null && !share(graph, sharing, style, null)) return null
  const outputs = sums(bench, order, leastCost(model), limit)
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

/** Shares terms of the columns at hand, those of the basis where `start` is given; false where one cannot be in time. */
function share(graph: AdderGraph, sharing: Sharing, style: SharingStyle, start: Start | null): boolean {
  const { count, slack } = sharing.columns
  for (let c = 0; c < count; c++) if ((slack[c] as number) < 0) return false
  sharing.share(graph, style, start?.pairs() ?? null)
  return true
}

/** Builds every column, if that can cost less than `limit`, where an adder costs at least `least`. */
function sums(
  { graph, sharing: { columns }, accumulator }: Bench,
  order: JoiningOrder,
  least: number,
  limit: number,
): readonly CmvmOutput[] | null {
  let adders = 0
  for (let c = 0; c < columns.count; c++) adders += Math.max((columns.length[c] as number) - 1, 0)
  const outputs: CmvmOutput[] = []
  for (let c = 0; c < columns.count; c++) {
    if (graph.cost + adders * least >= limit) return null
    adders -= Math.max((columns.length[c] as number) - 1, 0)
    accumulator.sumUp(graph, columns, c, order)
    outputs.push(columns.outputOf(c))
  }
  return graph.cost >= limit ? null : outputs
}

function termsOf(made: readonly CmvmOutput[], parts: readonly Part[]): readonly LooseTerm[] {
  const terms: LooseTerm[] = []
  for (const { basis, shift, negate } of parts) {
    const { value, shift: own, negate: negated } = made[basis] as CmvmOutput
    if (value !== null) terms.push({ value, shift: own + shift, negate: negated !== negate })
  }
  return terms
}
