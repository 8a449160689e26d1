import { elementCount } from '../../lang/shape.js'
import { affineFormOf } from './affine.js'
import { isPoint, isWithin, isZero } from './arithmetic.js'
import type { FixedGraph, FixedNode, NodeId } from './graph.js'
import { type Interval, typeOfInterval } from './interval.js'
import { intervalOfForm, type LinearForm, tightened } from './linear.js'
import { MOST_ENTRIES } from './lookup.js'
import { intervalOfNode } from './node-interval.js'
import { type NodeFunction, operandsOf } from './nodes.js'
import { widthOf } from './type.js'

/**
 * Throws unless the graph keeps what `FixedGraph` promises: operands precede their users, every interval holds every
 * value that the node can take (proved from the intervals of its operands and, for a sum, from its affine form), the element
 * of a port is the input that says so, conditions are 0 or 1, and values that are read have bits or are known zeros.
 */
export function checkFixedGraph(graph: FixedGraph): void {
  const forms: LinearForm[] = []
  for (const [id, node] of graph.nodes.entries()) {
    const fail = (problem: string): never => {
      throw new Error(`node ${id} (${node.kind}): ${problem}`)
    }
    for (const operand of operandsOf(node))
      if (!(operand >= 0 && operand < id)) fail(`operand ${operand} is no earlier node`)
    const { interval } = node
    if (interval.low > interval.high) fail('its interval is empty')
    if (isZero(interval) && interval.fraction !== 0) fail('the zero interval is written with fraction 0')
    if (isPoint(interval) && node.kind !== 'constant' && node.kind !== 'input') fail('is a known value but no constant')
    const form = affineFormOf(node, id, (operand) => forms[operand] ?? fail(`no operand ${operand}`))
    forms.push(form)
    if (node.kind === 'constant') {
      if (!isPoint(interval)) fail('has more than one value')
      continue
    }
    const intervalAt = (operand: NodeId): Interval => graph.nodes[operand]?.interval ?? fail(`no operand ${operand}`)
    const nodeAt = (operand: NodeId): FixedNode => graph.nodes[operand] ?? fail(`no operand ${operand}`)
    const local = intervalOfNode(node as NodeFunction, { intervalAt, nodeAt })
    const isAtom = form.coefficients.has(id)
    const known = isAtom ? local : tightened(local, form, intervalAt)
    // A sum whose atoms cancel may also stand on the grid of what is left.
    if (!isWithin(known, interval) && (isAtom || !isWithin(intervalOfForm(form, intervalAt), interval))) {
      fail(`its interval ${show(interval)} does not hold ${show(known)}`)
    }
    if (node.kind === 'lookup') {
      const { table, grid, fraction } = node
      const operand = intervalAt(node.node)
      const values = operand.high - operand.low + 1n
      if (table.entries.length > MOST_ENTRIES) fail(`its table has more than ${MOST_ENTRIES} entries`)
      if (BigInt(table.low) !== operand.low || BigInt(table.entries.length) !== values || grid !== operand.fraction)
        fail('its table has other entries than one for each value of its operand')
      if (fraction !== interval.fraction) fail('its results are on another grid than its interval')
    }
    if (node.kind === 'select') {
      const condition = intervalAt(node.condition)
      if (condition.low < 0n || condition.high > 1n || condition.fraction !== 0) fail('its condition is not 0 or 1')
    }
  }
  checkPorts(graph)
}

function checkPorts(graph: FixedGraph): void {
  const names = new Set<string>()
  for (const port of [...graph.inputs, ...graph.outputs]) {
    const size = elementCount(port.shape)
    if (size !== port.nodes.length)
      throw new Error(`port "${port.name}" has ${port.nodes.length} elements, not ${size}`)
    for (const node of port.nodes)
      if (graph.nodes[node] === undefined) throw new Error(`port "${port.name}": no node ${node}`)
  }
  for (const list of [graph.inputs, graph.outputs]) {
    names.clear()
    for (const { name } of list) {
      if (names.has(name)) throw new Error(`two ports are named "${name}"`)
      names.add(name)
    }
  }
  const elements = new Set<NodeId>()
  for (const [index, port] of graph.inputs.entries()) {
    for (const [element, id] of port.nodes.entries()) {
      const node = graph.nodes[id]
      if (node?.kind !== 'input' || node.port !== index || node.element !== element) {
        throw new Error(`element ${element} of input "${port.name}" is another node`)
      }
      if (widthOf(typeOfInterval(node.interval)) !== widthOf(node.type)) {
        throw new Error(`element ${element} of input "${port.name}" has an interval that is not its type`)
      }
      elements.add(id)
    }
  }
  for (const [id, node] of graph.nodes.entries()) {
    if (node.kind === 'input' && !elements.has(id)) throw new Error(`node ${id} is an input of no port`)
  }
}

function show({ low, high, fraction }: Interval): string {
  return `[${low}, ${high}]·2^${-fraction}`
}
