import type { FixedGraph, FixedPort } from '../../compiler/fixed/graph.js'
import { typeOfInterval } from '../../compiler/fixed/interval.js'
import { type FixedType, widthOf } from '../../compiler/fixed/type.js'
import { type Control, controlPorts, latencyWith } from '../../targets/control.js'
import type { DesignInterface, PortLayout } from '../../targets/design.js'
import type { NetlistModule } from '../tools/netlist-json.js'

/** The ports as `interface.json` states them, without what they mean in physical units. */
export interface Layout {
  readonly clock: string
  readonly control: Control
  readonly latencyCycles: number
  readonly inputs: readonly PortLayout[]
  readonly outputs: readonly PortLayout[]
}

/** What an interface states about the circuit. */
export function layoutOf({ clock, control, latencyCycles, inputs, outputs }: DesignInterface): Layout {
  const bare = ({ name, shape, bits, elements }: PortLayout): PortLayout => {
    return { name, shape, bits, elements: elements.map(({ k, i, f, offset, width }) => ({ k, i, f, offset, width })) }
  }
  return { clock: clock.port, control, latencyCycles, inputs: inputs.map(bare), outputs: outputs.map(bare) }
}

/**
 * What is wrong about the stated ports, null when nothing is: the module has them with these widths, elements lie back to
 * back and have the types of their values. `latency` is that of the pipeline, without what a handshake adds.
 */
export function layoutProblem(
  layout: Layout,
  graph: FixedGraph,
  latency: number,
  module: NetlistModule,
): string | null {
  const { handshake } = layout.control
  const cycles = latencyWith(handshake?.kind ?? 'none', latency)
  if (layout.latencyCycles !== cycles) return `a latency of ${layout.latencyCycles} cycles is stated, not ${cycles}`
  if (handshake !== null && handshake.core.latencyCycles !== latency)
    return `a core of ${handshake.core.latencyCycles} cycles is stated, not ${latency}`
  if (module.ports[layout.clock]?.direction !== 'input') return `the clock '${layout.clock}' is no input`
  return (
    controlProblem(layout.control, module) ??
    sideProblem('input', layout.inputs, graph.inputs, module, (id) => {
      const node = graph.nodes[id]
      return node?.kind === 'input' ? node.type : null
    }) ??
    sideProblem('output', layout.outputs, graph.outputs, module, (id) => {
      const node = graph.nodes[id]
      return node === undefined ? null : typeOfInterval(node.interval)
    })
  )
}

function controlProblem(control: Control, module: NetlistModule): string | null {
  for (const direction of ['in', 'out'] as const) {
    for (const name of controlPorts(control, direction)) {
      const port = module.ports[name]
      if (port?.direction !== `${direction}put` || port.bits.length !== 1)
        return `'${name}' is no ${direction}put of one bit`
    }
  }
  return null
}

function sideProblem(
  direction: 'input' | 'output',
  stated: readonly PortLayout[],
  ports: readonly FixedPort[],
  module: NetlistModule,
  typeOf: (id: number) => FixedType | null,
): string | null {
  if (stated.length !== ports.length) return `${stated.length} ${direction} ports are stated, not ${ports.length}`
  for (const [index, port] of stated.entries()) {
    const nodes = ports[index]?.nodes ?? []
    const found = module.ports[port.name]
    // A port without bits does not exist in Verilog.
    if (port.bits > 0 && (found?.direction !== direction || found.bits.length !== port.bits))
      return `'${port.name}' is no ${direction} of ${port.bits} bits`
    if (port.elements.length !== nodes.length)
      return `'${port.name}' is stated to have ${port.elements.length} elements`
    let offset = 0
    for (const [element, placed] of port.elements.entries()) {
      const type = typeOf(nodes[element] ?? -1)
      const right =
        type !== null &&
        placed.offset === offset &&
        placed.width === widthOf(type) &&
        (placed.width === 0 || (placed.k === type.k && placed.i === type.i && placed.f === type.f))
      if (!right) return `element ${element} of '${port.name}' is stated to be what it is not`
      offset += placed.width
    }
    if (offset !== port.bits) return `the elements of '${port.name}' have ${offset} bits, not ${port.bits}`
  }
  return null
}
