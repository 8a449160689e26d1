import type { FixedGraph } from '../fixed/graph.js'

/**
 * A `FixedGraph` cut into clocked stages. Stage s computes its nodes combinationally from the registers at its entrance;
 * every value that a later stage needs is registered at each boundary between. Inputs enter stage 0 unregistered, the
 * outputs of the last stage are registered: latency is `stages` cycles, a new input every cycle (II = 1).
 */
export interface Pipeline {
  readonly graph: FixedGraph
  /** Stage of each node, by node id. A node's operands lie in its own or an earlier stage. */
  readonly stageOf: readonly number[]
  readonly stages: number
  readonly clockPeriodNs: number
  /** Of the delay model: the slowest stage, ns. */
  readonly estimatedCriticalPathNs: number
  /** Bits registered at all boundaries and at the outputs. */
  readonly registerBits: number
}
