import type { NodeId } from '../fixed/graph.js'
import { FlowNetwork, UNLIMITED } from './max-flow.js'
import { arrivals, lastUse, placeEarly, type TimingGraph, TOLERANCE_NS } from './timing.js'

/** What a pipeline has to keep besides the causality of its graph. */
export interface Frame {
  /** Nothing between two registers may take longer, in the unit of the graph's delays. */
  readonly budget: number
  readonly stages: number
  /** The boundary up to which outputs are held: `stages` when they are registered, `stages - 1` when not. */
  readonly outputsAt: number
  /** Inputs are registered first: whatever takes time lies in stage 1 or later. */
  readonly registersInputs: boolean
}

/**
 * The stages of all nodes with the fewest register bits of all placements that keep the frame; among those the earliest.
 *
 * Retiming as Leiserson and Saxe state it, for a graph without loops: stage(v) ≥ stage(u) along every edge and
 * stage(v) ≥ stage(u) + 1 where a path from u to v takes longer than the budget. Bits are Σ width · (last use - stage), so
 * the best stages solve the dual of a minimum-cost flow, and the function is L♮-convex: from the earliest placement,
 * moving the best set of nodes one stage later (a least cut) until no set saves a bit ends at the optimum (Murota, Discrete
 * Convex Analysis, ch. 10). Constraints of long paths are found as cuts break them.
 */
export function placeWithFewestRegisters(graph: TimingGraph, frame: Frame): number[] {
  const stageOf = placeEarly(graph, frame.budget, frame.registersInputs ? 1 : 0).stageOf
  const long: LongPath[] = []
  for (;;) {
    const moved = bestSet(graph, frame, stageOf, long)
    if (moved.length === 0) return stageOf
    for (const id of moved) stageOf[id] = (stageOf[id] as number) + 1
  }
}

/** A path that does not fit into one stage, by its ends. */
interface LongPath {
  readonly from: NodeId
  readonly to: NodeId
}

/** The smallest of the sets of nodes that save most when they move to the next stage together; empty when none saves. */
function bestSet(graph: TimingGraph, frame: Frame, stageOf: readonly number[], long: LongPath[]): readonly NodeId[] {
  const { size } = graph
  const stage = (id: NodeId): number => stageOf[id] as number
  const [source, sink] = [size + graph.groups.length, size + graph.groups.length + 1]
  // Node id moves; node size + n is the last use of group n, which moves when a last reader does.
  const network = new FlowNetwork(sink + 1, source, sink)
  for (let id = 0; id < size; id++) {
    if (isFixed(graph, id) || stage(id) === frame.stages - 1) network.arc(id, sink, UNLIMITED)
    for (const user of graph.users[id] as readonly NodeId[]) {
      if (stage(user) === stage(id)) network.arc(id, user, UNLIMITED)
    }
  }
  for (const [n, group] of graph.groups.entries()) {
    network.arc(source, group.maker, group.width)
    if (group.isOutput) continue
    const last = lastUse(group, stageOf, frame.outputsAt)
    for (const reader of group.readers) if (stage(reader) === last) network.arc(reader, size + n, UNLIMITED)
    network.arc(size + n, sink, group.width)
  }
  for (const { from, to } of long) if (stage(to) === stage(from) + 1) network.arc(from, to, UNLIMITED)
  for (;;) {
    network.saturate()
    const moved: NodeId[] = []
    for (let id = 0; id < size; id++) if (network.reaches(id)) moved.push(id)
    if (moved.length === 0) return moved
    const next = [...stageOf]
    for (const id of moved) next[id] = stage(id) + 1
    const broken = pathsTooLong(graph, next, frame.budget)
    if (broken.length === 0) return moved
    for (const path of broken) network.arc(path.from, path.to, UNLIMITED)
    long.push(...broken)
  }
}

function isFixed(graph: TimingGraph, id: NodeId): boolean {
  return graph.isInput[id] === true || graph.isConstant[id] === true
}

/** Of each node that comes first too late in its stage, the shortest part of its slowest path that is too long. */
function pathsTooLong(graph: TimingGraph, stageOf: readonly number[], budget: number): readonly LongPath[] {
  const arrival = arrivals(graph, stageOf)
  const limit = budget + TOLERANCE_NS
  const found: LongPath[] = []
  const slowest = (id: NodeId): NodeId | null => {
    let before: NodeId | null = null
    for (const operand of graph.operands[id] as readonly NodeId[]) {
      if (stageOf[operand] !== stageOf[id]) continue
      if (before === null || (arrival[operand] as number) > (arrival[before] as number)) before = operand
    }
    return before
  }
  for (let to = 0; to < graph.size; to++) {
    if ((arrival[to] as number) <= limit) continue
    let from: NodeId | null = slowest(to)
    if (from !== null && (arrival[from] as number) > limit) continue
    let taken = graph.delays[to] as number
    for (; from !== null; from = slowest(from)) {
      taken += graph.delays[from] as number
      if (taken > limit) break
    }
    if (from === null) throw new Error(`node ${to} alone is slower than a stage`)
    found.push({ from, to })
  }
  return found
}
