import type { FixedGraph, FixedPort } from '../../compiler/fixed/graph.js'
import { latencyCycles, outputsAt, type RegisterOptions } from '../../compiler/schedule/pipeline.js'
import type { Control } from '../control.js'
import type { PortInterface } from '../design.js'
import { literal, operandOf, slice } from './operand.js'
import { nodeAt, type Signal } from './signals.js'
import { copiesOf, copyName, declared, names, rangeText, type Stage } from './stage.js'

export interface TopInput {
  readonly name: string
  readonly graph: FixedGraph
  readonly inputs: readonly PortInterface[]
  readonly outputs: readonly PortInterface[]
  readonly signals: ReadonlyMap<number, Signal>
  readonly stages: readonly Stage[]
  readonly registers: RegisterOptions
  /** Of this module: no handshake. */
  readonly control: Control
}

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
    ...controlInputs(top.control).map((name) => `  input  wire ${name}`),
    ...top.inputs.filter((port) => port.bits > 0).map((port) => bus('input ', port)),
    ...top.outputs.filter((port) => port.bits > 0).map((port) => bus('output', port)),
  ]
  const cycles = latencyCycles({ stages: top.stages.length, registers: top.registers })
  return [
    `// ${top.name}: a new input every clock cycle, its output ${cycles} ${cycles === 1 ? 'cycle' : 'cycles'} later.`,
    // The clock period is not said here: the same circuit for another clock is the same text, and is not made into gates again.
    ...controlNotes(top),
    '// Each bus holds its elements back to back, element 0 at the lowest bits; interface.json gives their types.',
    `module ${top.name} (`,
    ports.join(',\n'),
    ');',
    '',
  ].join('\n')
}

function unpack(top: TopInput, port: PortInterface, index: number): string {
  const nodes = portAt(top.graph.inputs, index).nodes
  const lines: string[] = []
  nodes.forEach((id, element) => {
    const signal = top.signals.get(id)
    const placed = port.elements[element]
    if (signal === undefined || placed === undefined) return
    const bus = { kind: 'signal' as const, name: port.name, width: port.bits, signed: false, fraction: 0 }
    const from = placed.f - signal.node.interval.fraction
    let text: string
    if (from >= 0 && from + signal.width <= placed.width) {
      text = slice(bus, placed.offset + from, signal.width)
    } else {
      // The signal has bits that the element lacks, so the element is named first and then extended.
      const element = { name: `${signal.name}_port`, width: placed.width, signed: placed.k === 1 }
      lines.push(`  wire ${declared(element)} = ${slice(bus, placed.offset, placed.width)};`)
      text = slice({ ...bus, ...element }, from, signal.width)
    }
    lines.push(
      `  wire ${declared(signal)} = ${text}; // ${port.name}${subscript(port.shape, element)} in ${rangeText(signal.node.interval)}`,
    )
  })
  if (lines.length === 0) return ''
  return [`  // Elements of ${port.name}`, ...lines, ''].join('\n')
}

function stageSection(top: TopInput, stage: Stage): string {
  const lines = [`  // Stage ${stage.index + 1}`]
  if (stage.outputs.length > 0) {
    for (const signal of stage.outputs) lines.push(`  wire ${declared(signal)};`)
    const connections = [
      ...stage.inputs.flatMap((signal) =>
        names(signal, copiesOf(stage, signal)).map(
          (name, copy) => `    .${name}(${copyName(at(signal, stage.index), copy)})`,
        ),
      ),
      ...stage.outputs.map((signal) => `    .${signal.name}(${signal.name})`),
    ]
    lines.push(`  ${stage.module} stage${stage.index} (`, connections.join(',\n'), '  );')
  }
  const loads = registerLoads(top, stage.index + 1)
  for (const { register, keep } of loads) lines.push(`  ${keep ? KEEP : ''}reg ${declared(register)};`)
  lines.push(...clocked(top.control, loads), '')
  return lines.join('\n')
}

/** Without it a synthesizer would make one register of equal ones. For Vivado and Yosys, and for Quartus. */
const KEEP = '(* keep = "true", dont_merge *) '

