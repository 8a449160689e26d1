import type { PortInterface } from '../design.js'
import type { Stage } from '../rtl/stage.js'
import {
  inputElements,
  type Load,
  outputElements,
  registersBehind,
  stageConnections,
  type TopInput,
  topNotes,
  topPorts,
} from '../rtl/top.js'
import { literal, slice } from './expression.js'
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
  const ports = topPorts(top).map(({ name, direction, bits }) => {
    const range = bits === null ? '' : `[${bits - 1}:0] `
    return `  ${direction === 'in' ? 'input ' : 'output'} wire ${range}${name}`
  })
  return [...topNotes(top).map((note) => `// ${note}`), `module ${top.name} (`, ports.join(',\n'), ');', ''].join('\n')
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
    const connections = stageConnections(stage).map(([port, signal]) => `    .${port}(${signal})`)
    lines.push(`  ${stage.module} stage${stage.index} (`, connections.join(',\n'), '  );')
  }
  const loads = registersBehind(top, stage)
  for (const { register, keep } of loads) lines.push(`  ${keep ? KEEP : ''}reg ${declared(register)};`)
  lines.push(...clocked(top, loads), '')
  return lines.join('\n')
}

/** Without it a synthesizer would make one register of equal ones. For Vivado and Yosys, and for Quartus. */
const KEEP = '(* keep = "true", dont_merge *) '

/** The process that loads registers: a reset goes before the clock enable. */
function clocked({ control: { reset, clockEnable } }: TopInput, loads: readonly Load[]): readonly string[] {
  if (loads.length === 0) return []
  const edges = reset?.kind === 'asynchronous' ? `posedge clk or posedge ${reset.port}` : 'posedge clk'
  const assign = (indent: string, value: (load: Load) => string): readonly string[] =>
    loads.map((load) => `${indent}${load.register.name} <= ${value(load)};`)
  const loading = (indent: string): readonly string[] => assign(indent, (load) => load.from)
  const enabled = clockEnable === null ? '' : `if (${clockEnable.port}) `
  const body =
    reset === null
      ? enabled === ''
        ? loading('    ')
        : [`    ${enabled}begin`, ...loading('      '), '    end']
      : [
          `    if (${reset.port}) begin`,
          ...assign('      ', ({ register }) => literal(0n, register.width)),
          `    end else ${enabled}begin`,
          ...loading('      '),
          '    end',
        ]
  return [`  always @(${edges}) begin`, ...body, '  end']
}

function pack(top: TopInput, port: PortInterface, index: number): string {
  if (port.bits === 0) return ''
  const elements = outputElements(top, port, index).map(({ bits, comment }) => `    ${slice(bits)} /* ${comment} */`)
  return `  assign ${port.name} = {\n${elements.reverse().join(',\n')}\n  };\n`
}
