import type { Diagnostic, Result } from '../../lang/diagnostics/diagnostic.js'
import {
  latencyTooShort,
  levelsTooDeep,
  levelsTooLate,
  nodeTooDeep,
  nodeTooSlow,
  stagesTooFew,
} from '../../lang/diagnostics/messages/schedule.js'
import type { FixedGraph } from '../fixed/graph.js'
import { typeOfInterval } from '../fixed/interval.js'
import { nodeAt } from '../fixed/nodes.js'
import { widthOf } from '../fixed/type.js'
import { type DelayModel, delayModelOf, nodeDelays } from './delays.js'
import { nodeLevels } from './levels.js'
import { DEFAULT_REGISTERS, latencyCycles, outputsAt, type Pipeline, type RegisterOptions } from './pipeline.js'
import { placeWithFewestRegisters } from './registers.js'
import { arrivals, placeEarly, registerBits, stageCount, type TimingGraph, timingGraph } from './timing.js'

export interface ScheduleOptions {
  readonly clockPeriodNs: number
  /** The device's family, as the vendor's tool writes it; decides the delay model. */
  readonly family: string
  /** Number of stages with logic. Left out, with `levels` too: as many as the clock needs. */
  readonly stages?: number | undefined
  /** Adder levels per stage, instead of the clock and the delays of the family. Not together with `stages`. */
  readonly levels?: number | undefined
  /** An output may come so long after its input at most, ns. */
  readonly latencyNs?: number | undefined
  /** Cycles of that which a handshake takes behind the pipeline; none when left out. */
  readonly handshakeCycles?: number | undefined
  /** Left out: outputs are registered, inputs are not, one layer. */
  readonly registers?: RegisterOptions | undefined
  /** Share of the period kept free for clock uncertainty and routing; 0.1 when left out. */
  readonly margin?: number | undefined
}

const DEFAULT_MARGIN = 0.1

/**
 * Cuts an optimized graph into the least number of stages whose estimated paths fit the clock period (or have so many
 * adder levels), with the fewest register bits. With a number of stages given, or fewer allowed by `latencyNs` than the
 * clock needs, that number is kept and the slowest stage made as fast as can be; see `timingWarning`.
 *
 * Errors: one node alone is slower than the period and nothing says how many stages (HGQ5003), or has more levels than a
 * stage may (HGQ5021); the latency leaves no stage (HGQ5022) or fewer than the levels take (HGQ5023).
 */
export function schedule(graph: FixedGraph, options: ScheduleOptions): Result<Pipeline> {
  const registers = options.registers ?? DEFAULT_REGISTERS
  const model = delayModelOf(options.family)
  const inNs = timingGraph(graph, nodeDelays(graph, model))
  const cut = cutGraph(graph, inNs, options)
  if (!cut.ok) return cut
  const { timing, budget } = cut.value
  const stages = cut.value.stages + (registers.inputs ? 1 : 0)
  const until = outputsAt({ stages, registers })
  const frame = { budget, stages, outputsAt: until, registersInputs: registers.inputs }
  const stageOf = placeWithFewestRegisters(timing, frame)
  const longest = arrivals(inNs, stageOf).reduce((slowest, arrival) => Math.max(slowest, arrival), 0)
  return {
    ok: true,
    value: {
      graph,
      stageOf,
      stages,
      registers,
      clockPeriodNs: options.clockPeriodNs,
      estimatedCriticalPathNs: roundToPs(longest + model.registerNs),
      registerBits: registers.layers * registerBits(timing, stageOf, until),
    },
  }
}

/** How to cut: what nodes take, how much of it a stage may have, and how many stages with logic that makes. */
export interface Cut {
  readonly timing: TimingGraph
  readonly budget: number
  readonly stages: number
}

/** How `schedule` cuts a graph of these delays, with its errors. */
export function cutGraph(graph: FixedGraph, inNs: TimingGraph, options: ScheduleOptions): Result<Cut> {
  const registers = options.registers ?? DEFAULT_REGISTERS
  const most = mostStages(options, registers)
  if (most < 1) return failed(latencyTooShort(latencyFacts(options, registers)))
  return options.levels === undefined ? cutByClock(graph, inNs, options, most) : cutByLevels(graph, options, most)
}

