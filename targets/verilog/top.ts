import type { PortInterface } from '../design.js'
import { withBits } from '../ports.js'
import type { Stage } from '../rtl/stage.js'
import { inputElements, nameAt, outputElements, registeredBehind, type TopInput } from '../rtl/top.js'
import { slice } from './expression.js'
import { declared } from './stage.js'

/**
 * The text of the top module: it unpacks the input buses, strings the stages together with a register layer behind
 * each, and packs the output buses. A port without bits does not appear.
 */
export function topModule(top: TopInput): string {
  const sections = [
    header(top),
    ...top.inputs.map((port, index) => unpack(top, port, index)),
    ...top.stages.map((stage) => stageSection(top, stage)),
    ...top.outputs.map((port, index) => pack(top, port, index)),
    'endmodule\n',
  ]
  return sections.filter((section) => section !== '').join('\n')
}

function header(top: TopInput): string {
  const bus = (direction: string, port: PortInterface): string =>
    `  ${direction} wire [${port.bits - 1}:0] ${port.name}`
  const ports = [
    '  input  wire clk',
    ...withBits(top.inputs).map((port) => bus('input ', port)),
    ...withBits(top.outputs).map((port) => bus('output', port)),
  ]
  const cycles = top.stages.length
  return [
    `// ${top.name}: a new input every clock cycle, its output ${cycles} ${cycles === 1 ? 'cycle' : 'cycles'} later.`,
    // The clock period is not said here: the same circuit for another clock is the same text, and is not made into gates again.
    '// There is no reset: what is in the pipeline when the clock starts leaves it.',
    '// Each bus holds its elements back to back, element 0 at the lowest bits; interface.json gives their types.',
    `module ${top.name} (`,
    ports.join(',\n'),
    ');',
    '',
  ].join('\n')
}

function unpack(top: TopInput, port: PortInterface, index: number): string {
  const lines = inputElements(top, port, index).flatMap(({ signal, element, bits, comment }) => [
    ...(element === null ? [] : [`  wire ${declared(element)} = ${slice(element.bits)};`]),
    `  wire ${declared(signal)} = ${slice(bits)}; // ${comment}`,
  ])
  if (lines.length === 0) return ''
  return [`  // Elements of ${port.name}`, ...lines, ''].join('\n')
}

function stageSection(top: TopInput, stage: Stage): string {
  const lines = [`  // Stage ${stage.index + 1}`]
  if (stage.outputs.length > 0) {
    for (const signal of stage.outputs) lines.push(`  wire ${declared(signal)};`)
    const connections = [
      ...stage.inputs.map((signal) => `    .${signal.name}(${nameAt(signal, stage.index)})`),
      ...stage.outputs.map((signal) => `    .${signal.name}(${signal.name})`),
    ]
    lines.push(`  ${stage.module} stage${stage.index} (`, connections.join(',\n'), '  );')
  }
  const registered = registeredBehind(top, stage)
  if (registered.length > 0) {
    for (const signal of registered) {
      lines.push(`  reg ${declared({ ...signal, name: nameAt(signal, stage.index + 1) })};`)
    }
    lines.push('  always @(posedge clk) begin')
    for (const signal of registered)
      lines.push(`    ${nameAt(signal, stage.index + 1)} <= ${nameAt(signal, stage.index)};`)
    lines.push('  end')
  }
  lines.push('')
  return lines.join('\n')
}

function pack(top: TopInput, port: PortInterface, index: number): string {
  if (port.bits === 0) return ''
  const elements = outputElements(top, port, index).map(({ bits, comment }) => `    ${slice(bits)} /* ${comment} */`)
  return `  assign ${port.name} = {\n${elements.reverse().join(',\n')}\n  };\n`
}
