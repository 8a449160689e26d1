import { operandsOf } from '../../compiler/fixed/nodes.js'
import type { Signal } from './signals.js'

/** A combinational module: what it reads from the registers at its entrance, computes, and hands on. */
export interface Stage {
  readonly index: number
  readonly module: string
  readonly inputs: readonly Signal[]
  readonly outputs: readonly Signal[]
  /** Computed here, in the order of their ids. */
  readonly computed: readonly Signal[]
}

/** One entry per stage; a stage that computes nothing has no module but still costs a cycle. */
export function stagesOf(top: string, stages: number, signals: ReadonlyMap<number, Signal>): readonly Stage[] {
  return Array.from({ length: stages }, (_, index) => {
    const computed = [...signals.values()].filter((signal) => signal.node.kind !== 'input' && signal.stage === index)
    const read = new Set(computed.flatMap((signal) => operandsOf(signal.node)))
    const inputs = [...signals.values()].filter(
      (signal) => read.has(signal.id) && (signal.node.kind === 'input' || signal.stage < index),
    )
    const outputs = computed.filter((signal) => signal.lastStage > index)
    return { index, module: `${top}_stage${index}`, inputs, outputs, computed }
  })
}
