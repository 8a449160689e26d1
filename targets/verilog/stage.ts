import type { FixedGraph, NodeId } from '../../compiler/fixed/graph.js'
import { nodeAt } from '../../compiler/fixed/nodes.js'
import { oneLine, rangeText } from '../comments.js'
import { expressionOf } from '../rtl/expression.js'
import { type Operand, operandOf } from '../rtl/operand.js'
import { readName, type Stage, stageInputs } from '../rtl/stage.js'
import { romsOf } from '../rtl/tables.js'
import { textOf } from './expression.js'
import { romConstants } from './table.js'

/** The text of a stage's module. */
export function stageModule(stage: Stage, stages: number, graph: FixedGraph): string {
  const ports = [
    ...stageInputs(stage).map((signal) => `  input  wire ${declared(signal)}`),
    ...stage.outputs.map((signal) => `  output wire ${declared(signal)}`),
  ]
  const lines = [
    `// Stage ${stage.index + 1} of ${stages}: combinational.`,
    ...(stage.index === 0 ? CONVENTIONS : []),
    `module ${stage.module} (`,
    ports.join(',\n'),
    ');',
  ]
  const { roms, nameOf } = romsOf(stage.computed)
  for (const rom of roms) lines.push('', ...romConstants(rom))
  const handedOn = new Set(stage.outputs.map((signal) => signal.id))
  let origin: string | null = null
  for (const signal of stage.computed) {
    if (signal.node.origin !== origin) {
      origin = signal.node.origin
      lines.push('', `  // ${oneLine(origin) || 'no origin'}`)
    }
    const operand = (id: NodeId): Operand => operandOf(nodeAt(graph, id), readName(stage, signal.id, id))
    const { value, helpers } = expressionOf(signal.node, signal.name, operand, nameOf)
    for (const helper of helpers) lines.push(`  wire ${declared(helper)} = ${textOf(helper.value)};`)
    const assignment = handedOn.has(signal.id)
      ? `assign ${signal.name} = ${textOf(value)};`
      : `wire ${declared(signal)} = ${textOf(value)};`
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
