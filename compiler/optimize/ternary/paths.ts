import type { NodeId } from '../../fixed/graph.js'
import type { TimingGraph } from '../../schedule/timing.js'
import type { Fusion } from './fusions.js'

/** A fused adder on a path. */
export interface Passage {
  readonly fusion: Fusion
  /** The path comes through both adders, so that the fusion does not make it longer but for bits of carry. */
  readonly throughInner: boolean
}

const NEVER = Number.NEGATIVE_INFINITY

/**
 * The longest paths that a stage of so many levels can hold, wherever it begins: of every node and number of levels the time
 * of the slowest path that ends there, of all paths and of those through a fused adder.
 */
export class PathsByLevels {
  readonly #all: Float64Array
  readonly #fused: Float64Array
  readonly #byOuter: ReadonlyMap<NodeId, Fusion>

  constructor(
    readonly inNs: TimingGraph,
    readonly inLevels: TimingGraph,
    readonly levels: number,
    chosen: readonly Fusion[],
  ) {
    const { size } = inNs
    this.#byOuter = new Map(chosen.map((fusion) => [fusion.outer, fusion]))
    this.#all = new Float64Array(size * (levels + 1)).fill(NEVER)
    this.#fused = new Float64Array(size * (levels + 1)).fill(NEVER)
    for (let id = 0; id < size; id++) {
      for (let count = this.#levelsOf(id); count <= levels; count++) {
        const left = count - this.#levelsOf(id)
        const own = inNs.delays[id] ?? 0
        const place = this.#place(id, count)
        this.#all[place] = own + Math.max(0, this.#slowest(this.#all, id, left))
        this.#fused[place] = this.#byOuter.has(id)
          ? (this.#all[place] as number)
          : own + this.#slowest(this.#fused, id, left)
      }
    }
  }

  /** Of each node that is the first on a path to exceed `limit`, the fused adders on the slowest path through one. */
  longerThan(limit: number): readonly (readonly Passage[])[] {
    const isLate = (id: NodeId): boolean => (this.#fused[this.#place(id, this.levels)] ?? NEVER) > limit
    const paths: Passage[][] = []
    for (let id = 0; id < this.inNs.size; id++) {
      if (isLate(id) && !(this.inNs.operands[id] ?? []).some(isLate)) paths.push(this.#fusionsBehind(id))
    }
    return paths
  }

  #fusionsBehind(end: NodeId): Passage[] {
    const path: Passage[] = []
    let times = this.#fused
    let count = this.levels
    for (let at: NodeId | undefined = end; at !== undefined; ) {
      const fusion = this.#byOuter.get(at)
      // In front of it a path needs no other one.
      if (fusion !== undefined) times = this.#all
      count -= this.#levelsOf(at)
      const before: NodeId | undefined = this.#slowestOperand(times, at, count)
      if (fusion !== undefined) path.push({ fusion, throughInner: before === fusion.inner })
      at = before
    }
    return path
  }

  #slowestOperand(times: Float64Array, id: NodeId, levels: number): NodeId | undefined {
    const slowest = this.#slowest(times, id, levels)
    if (slowest <= 0) return undefined
    return (this.inNs.operands[id] ?? []).find((operand) => times[this.#place(operand, levels)] === slowest)
  }

  #slowest(times: Float64Array, id: NodeId, levels: number): number {
    let most = NEVER
    for (const operand of this.inNs.operands[id] ?? []) {
      most = Math.max(most, times[this.#place(operand, levels)] as number)
    }
    return most
  }

  #levelsOf(id: NodeId): number {
    return this.inLevels.delays[id] ?? 0
  }

  #place(id: NodeId, levels: number): number {
    return id * (this.levels + 1) + levels
  }
}
