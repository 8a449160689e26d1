import type { Diagnostic, Result } from '../../lang/diagnostics/diagnostic.js'
import { nodeTooSlow, stagesTooFew } from '../../lang/diagnostics/messages/compile.js'
import type { FixedGraph } from '../fixed/graph.js'
import { typeOfInterval } from '../fixed/interval.js'
import { widthOf } from '../fixed/type.js'
import { type DelayModel, delayModelOf, nodeDelays } from './delays.js'
import type { Pipeline } from './pipeline.js'
import { saveRegisters } from './registers.js'
import {
  arrivals,
  type Placement,
  placeEarly,
  placeLate,
  registerBits,
  stageCount,
  type TimingGraph,
  timingGraph,
} from './timing.js'

export interface ScheduleOptions {
  readonly clockPeriodNs: number
  /** The device's family, as the vendor's tool writes it; decides the delay model. */
  readonly family: string
  /** Number of stages; left out: as many as the clock needs. */
  readonly stages?: number | undefined
  /** Share of the period kept free for clock uncertainty and routing; 0.1 when left out. */
  readonly margin?: number | undefined
}

const DEFAULT_MARGIN = 0.1

/**
 * Cuts an optimized graph into the least number of stages whose estimated paths fit the clock period, then moves nodes
 * between stages to save registers. With `stages` given, that number is kept and the slowest stage made as fast as can
 * be; see `timingWarning`.
 *
 * Errors: one node alone is slower than the period and no number of stages was asked for (HGQ5003).
 */
export function schedule(graph: FixedGraph, options: ScheduleOptions): Result<Pipeline> {
  const model = delayModelOf(options.family)
  const timing = timingGraph(graph, nodeDelays(graph, model))
  const clockBudget = budgetOf(options, model)
  if (options.stages === undefined) {
    const slow = slowestNode(timing)
    if (slow.delay > clockBudget) return { ok: false, error: tooSlow(graph, slow, options, model) }
  }
  const budget = options.stages === undefined ? clockBudget : leastBudget(timing, options.stages)
  const stages = options.stages ?? stageCount(placeEarly(timing, budget))
  const { stageOf } = cheapest(timing, budget, stages)
  const longest = arrivals(timing, stageOf).reduce((most, arrival) => Math.max(most, arrival), 0)
  return {
    ok: true,
    value: {
      graph,
      stageOf,
      stages,
      clockPeriodNs: options.clockPeriodNs,
      estimatedCriticalPathNs: roundToPs(longest + model.registerNs),
      registerBits: registerBits(timing, stageOf, stages),
    },
  }
}

/** A warning when the number of stages asked for is too small for the clock; null when all is well. */
export function timingWarning(pipeline: Pipeline, options: ScheduleOptions): Diagnostic | null {
  const model = delayModelOf(options.family)
  const available = budgetOf(options, model)
  if (pipeline.estimatedCriticalPathNs <= roundToPs(available + model.registerNs)) return null
  const timing = timingGraph(pipeline.graph, nodeDelays(pipeline.graph, model))
  const possible = slowestNode(timing).delay <= available
  return stagesTooFew({
    stages: pipeline.stages,
    periodNs: options.clockPeriodNs,
    criticalPathNs: pipeline.estimatedCriticalPathNs,
    neededStages: possible ? stageCount(placeEarly(timing, available)) : null,
  })
}

/** What a stage has for logic, ns. */
function budgetOf({ clockPeriodNs, margin = DEFAULT_MARGIN }: ScheduleOptions, model: DelayModel): number {
  return clockPeriodNs * (1 - margin) - model.registerNs
}

/** From nodes early and from nodes late; whichever needs fewer register bits once single moves are used up. */
function cheapest(timing: TimingGraph, budget: number, stages: number): Placement {
  const early = placeEarly(timing, budget)
  const late = placeLate(timing, budget, stages)
  for (const placement of [early, late]) saveRegisters(timing, placement, budget, stages)
  const bits = (placement: Placement): number => registerBits(timing, placement.stageOf, stages)
  return bits(late) < bits(early) ? late : early
}

/** The least time per stage with which the graph fits into that many stages. */
function leastBudget(timing: TimingGraph, stages: number): number {
  const single = placeEarly(timing, Number.POSITIVE_INFINITY)
  let high = single.arrival.reduce((most, arrival) => Math.max(most, arrival), 0)
  let low = slowestNode(timing).delay
  if (stages === 1) return high
  if (stageCount(placeEarly(timing, low)) <= stages) return low
  // To a hundredth of a picosecond in any case that fits into a clock period.
  for (let step = 0; step < 30; step++) {
    const middle = (low + high) / 2
    if (stageCount(placeEarly(timing, middle)) <= stages) high = middle
    else low = middle
  }
  return high
}

function slowestNode(timing: TimingGraph): { readonly id: number; readonly delay: number } {
  let id = 0
  let delay = 0
  for (const [node, own] of timing.delays.entries()) {
    if (own > delay) [id, delay] = [node, own]
  }
  return { id, delay }
}

function tooSlow(
  graph: FixedGraph,
  slow: { readonly id: number; readonly delay: number },
  { clockPeriodNs, margin = DEFAULT_MARGIN }: ScheduleOptions,
  model: DelayModel,
): Diagnostic {
  const node = graph.nodes[slow.id]
  if (node === undefined) throw new Error(`no node ${slow.id}`)
  return nodeTooSlow({
    node: slow.id,
    kind: node.kind,
    origin: node.origin,
    width: widthOf(typeOfInterval(node.interval)),
    periodNs: clockPeriodNs,
    neededNs: (slow.delay + model.registerNs) / (1 - margin),
  })
}

/** Estimates are not better than this, and short decimals keep artifacts readable. */
function roundToPs(ns: number): number {
  return Math.round(ns * 1000) / 1000
}