function cutByClock(graph: FixedGraph, timing: TimingGraph, options: ScheduleOptions, most: number): Result<Cut> {
  const model = delayModelOf(options.family)
  const clockBudget = budgetOf(options, model)
  const slow = slowestNode(timing)
  const needed = slow.delay > clockBudget ? null : stageCount(placeEarly(timing, clockBudget))
  const asked = options.stages ?? (needed === null || needed > most ? finite(most) : undefined)
  if (asked !== undefined) return { ok: true, value: { timing, budget: leastBudget(timing, asked), stages: asked } }
  if (needed === null) return failed(tooSlow(graph, slow, options, model))
  return { ok: true, value: { timing, budget: clockBudget, stages: needed } }
}

function cutByLevels(graph: FixedGraph, options: ScheduleOptions, most: number): Result<Cut> {
  const budget = options.levels ?? 1
  const timing = timingGraph(graph, nodeLevels(graph))
  const deep = slowestNode(timing)
  if (deep.delay > budget) {
    return failed(nodeTooDeep({ ...nodeFacts(graph, deep.id), levels: budget, neededLevels: deep.delay }))
  }
  const stages = stageCount(placeEarly(timing, budget))
  if (stages <= most) return { ok: true, value: { timing, budget, stages } }
  const registers = options.registers ?? DEFAULT_REGISTERS
  return failed(levelsTooLate({ ...latencyFacts(options, registers), levels: budget, stages, allowed: most }))
}

/** A warning when the stages are too few, or the levels of one too many, for the clock; null when all is well. */
export function timingWarning(pipeline: Pipeline, options: ScheduleOptions): Diagnostic | null {
  const model = delayModelOf(options.family)
  const available = budgetOf(options, model)
  if (pipeline.estimatedCriticalPathNs <= roundToPs(available + model.registerNs)) return null
  const facts = { periodNs: options.clockPeriodNs, criticalPathNs: pipeline.estimatedCriticalPathNs }
  if (options.levels !== undefined) return levelsTooDeep({ ...facts, levels: options.levels })
  const timing = timingGraph(pipeline.graph, nodeDelays(pipeline.graph, model))
  const possible = slowestNode(timing).delay <= available
  return stagesTooFew({
    ...facts,
    stages: pipeline.stages - (pipeline.registers.inputs ? 1 : 0),
    latencyNs: options.stages === undefined ? options.latencyNs : undefined,
    neededStages: possible ? stageCount(placeEarly(timing, available)) : null,
  })
}

/** What a stage has for logic, ns. */
export function budgetOf({ clockPeriodNs, margin = DEFAULT_MARGIN }: ScheduleOptions, model: DelayModel): number {
  return clockPeriodNs * (1 - margin) - model.registerNs
}

/** How many stages with logic the latency allows; no bound without one. */
function mostStages(
  { latencyNs, clockPeriodNs, handshakeCycles = 0 }: ScheduleOptions,
  registers: RegisterOptions,
): number {
  if (latencyNs === undefined) return Number.POSITIVE_INFINITY
  // A bound of 5 periods allows 5, whatever the last digits of the quotient are.
  const cycles = Math.floor(latencyNs / clockPeriodNs + 1e-6) - handshakeCycles
  return Math.floor(cycles / registers.layers) + (registers.outputs ? 0 : 1) - (registers.inputs ? 1 : 0)
}

function latencyFacts(options: ScheduleOptions, registers: RegisterOptions) {
  const stages = 1 + (registers.inputs ? 1 : 0)
  return {
    latencyNs: options.latencyNs ?? 0,
    periodNs: options.clockPeriodNs,
    leastCycles: latencyCycles({ stages, registers }) + (options.handshakeCycles ?? 0),
  }
}

function finite(stages: number): number | undefined {
  return Number.isFinite(stages) ? stages : undefined
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
  const neededNs = (slow.delay + model.registerNs) / (1 - margin)
  return nodeTooSlow({ ...nodeFacts(graph, slow.id), periodNs: clockPeriodNs, neededNs })
}

function nodeFacts(graph: FixedGraph, id: number) {
  const node = nodeAt(graph, id)
  return { node: id, kind: node.kind, origin: node.origin, width: widthOf(typeOfInterval(node.interval)) }
}

function failed(error: Diagnostic): { readonly ok: false; readonly error: Diagnostic } {
  return { ok: false, error }
}

/** Estimates are not better than this, and short decimals keep artifacts readable. */
function roundToPs(ns: number): number {
  return Math.round(ns * 1000) / 1000
}
