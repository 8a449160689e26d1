import type { FixedGraph, NodeId } from '../../compiler/fixed/graph.js'
import { latencyCycles, outputsAt, type Pipeline } from '../../compiler/schedule/pipeline.js'
import { type Signal, signalsOf } from '../../targets/rtl/signals.js'
import { copiesOf, copyNames, stagesOf } from '../../targets/rtl/stage.js'
import { layerNames, nameAt } from '../../targets/rtl/top.js'

/** That a signal holds a node's value in two's complement, `time` clock edges after its inputs stood at the ports. */
export interface Claim {
  readonly node: NodeId
  readonly time: number
  /** The clocked stage in which the signal stands; the number of stages for one behind the last registers. */
  readonly stage: number
  /** In the flattened netlist: `stage3.n12`, `n12_q4`. */
  readonly signal: string
  readonly width: number
  readonly signed: boolean
}

/** What a proof is about: every value of the graph stands where the claims say, and at the ports. */
export interface Specification {
  readonly graph: FixedGraph
  /**
   * What the emitter says of its signals, in the order in which it can be proven: the operands of a node in front of it,
   * and a register behind what it holds. Nothing of it is believed.
   */
  readonly claims: readonly Claim[]
  /** Clock edges from the inputs at the ports to their outputs, without what a handshake adds. */
  readonly latency: number
  /** The stage at whose entrance the outputs stand; the number of stages behind the last registers. */
  readonly shownAt: number
}

export interface EmittedAs {
  /** Readers of a register, above which it is duplicated; it never is when left out. */
  readonly fanOut?: number | undefined
  /** The instance of the pipeline in a module around it. */
  readonly instance?: string | undefined
}

/** The specification of an emitted pipeline. */
export function specificationOf(pipeline: Pipeline, { fanOut, instance }: EmittedAs = {}): Specification {
  const { graph, registers } = pipeline
  const signals = signalsOf(pipeline)
  const stages = stagesOf('', pipeline.stages, signals, fanOut)
  const prefix = instance === undefined ? '' : `${instance}.`
  const claims: Claim[] = []
  const claim = ({ id, width, signed }: Signal, stage: number, time: number, name: string): void => {
    claims.push({ node: id, time, stage, signal: `${prefix}${name}`, width, signed })
  }
  for (const signal of signals.values()) {
    const { name, stage, lastStage } = signal
    const computed = signal.node.kind === 'input' ? name : `stage${stage}.${name}`
    claim(signal, stage, stage * registers.layers, computed)
    for (let entrance = stage + 1; entrance <= lastStage; entrance++) {
      const last = nameAt(signal, entrance)
      const before = (entrance - 1) * registers.layers
      for (const [layer, between] of layerNames(last, registers.layers).entries()) {
        claim(signal, entrance, before + layer + 1, between)
      }
      const next = stages[entrance]
      const copies = next === undefined ? 1 : copiesOf(next, signal)
      for (const copy of copyNames(last, copies)) claim(signal, entrance, entrance * registers.layers, copy)
    }
  }
  return { graph, claims, latency: latencyCycles(pipeline), shownAt: outputsAt(pipeline) }
}
