import type { FixedGraph } from '../../compiler/fixed/graph.js'
import type { Interval } from '../../compiler/fixed/interval.js'
import { operandsOf } from '../../compiler/fixed/nodes.js'
import { expressionOf } from './expression.js'
import { operandOf } from './operand.js'
import { nodeAt, type Signal } from './signals.js'

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

/** The text of a stage's module. */
export function stageModule(stage: Stage, stages: number, graph: FixedGraph): string {
  const ports = [
    ...stage.inputs.flatMap((signal) =>
      names(signal, copiesOf(stage, signal)).map((name) => `  input  wire ${declared({ ...signal, name })}`),
    ),
    ...stage.outputs.map((signal) => `  output wire ${declared(signal)}`),
  ]
  const lines = [
    `// Stage ${stage.index + 1} of ${stages}: combinational.`,
    ...(stage.index === 0 ? CONVENTIONS : []),
    `module ${stage.module} (`,
    ports.join(',\n'),
    ');',
  ]
  const handedOn = new Set(stage.outputs.map((signal) => signal.id))
  let origin: string | null = null
  for (const signal of stage.computed) {
    if (signal.node.origin !== origin) {
      origin = signal.node.origin
      lines.push('', `  // ${oneLine(origin) || 'no origin'}`)
    }
    const expression = expressionOf(signal.node, signal.name, (id) =>
      operandOf(nodeAt(graph, id), copyName(`n${id}`, stage.copies.get(signal.id)?.get(id) ?? 0)),
    )
    for (const helper of expression.helpers) lines.push(`  wire ${declared(helper)} = ${helper.text};`)
    const assignment = handedOn.has(signal.id)
      ? `assign ${signal.name} = ${expression.text};`
      : `wire ${declared(signal)} = ${expression.text};`
    lines.push(`  ${assignment} // ${rangeText(signal.node.interval)}`)
  }
  lines.push('', 'endmodule', '')
  return lines.join('\n')
}

/** A signal and its copies. */
export function names({ name }: { readonly name: string }, copies: number): readonly string[] {
  return Array.from({ length: copies }, (_, copy) => copyName(name, copy))
}

const CONVENTIONS = [
  '// Signal n<id> is node <id> of the fixed-point graph: an integer that stands for integer * 2^-f. The comment behind it',
  '// gives the range of the real value and the grid. Every operator gets operands of the width of its result.',
]

/** `signed [7:0] n12`. */
export function declared(signal: { readonly name: string; readonly width: number; readonly signed: boolean }): string {
  return `${signal.signed ? 'signed ' : ''}[${signal.width - 1}:0] ${signal.name}`
}

/** `[-3.5, 3.25] step 2^-2`. */
export function rangeText(interval: Interval): string {
  const real = (integer: bigint): string => decimal(integer, interval.fraction)
  return `[${real(interval.low)}, ${real(interval.high)}] step 2^${interval.fraction === 0 ? 0 : -interval.fraction}`
}

/** integer · 2^-fraction as an exact decimal number. */
function decimal(integer: bigint, fraction: number): string {
  if (fraction <= 0) return String(integer << BigInt(-fraction))
  const magnitude = integer < 0n ? -integer : integer
  const digits = (magnitude * 5n ** BigInt(fraction)).toString().padStart(fraction + 1, '0')
  const whole = digits.slice(0, -fraction)
  const rest = digits.slice(-fraction).replace(/0+$/, '')
  return `${integer < 0n ? '-' : ''}${whole}${rest === '' ? '' : `.${rest}`}`
}

/** A comment must not run on: paths are printed with everything but plain characters replaced. */
export function oneLine(text: string): string {
  return text.replace(/[^\x20-\x7e]+/g, ' ')
}
