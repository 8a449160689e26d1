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
  /** Copies of the register that each node reads of each of its operands, counted from 0: reader → operand → copy. */
  readonly copies: ReadonlyMap<number, ReadonlyMap<number, number>>
}

/** One entry per stage; a stage that computes nothing has no module but still costs a cycle. */
export function stagesOf(
  top: string,
  stages: number,
  signals: ReadonlyMap<number, Signal>,
  fanOut = Number.POSITIVE_INFINITY,
): readonly Stage[] {
  return Array.from({ length: stages }, (_, index) => {
    const computed = [...signals.values()].filter((signal) => signal.node.kind !== 'input' && signal.stage === index)
    const read = new Set(computed.flatMap((signal) => operandsOf(signal.node)))
    const inputs = [...signals.values()].filter(
      (signal) => read.has(signal.id) && (signal.node.kind === 'input' || signal.stage < index),
    )
    const outputs = computed.filter((signal) => signal.lastStage > index || signal.isOutput)
    // An input of the design comes from outside, so there is nothing to copy.
    const registered = new Set(inputs.filter((signal) => signal.stage < index).map((signal) => signal.id))
    const copies = copiesPerReader(computed, registered, fanOut)
    return { index, module: `${top}_stage${index}`, inputs, outputs, computed, copies }
  })
}

/** Readers in the order of their ids share a copy, `fanOut` of them each. */
function copiesPerReader(
  computed: readonly Signal[],
  registered: ReadonlySet<number>,
  fanOut: number,
): Stage['copies'] {
  const readers = new Map<number, number>()
  const copies = new Map<number, Map<number, number>>()
  for (const { id, node } of computed) {
    for (const operand of new Set(operandsOf(node))) {
      if (!registered.has(operand)) continue
      const before = readers.get(operand) ?? 0
      readers.set(operand, before + 1)
      const copy = Math.floor(before / fanOut)
      if (copy > 0) copies.set(id, (copies.get(id) ?? new Map<number, number>()).set(operand, copy))
    }
  }
  return copies
}

/** How often a signal is registered at the entrance of a stage. */
export function copiesOf(stage: Stage, signal: Signal): number {
  let copies = 1
  for (const read of stage.copies.values()) copies = Math.max(copies, (read.get(signal.id) ?? 0) + 1)
  return copies
}

/** `n12`, or `n12_c1` for its first copy. */
export function copyName(name: string, copy: number): string {
  return copy === 0 ? name : `${name}_c${copy}`
}

/** What the registers of a signal are called: the name itself, and those of its copies. */
export function copyNames(name: string, copies: number): readonly string[] {
  return Array.from({ length: copies }, (_, copy) => copyName(name, copy))
}

/** What a node of a stage is called by the node that reads it there. */
export function readName(stage: Stage, reader: number, operand: number): string {
  return copyName(`n${operand}`, stage.copies.get(reader)?.get(operand) ?? 0)
}

/** The input ports of a stage's module: one for each copy of each input. */
export function stageInputs(stage: Stage): readonly Signal[] {
  return stage.inputs.flatMap((signal) =>
    copyNames(signal.name, copiesOf(stage, signal)).map((name) => ({ ...signal, name })),
  )
}
