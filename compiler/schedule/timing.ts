import type { FixedGraph, NodeId } from '../fixed/graph.js'
import { operandsOf } from '../fixed/nodes.js'
import { type BitGroup, bitGroups } from './bits.js'

/** A graph as the scheduler sees it: who reads whom, how slow, and what to register. */
export interface TimingGraph {
  readonly size: number
  /** Without constants, which are made wherever they are needed, and without repetition. */
  readonly operands: readonly (readonly NodeId[])[]
  readonly users: readonly (readonly NodeId[])[]
  readonly delays: readonly number[]
  readonly groups: readonly BitGroup[]
  readonly isConstant: readonly boolean[]
  readonly isInput: readonly boolean[]
}

/** Each node's stage, and when its value is there, ns after the stage begins. */
export interface Placement {
  readonly stageOf: number[]
  readonly arrival: number[]
}

/** Delays are sums of decimal fractions; a path that is too long by rounding alone is not too long. */
export const TOLERANCE_NS = 1e-9

/** The graph as timing sees it. `delays` by node, in nanoseconds; constants are wired and take no time. */
export function timingGraph(graph: FixedGraph, delays: readonly number[]): TimingGraph {
  const isConstant = graph.nodes.map((node) => node.kind === 'constant')
  const operands = graph.nodes.map((node) => [...new Set(operandsOf(node))].filter((id) => isConstant[id] !== true))
  const users: NodeId[][] = graph.nodes.map(() => [])
  for (const [id, list] of operands.entries()) for (const operand of list) users[operand]?.push(id)
  return {
    size: graph.nodes.length,
    operands,
    users,
    delays,
    isConstant,
    groups: bitGroups(graph),
    isInput: graph.nodes.map((node) => node.kind === 'input'),
  }
}

/**
 * Every node as early as can be when no stage takes longer than `budget`; uses the least number of stages. What takes
 * time stands in stage `first` or later.
 */
export function placeEarly(graph: TimingGraph, budget: number, first = 0): Placement {
  const stageOf = new Array<number>(graph.size).fill(0)
  const arrival = new Array<number>(graph.size).fill(0)
  for (let id = 0; id < graph.size; id++) {
    const delay = graph.delays[id] ?? 0
    let stage = 0
    for (const operand of graph.operands[id] ?? []) stage = Math.max(stage, stageOf[operand] ?? 0)
    if (delay > 0) stage = Math.max(stage, first)
    let start = arrivalOfOperands(graph, { stageOf, arrival }, id, stage)
    if (delay > 0 && start + delay > budget + TOLERANCE_NS) {
      stage++
      start = 0
    }
    stageOf[id] = stage
    arrival[id] = start + delay
  }
  return { stageOf, arrival }
}

/** Arrival of every node for given stages. */
export function arrivals(graph: TimingGraph, stageOf: readonly number[]): number[] {
  const arrival = new Array<number>(graph.size).fill(0)
  const placement = { stageOf: stageOf as number[], arrival }
  for (let id = 0; id < graph.size; id++) {
    arrival[id] = arrivalOfOperands(graph, placement, id, stageOf[id] ?? 0) + (graph.delays[id] ?? 0)
  }
  return arrival
}

/** When the last operand is there, if the node stood in `stage`; those of earlier stages are there at once. */
export function arrivalOfOperands(graph: TimingGraph, placement: Placement, id: NodeId, stage: number): number {
  let start = 0
  for (const operand of graph.operands[id] ?? []) {
    if (placement.stageOf[operand] === stage) start = Math.max(start, placement.arrival[operand] ?? 0)
  }
  return start
}

/** Number of stages that a placement fills; at least one. */
export function stageCount({ stageOf }: Placement): number {
  return stageOf.reduce((most, stage) => Math.max(most, stage), 0) + 1
}

/** The last stage that reads a group of bits; `outputsAt` where an output does. */
export function lastUse(group: BitGroup, stageOf: readonly number[], outputsAt: number): number {
  if (group.isOutput) return outputsAt
  return group.readers.reduce((last, reader) => Math.max(last, stageOf[reader] as number), 0)
}

/** Bits registered at all boundaries, outputs up to boundary `outputsAt`. */
export function registerBits(graph: TimingGraph, stageOf: readonly number[], outputsAt: number): number {
  return graph.groups.reduce(
    (bits, group) => bits + group.width * (lastUse(group, stageOf, outputsAt) - (stageOf[group.maker] as number)),
    0,
  )
}
