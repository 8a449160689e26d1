import type { FixedGraph, FixedPort } from '../../compiler/fixed/graph.js'
import { nodeAt } from '../../compiler/fixed/nodes.js'
import { latencyCycles, outputsAt, type RegisterOptions } from '../../compiler/schedule/pipeline.js'
import { rangeText } from '../comments.js'
import { type Control, controlPorts } from '../control.js'
import type { PortInterface } from '../design.js'
import { subscript, withBits } from '../ports.js'
import { type Operand, operandOf, type Slice } from './operand.js'
import type { Signal } from './signals.js'
import { copiesOf, copyName, copyNames, type Stage } from './stage.js'

/** What the text of a top module is written from. */
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

/** What is said of the module in front of it. */
export function topNotes(top: TopInput): readonly string[] {
  const { reset, clockEnable } = top.control
  const cycles = latencyCycles({ stages: top.stages.length, registers: top.registers })
  return [
    // The clock period is not said here: the same circuit for another clock is the same text, and is not made into gates again.
    `${top.name}: a new input every clock cycle, its output ${cycles} ${cycles === 1 ? 'cycle' : 'cycles'} later.`,
    reset === null
      ? 'There is no reset: what is in the pipeline when the clock starts leaves it.'
      : `${reset.port}: ${reset.kind} reset, active high; every register becomes 0.`,
    ...(clockEnable === null
      ? []
      : [`${clockEnable.port}: cycles in which it is low do not count; registers keep their values.`]),
    'Each bus holds its elements back to back, element 0 at the lowest bits; interface.json gives their types.',
  ]
}

/** A port of the top module: a bus of so many bits, or one wire. */
export interface TopPort {
  readonly name: string
  readonly direction: 'in' | 'out'
  readonly bits: number | null
}

/** The ports in their order: the clock, control, and the buses that have bits. */
export function topPorts({ control, inputs, outputs }: TopInput): readonly TopPort[] {
  const buses = (ports: readonly PortInterface[], direction: TopPort['direction']): readonly TopPort[] =>
    withBits(ports).map(({ name, bits }) => ({ name, direction, bits }))
  return [
    ...['clk', ...controlPorts(control, 'in')].map((name): TopPort => ({ name, direction: 'in', bits: null })),
    ...buses(inputs, 'in'),
    ...buses(outputs, 'out'),
  ]
}

/** A signal of an input element: some bits of the port's bus, or of the element named first. */
export interface InputElement {
  readonly signal: Signal
  /** Given where the signal has bits that the element lacks, so that the element has to be extended. */
  readonly element: {
    readonly name: string
    readonly width: number
    readonly signed: boolean
    readonly bits: Slice
  } | null
  readonly bits: Slice
  /** Which element it is, and its range. */
  readonly comment: string
}

export function inputElements(top: TopInput, port: PortInterface, index: number): readonly InputElement[] {
  const elements: InputElement[] = []
  portAt(top.graph.inputs, index).nodes.forEach((id, element) => {
    const signal = top.signals.get(id)
    const placed = port.elements[element]
    if (signal === undefined || placed === undefined) return
    const comment = `${port.name}${subscript(port.shape, element)} in ${rangeText(signal.node.interval)}`
    const bus: Operand = { kind: 'signal', name: port.name, width: port.bits, signed: false, fraction: 0 }
    const from = placed.f - signal.node.interval.fraction
    if (from >= 0 && from + signal.width <= placed.width) {
      const bits: Slice = { operand: bus, from: placed.offset + from, width: signal.width }
      elements.push({ signal, element: null, bits, comment })
      return
    }
    const named = { name: `${signal.name}_element`, width: placed.width, signed: placed.k === 1 }
    elements.push({
      signal,
      element: { ...named, bits: { operand: bus, from: placed.offset, width: placed.width } },
      bits: { operand: { kind: 'signal', ...named, fraction: 0 }, from, width: signal.width },
      comment,
    })
  })
  return elements
}

/** An element of an output bus, as wide as it is there. */
export interface OutputElement {
  readonly offset: number
  readonly bits: Slice
  /** Which element it is. */
  readonly comment: string
}

/** The elements that have bits, from the lowest of the bus up. */
export function outputElements(top: TopInput, port: PortInterface, index: number): readonly OutputElement[] {
  const shown = outputsAt({ stages: top.stages.length, registers: top.registers })
  return portAt(top.graph.outputs, index).nodes.flatMap((id, element) => {
    const placed = port.elements[element]
    if (placed === undefined || placed.width === 0) return []
    const signal = top.signals.get(id)
    const name = signal === undefined ? '' : nameAt(signal, shown)
    const bits: Slice = { operand: operandOf(nodeAt(top.graph, id), name), from: 0, width: placed.width }
    return [{ offset: placed.offset, bits, comment: `${port.name}${subscript(port.shape, element)}` }]
  })
}

/** A port of a stage's module, and what it is connected to in the top module. */
export function stageConnections(stage: Stage): readonly (readonly [port: string, signal: string])[] {
  return [
    ...stage.inputs.flatMap((signal) =>
      copyNames(signal.name, copiesOf(stage, signal)).map(
        (name, copy) => [name, copyName(nameAt(signal, stage.index), copy)] as const,
      ),
    ),
    ...stage.outputs.map((signal) => [signal.name, signal.name] as const),
  ]
}

/** A register and what it takes at a rising edge. */
export interface Load {
  readonly register: { readonly name: string; readonly width: number; readonly signed: boolean }
  readonly from: string
  /** One of several equal registers, which synthesis must not make one. */
  readonly keep: boolean
}

/** The registers behind a stage, layer by layer. */
export function registersBehind(top: TopInput, { index }: Stage): readonly Load[] {
  const entrance = index + 1
  const next = top.stages[entrance]
  return [...top.signals.values()]
    .filter((signal) => signal.stage < entrance && signal.lastStage >= entrance)
    .flatMap((signal) => {
      const last = nameAt(signal, entrance)
      const { width, signed } = signal
      const load = (name: string, from: string, keep: boolean): Load => ({
        register: { name, width, signed },
        from,
        keep,
      })
      const chain = layerNames(last, top.registers.layers)
      const from = [nameAt(signal, index), ...chain]
      const copies = next === undefined ? 1 : copiesOf(next, signal)
      return [
        ...chain.map((name, layer) => load(name, from[layer] ?? '', false)),
        ...copyNames(last, copies).map((name) => load(name, from.at(-1) ?? '', copies > 1)),
      ]
    })
}

/** What the registers of a row are called that stand in front of its last one. */
export function layerNames(last: string, layers: number): readonly string[] {
  return Array.from({ length: layers - 1 }, (_, layer) => `${last}_d${layer + 1}`)
}

/** What a signal is called at the entrance of a stage: `n12_q3` is n12 behind the registers in front of stage 3. */
export function nameAt(signal: Signal, stage: number): string {
  return stage <= signal.stage ? signal.name : `${signal.name}_q${stage}`
}

function portAt(ports: readonly FixedPort[], index: number): FixedPort {
  const port = ports[index]
  if (port === undefined) throw new Error(`port ${index} does not exist`)
  return port
}
