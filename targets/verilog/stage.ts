import type { FixedGraph } from '../../compiler/fixed/graph.js'
import type { Interval } from '../../compiler/fixed/interval.js'
import { operandsOf } from '../../compiler/fixed/nodes.js'
import { decimal } from '../decimal.js'
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

/** The text of a stage's module. */
export function stageModule(stage: Stage, stages: number, graph: FixedGraph): string {
  const ports = [
    ...stage.inputs.map((signal) => `  input  wire ${declared(signal)}`),
    ...stage.outputs.map((signal) => `  output wire ${declared(signal)}`),
  ]
  const lines = [
    `// Stage ${stage.index + 1} of ${stages}: combinational, between the registers of two clock edges.`,
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
    const expression = expressionOf(signal.node, signal.name, (id) => operandOf(nodeAt(graph, id), `n${id}`))
    for (const helper of expression.helpers) lines.push(`  wire ${declared(helper)} = ${helper.text};`)
    const assignment = handedOn.has(signal.id)
      ? `assign ${signal.name} = ${expression.text};`
      : `wire ${declared(signal)} = ${expression.text};`
    lines.push(`  ${assignment} // ${rangeText(signal.node.interval)}`)
  }
  lines.push('', 'endmodule', '')
  return lines.join('\n')
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

/** A comment must not run on: paths are printed with everything but plain characters replaced. */
export function oneLine(text: string): string {
  return text.replace(/[^\x20-\x7e]+/g, ' ')
}
