import type { FixedGraph, NodeId } from '../fixed/graph.js'
import { typeOfInterval } from '../fixed/interval.js'
import { operandsOf } from '../fixed/nodes.js'
import { widthOf } from '../fixed/type.js'

/** A graph as the scheduler sees it: who reads whom, how wide, how slow. */
export interface TimingGraph {
  readonly size: number
  /** Without constants, which are made wherever they are needed, and without repetition. */
  readonly operands: readonly (readonly NodeId[])[]
  readonly users: readonly (readonly NodeId[])[]
  readonly delays: readonly number[]
  readonly widths: readonly number[]
  readonly isConstant: readonly boolean[]
  readonly isInput: readonly boolean[]
  readonly isOutput: readonly boolean[]
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
  const isOutput = graph.nodes.map(() => false)
  for (const port of graph.outputs) for (const id of port.nodes) isOutput[id] = isConstant[id] !== true
  return {
    size: graph.nodes.length,
    operands,
    users,
    delays,
    isConstant,
    isOutput,
    widths: graph.nodes.map((node) => (node.kind === 'constant' ? 0 : widthOf(typeOfInterval(node.interval)))),
    isInput: graph.nodes.map((node) => node.kind === 'input'),
  }
}

/** Every node as early as can be when no stage takes longer than `budget`; uses the least number of stages. */
export function placeEarly(graph: TimingGraph, budget: number): Placement {
  const stageOf = new Array<number>(graph.size).fill(0)
  const arrival = new Array<number>(graph.size).fill(0)
  for (let id = 0; id < graph.size; id++) {
    const delay = graph.delays[id] ?? 0
    let stage = 0
    for (const operand of graph.operands[id] ?? []) stage = Math.max(stage, stageOf[operand] ?? 0)
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

/** Every node as late as can be in `stages` stages; inputs stay in the first. */
export function placeLate(graph: TimingGraph, budget: number, stages: number): Placement {
  const stageOf = new Array<number>(graph.size).fill(stages - 1)
  const remaining = new Array<number>(graph.size).fill(0)
  for (let id = graph.size - 1; id >= 0; id--) {
    if (graph.isInput[id] === true || graph.isConstant[id] === true) {
      stageOf[id] = 0
      continue
    }
    const delay = graph.delays[id] ?? 0
    const users = graph.users[id] ?? []
    let stage = stages - 1
    for (const user of users) stage = Math.min(stage, stageOf[user] ?? 0)
    let after = 0
    for (const user of users) if (stageOf[user] === stage) after = Math.max(after, remaining[user] ?? 0)
    if (delay > 0 && after + delay > budget + TOLERANCE_NS) {
      stage--
      after = 0
    }
    stageOf[id] = stage
    remaining[id] = after + delay
  }
  return { stageOf, arrival: arrivals(graph, stageOf) }
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

/** Number of the last stage that reads each node; `stages` for an output, which is registered at the end. */
export function lastUses(graph: TimingGraph, stageOf: readonly number[], stages: number): number[] {
  return stageOf.map((stage, id) => {
    if (graph.isOutput[id] === true) return stages
    let last = stage
    for (const user of graph.users[id] ?? []) last = Math.max(last, stageOf[user] ?? 0)
    return last
  })
}

/** Bits registered at all boundaries and at the outputs. */
export function registerBits(graph: TimingGraph, stageOf: readonly number[], stages: number): number {
  const last = lastUses(graph, stageOf, stages)
  return graph.widths.reduce((bits, width, id) => bits + width * ((last[id] ?? 0) - (stageOf[id] ?? 0)), 0)
}
