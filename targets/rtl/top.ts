import type { FixedGraph, FixedPort } from '../../compiler/fixed/graph.js'
import { nodeAt } from '../../compiler/fixed/nodes.js'
import { rangeText } from '../comments.js'
import type { PortInterface } from '../design.js'
import { subscript } from '../ports.js'
import { type Operand, operandOf, type Slice } from './operand.js'
import type { Signal } from './signals.js'
import type { Stage } from './stage.js'

/** What the text of a top module is written from. */
export interface TopInput {
  readonly name: string
  readonly graph: FixedGraph
  readonly inputs: readonly PortInterface[]
  readonly outputs: readonly PortInterface[]
  readonly signals: ReadonlyMap<number, Signal>
  readonly stages: readonly Stage[]
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
  return portAt(top.graph.outputs, index).nodes.flatMap((id, element) => {
    const placed = port.elements[element]
    if (placed === undefined || placed.width === 0) return []
    const signal = top.signals.get(id)
    const name = signal === undefined ? '' : nameAt(signal, top.stages.length)
    const bits: Slice = { operand: operandOf(nodeAt(top.graph, id), name), from: 0, width: placed.width }
    return [{ offset: placed.offset, bits, comment: `${port.name}${subscript(port.shape, element)}` }]
  })
}

/** The signals that are registered behind a stage. */
export function registeredBehind(top: TopInput, stage: Stage): readonly Signal[] {
  return [...top.signals.values()].filter((signal) => signal.stage <= stage.index && signal.lastStage > stage.index)
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
