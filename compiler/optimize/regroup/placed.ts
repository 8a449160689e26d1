import type { FixedGraph, FixedNodeOf, Term } from '../../fixed/graph.js'
import { typeOfInterval } from '../../fixed/interval.js'
import { nodeAt } from '../../fixed/nodes.js'
import { carryBits } from '../../schedule/delays.js'
import { nodeLevels } from '../../schedule/levels.js'
import { placeWithFewestRegisters } from '../../schedule/registers.js'
import { arrivals, placeEarly, registerBits, stageCount, type TimingGraph, timingGraph } from '../../schedule/timing.js'
import { REGISTER_COST } from '../cmvm/registers.js'

/** A graph whose nodes stand in stages of so many adder levels, with the fewest registers. */
export interface PlacedGraph {
  readonly graph: FixedGraph
  readonly levels: number
  readonly timing: TimingGraph
  readonly stageOf: readonly number[]
  readonly stages: number
  /** The level of adders, counted from the inputs, behind which each node is ready. */
  readonly readyAt: readonly number[]
  readonly registers: number
  /** Bits of adders, and registers by what they cost. */
  readonly price: number
}

/** Null where a node has more levels than a stage may. */
export function placed(graph: FixedGraph, levels: number): PlacedGraph | null {
  const delays = nodeLevels(graph)
  if (delays.some((delay) => delay > levels)) return null
  const timing = timingGraph(graph, delays)
  const stages = stageCount(placeEarly(timing, levels))
  const frame = { budget: levels, stages, outputsAt: stages, registersInputs: false }
  const stageOf = placeWithFewestRegisters(timing, frame)
  const arrival = arrivals(timing, stageOf)
  const readyAt = stageOf.map((stage, id) => stage * levels + (arrival[id] as number))
  const adders = graph.nodes.reduce((sum, node) => sum + (node.kind === 'add' ? adderBits(node, graph) : 0), 0)
  const registers = registerBits(timing, stageOf, stages)
  const price = adders + REGISTER_COST * registers
  return { graph, levels, timing, stageOf, stages, readyAt, registers, price }
}

/** From where the operands overlap, or the subtracted one begins, to the top of the sum; 0 for wiring. */
function adderBits({ left, right, interval }: FixedNodeOf<'add'>, graph: FixedGraph): number {
  if (carryBits([left, right], graph) === 0) return 0
  const bottom = ({ node, shift }: Term): number => shift - nodeAt(graph, node).interval.fraction
  const overlap = Math.max(bottom(left), bottom(right))
  const subtracted = left.negate ? left : right.negate ? right : null
  const { k, i } = typeOfInterval(interval)
  return Math.max(1, k + i - (subtracted === null ? overlap : Math.min(overlap, bottom(subtracted))))
}
