import type { NodeId } from '../fixed/graph.js'
import { arrivalOfOperands, lastUses, type Placement, type TimingGraph, TOLERANCE_NS } from './timing.js'

/** More sweeps than any design has needed; each one only ever saves bits. */
const MOST_SWEEPS = 50

/**
 * Moves single nodes to the next or the previous stage as long as that saves register bits, keeping every stage within
 * `budget` and the number of stages. Deterministic; changes the placement in place.
 */
export function saveRegisters(graph: TimingGraph, placement: Placement, budget: number, stages: number): void {
  const mover = new Mover(graph, placement, budget, stages)
  for (let sweep = 0; sweep < MOST_SWEEPS; sweep++) {
    let moved = 0
    // Users first when moving later, operands first when moving earlier, so that chains follow in one sweep.
    for (let id = graph.size - 1; id >= 0; id--) if (mover.moveLater(id)) moved++
    for (let id = 0; id < graph.size; id++) if (mover.moveEarlier(id)) moved++
    if (moved === 0) return
  }
}

class Mover {
  readonly #last: number[]
  constructor(
    readonly graph: TimingGraph,
    readonly placement: Placement,
    readonly budget: number,
    readonly stages: number,
  ) {
    this.#last = lastUses(graph, placement.stageOf, stages)
  }

  moveLater(id: NodeId): boolean {
    const { graph, placement } = this
    const stage = this.#stage(id)
    if (graph.isInput[id] === true || graph.isConstant[id] === true || stage + 1 >= this.stages) return false
    if ((graph.users[id] ?? []).some((user) => this.#stage(user) <= stage)) return false
    let bits = -this.#width(id)
    for (const operand of graph.operands[id] ?? []) if (this.#lastUse(operand) <= stage) bits += this.#width(operand)
    if (bits >= 0) return false
    const arrivals = this.#arrivalsInNextStage(id, stage + 1)
    if (arrivals === null) return false
    for (const [node, arrival] of arrivals) placement.arrival[node] = arrival
    this.#place(id, stage + 1)
    return true
  }

  moveEarlier(id: NodeId): boolean {
    const { graph, placement } = this
    const stage = this.#stage(id)
    if (graph.isInput[id] === true || graph.isConstant[id] === true || stage === 0) return false
    const operands = graph.operands[id] ?? []
    if (operands.some((operand) => this.#stage(operand) >= stage)) return false
    let bits = this.#width(id)
    for (const operand of operands) {
      const kept = (graph.users[operand] ?? []).some((user) => user !== id && this.#stage(user) >= stage)
      if (this.#lastUse(operand) === stage && !kept) bits -= this.#width(operand)
    }
    if (bits >= 0) return false
    const arrival = arrivalOfOperands(graph, placement, id, stage - 1) + (graph.delays[id] ?? 0)
    if (arrival > this.budget + TOLERANCE_NS) return false
    this.#place(id, stage - 1)
    placement.arrival[id] = arrival
    // Those that stay behind it in its old stage now have it from a register.
    this.#refresh(graph.users[id] ?? [], stage)
    return true
  }

  /** New arrivals when the node joins `stage`, of itself and what follows in that stage; null when one is too late. */
  #arrivalsInNextStage(id: NodeId, stage: number): ReadonlyMap<NodeId, number> | null {
    const { graph, placement } = this
    // Its operands all lie in earlier stages.
    const fresh = new Map<NodeId, number>([[id, graph.delays[id] ?? 0]])
    if ((graph.delays[id] ?? 0) > this.budget + TOLERANCE_NS) return null
    const waiting = [id]
    for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
      const arrival = fresh.get(node) ?? 0
      for (const user of graph.users[node] ?? []) {
        if (this.#stage(user) !== stage) continue
        const later = arrival + (graph.delays[user] ?? 0)
        if (later <= (fresh.get(user) ?? placement.arrival[user] ?? 0)) continue
        if (later > this.budget + TOLERANCE_NS) return null
        fresh.set(user, later)
        waiting.push(user)
      }
    }
    return fresh
  }

  #refresh(nodes: readonly NodeId[], stage: number): void {
    const waiting = [...nodes]
    for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
      if (this.#stage(node) !== stage) continue
      const arrival = arrivalOfOperands(this.graph, this.placement, node, stage) + (this.graph.delays[node] ?? 0)
      if (arrival === this.placement.arrival[node]) continue
      this.placement.arrival[node] = arrival
      waiting.push(...(this.graph.users[node] ?? []))
    }
  }

  #place(id: NodeId, stage: number): void {
    this.placement.stageOf[id] = stage
    for (const operand of this.graph.operands[id] ?? []) {
      if (this.graph.isOutput[operand] === true) continue
      let last = this.#stage(operand)
      for (const user of this.graph.users[operand] ?? []) last = Math.max(last, this.#stage(user))
      this.#last[operand] = last
    }
  }

  #stage(id: NodeId): number {
    return this.placement.stageOf[id] ?? 0
  }

  #width(id: NodeId): number {
    return this.graph.widths[id] ?? 0
  }

  #lastUse(id: NodeId): number {
    return this.#last[id] ?? 0
  }
}