/** A register and what it takes at a rising edge. */
interface Load {
  readonly register: Wire
  readonly from: string
  readonly keep: boolean
}

interface Wire {
  readonly name: string
  readonly width: number
  readonly signed: boolean
}

/** The registers of a boundary, which lies in front of stage `entrance`, layer by layer. */
function registerLoads(top: TopInput, entrance: number): readonly Load[] {
  const { layers } = top.registers
  const next = top.stages[entrance]
  return [...top.signals.values()]
    .filter((signal) => signal.stage < entrance && signal.lastStage >= entrance)
    .flatMap((signal) => {
      const last = at(signal, entrance)
      const load = (name: string, from: string, keep: boolean): Load => ({ register: { ...signal, name }, from, keep })
      const chain = Array.from({ length: layers - 1 }, (_, layer) => `${last}_d${layer + 1}`)
      const from = [at(signal, entrance - 1), ...chain]
      const copies = next === undefined ? 1 : copiesOf(next, signal)
      return [
        ...chain.map((name, layer) => load(name, from[layer] ?? '', false)),
        ...names({ name: last }, copies).map((name) => load(name, from.at(-1) ?? '', copies > 1)),
      ]
    })
}

/** The process that loads registers: a reset goes before the clock enable. */
function clocked({ reset, clockEnable }: Control, loads: readonly Load[]): readonly string[] {
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
          ...assign('      ', (load) => literal(0n, load.register.width)),
          `    end else ${enabled}begin`,
          ...loading('      '),
          '    end',
        ]
  return [`  always @(${edges}) begin`, ...body, '  end']
}

function controlInputs({ reset, clockEnable }: Control): readonly string[] {
  return [...(reset === null ? [] : [reset.port]), ...(clockEnable === null ? [] : [clockEnable.port])]
}

function controlNotes({ control: { reset, clockEnable } }: TopInput): readonly string[] {
  return [
    reset === null
      ? '// There is no reset: what is in the pipeline when the clock starts leaves it.'
      : `// ${reset.port}: ${reset.kind} reset, active high; every register becomes 0.`,
    ...(clockEnable === null
      ? []
      : [`// ${clockEnable.port}: cycles in which it is low do not count; registers keep their values.`]),
  ]
}

function pack(top: TopInput, port: PortInterface, index: number): string {
  if (port.bits === 0) return ''
  const nodes = portAt(top.graph.outputs, index).nodes
  const elements: string[] = []
  for (let element = nodes.length - 1; element >= 0; element--) {
    const placed = port.elements[element]
    const id = nodes[element]
    if (placed === undefined || id === undefined || placed.width === 0) continue
    const node = nodeAt(top.graph, id)
    const signal = top.signals.get(id)
    const shown = outputsAt({ stages: top.stages.length, registers: top.registers })
    const text = signal === undefined ? constantText(node, placed.width) : at(signal, shown)
    elements.push(`    ${text} /* ${port.name}${subscript(port.shape, element)} */`)
  }
  return `  assign ${port.name} = {\n${elements.join(',\n')}\n  };\n`
}

function constantText(node: TopInput['graph']['nodes'][number], width: number): string {
  const operand = operandOf(node, '')
  return operand.kind === 'constant' ? literal(operand.value, width) : slice(operand, 0, width)
}

/** What a signal is called at the entrance of a stage: `n12_q3` is n12 behind the registers in front of stage 3. */
function at(signal: Signal, stage: number): string {
  return stage <= signal.stage ? signal.name : `${signal.name}_q${stage}`
}

function portAt(ports: readonly FixedPort[], index: number): FixedPort {
  const port = ports[index]
  if (port === undefined) throw new Error(`port ${index} does not exist`)
  return port
}

/** `[2][0]` for element 100 of shape [3, 50]. */
export function subscript(shape: readonly number[], element: number): string {
  let rest = element
  let text = ''
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    const size = shape[axis] ?? 1
    text = `[${rest % size}]${text}`
    rest = Math.floor(rest / size)
  }
  return text
}
