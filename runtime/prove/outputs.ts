import { subscript } from '../../targets/ports.js'
import type { Specification } from './claims.js'
import { placesOf, whileArriving } from './control/memory.js'
import type { Layout } from './layout.js'
import type { Nets } from './netlist/nets.js'
import type { Output } from './obligation.js'

/**
 * The bits of every element that the outputs have, behind the last registers. Where outputs can wait, the ports show them later:
 * then those that are written down for them. Throws `UndefinedBit`.
 */
export function* outputsOf(specification: Specification, layout: Layout, nets: Nets): Iterable<Output> {
  const { graph, latency, shownAt } = specification
  const { clock, control } = layout
  const waits = control.handshake?.kind === 'valid_ready' ? control.handshake : null
  const written = waits === null ? null : (placesOf(nets)?.writeData ?? [])
  // Only while one arrives something has to be written; what that is has to be right always.
  const shown = (waits === null ? null : whileArriving(nets, clock, waits)) ?? nets
  let low = 0
  for (const [index, port] of layout.outputs.entries()) {
    const { nodes, shape } = graph.outputs[index] ?? { nodes: [], shape: [] }
    const all = written?.slice(low, low + port.bits) ?? nets.port(port.name) ?? []
    low += port.bits
    for (const [element, node] of nodes.entries()) {
      const placed = port.elements[element]
      if (placed === undefined || placed.width === 0) continue
      const bits = all.slice(placed.offset, placed.offset + placed.width).map((bit) => shown.resolve(bit))
      const subject = `${port.name}${subscript(shape, element)}`
      yield { subject, node, time: latency, stage: shownAt, signed: placed.k === 1, bits }
    }
  }
}
