import type { FixedGraph, FixedPort, NodeId } from '../../fixed/graph.js'
import { typeOfInterval } from '../../fixed/interval.js'
import { mapOperands, operandsOf } from '../../fixed/nodes.js'
import { widthOf } from '../../fixed/type.js'

/**
 * Nodes in an order of short live ranges: inputs first, then what each output needs, every node right behind the last of
 * its operands; of several operands the one first whose making holds the most bits at once (Sethi, Ullman 1970, on a
 * graph). Emitted text keeps together what belongs together. Depends on the structure alone and not on the order before.
 */
export function orderByLiveRange(graph: FixedGraph): FixedGraph {
  const heights = bitsHeld(graph)
  const order: NodeId[] = []
  const placed = new Uint8Array(graph.nodes.length)
  const place = (id: NodeId): void => {
    if (placed[id] === 1) return
    placed[id] = 1
    order.push(id)
  }
  for (const port of graph.inputs) port.nodes.forEach(place)
  const visit = (root: NodeId): void => {
    const waiting = [root]
    for (let id = waiting.at(-1); id !== undefined; id = waiting.at(-1)) {
      const missing = operandsOf(graph.nodes[id] ?? unknown(id)).filter((operand) => placed[operand] !== 1)
      if (missing.length === 0) {
        place(id)
        waiting.pop()
      } else waiting.push(missing.reduce((best, next) => ((heights[next] ?? 0) > (heights[best] ?? 0) ? next : best)))
    }
  }
  for (const port of graph.outputs) port.nodes.forEach(visit)
  return reordered(graph, order)
}

/** The same graph with its nodes in another order; those that are not named vanish. */
function reordered(graph: FixedGraph, order: readonly NodeId[]): FixedGraph {
  const places = new Int32Array(graph.nodes.length)
  for (const [place, id] of order.entries()) places[id] = place
  const at = (id: NodeId): NodeId => places[id] ?? unknown(id)
  const ports = (list: readonly FixedPort[]): FixedPort[] =>
    list.map((port) => ({ ...port, nodes: port.nodes.map(at) }))
  return {
    nodes: order.map((id) => mapOperands(graph.nodes[id] ?? unknown(id), at)),
    inputs: ports(graph.inputs),
    outputs: ports(graph.outputs),
  }
}

/** An estimate of the bits that are held at once while a node is made, as if nothing were shared. */
function bitsHeld(graph: FixedGraph): readonly number[] {
  const held: number[] = []
  for (const node of graph.nodes) {
    const width = node.kind === 'constant' || node.kind === 'input' ? 0 : widthOf(typeOfInterval(node.interval))
    const operands = operandsOf(node)
      .map((id) => ({ bits: held[id] ?? 0, width: widthOf(typeOfInterval((graph.nodes[id] ?? unknown(id)).interval)) }))
      .sort((a, b) => b.bits - a.bits)
    let [most, kept] = [width, 0]
    for (const operand of operands) {
      most = Math.max(most, kept + operand.bits)
      kept += operand.width
    }
    held.push(most)
  }
  return held
}

function unknown(id: NodeId): never {
  throw new Error(`no node ${id}`)
}
