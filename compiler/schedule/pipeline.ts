import type { FixedGraph } from '../fixed/graph.js'

/**
 * A `FixedGraph` cut into clocked stages, a new input every cycle (II = 1). Stage s computes its nodes combinationally from
 * the registers at its entrance; every value that a later stage needs is registered at each boundary between. Inputs enter
 * stage 0 unregistered, and the outputs of the last stage are registered, unless `registers` says otherwise.
 */
export interface Pipeline {
  readonly graph: FixedGraph
  /** Stage of each node, by node id. A node's operands lie in its own or an earlier stage. */
  readonly stageOf: readonly number[]
  /** Registered inputs make one more, the first, in which nothing takes time. */
  readonly stages: number
  readonly registers: RegisterOptions
  readonly clockPeriodNs: number
  /** Of the delay model: the slowest stage, ns. */
  readonly estimatedCriticalPathNs: number
  /** Bits registered at all boundaries and at the outputs. */
  readonly registerBits: number
}

/** Where a pipeline has registers besides those between its stages. */
export interface RegisterOptions {
  readonly inputs: boolean
  readonly outputs: boolean
  /** Registers in a row at every boundary; more than one leave a tool room to move logic between them. */
  readonly layers: number
}

export const DEFAULT_REGISTERS: RegisterOptions = { inputs: false, outputs: true, layers: 1 }

/** The boundary up to which outputs are held in registers: boundary n lies in front of stage n. */
export function outputsAt({ stages, registers }: Pick<Pipeline, 'stages' | 'registers'>): number {
  return registers.outputs ? stages : stages - 1
}

/** Clock cycles from an input to its output; 0 for a circuit without registers. */
export function latencyCycles(pipeline: Pick<Pipeline, 'stages' | 'registers'>): number {
  return outputsAt(pipeline) * pipeline.registers.layers
}
