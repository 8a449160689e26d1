import type { FixedGraph, NodeId } from '../../compiler/fixed/graph.js'
import type { Pipeline } from '../../compiler/schedule/pipeline.js'
import type { Signal } from '../../targets/rtl/signals.js'

/** That a signal holds a node's value in two's complement, `time` clock edges after its inputs stood at the ports. */
export interface Claim {
  readonly node: NodeId
  /** The clocked stage in which the signal stands; the number of stages for one behind the last registers. */
  readonly time: number
  /** In the flattened netlist: `stage3.n12`, `n12_q4`. */
  readonly signal: string
  readonly width: number
  readonly signed: boolean
}

/**
 * What the emitter says of its signals, in the order in which it can be proven: the operands of a node in front of it,
 * and a register behind what it holds. Nothing of it is believed.
 */
export function claimsOf(signals: Iterable<Signal>): readonly Claim[] {
  const claims: Claim[] = []
  for (const { id, node, name, width, signed, stage, lastStage } of signals) {
    const computed = node.kind === 'input' ? name : `stage${stage}.${name}`
    claims.push({ node: id, time: stage, signal: computed, width, signed })
    for (let time = stage + 1; time <= lastStage; time++) {
      claims.push({ node: id, time, signal: `${name}_q${time}`, width, signed })
    }
  }
  return claims
}

/** What a proof is about: every value of the graph stands where the claims say, and at the ports. */
export interface Specification {
  readonly graph: FixedGraph
  readonly claims: readonly Claim[]
  /** Clock edges from the inputs at the ports to their outputs. */
  readonly latency: number
}

/** The specification of an emitted pipeline. */
export function specificationOf(pipeline: Pipeline, signals: Iterable<Signal>): Specification {
  return { graph: pipeline.graph, claims: claimsOf(signals), latency: pipeline.stages }
}
