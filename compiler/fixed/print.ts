import type { FixedGraph, FixedNode, NodeId, Term } from './graph.js'
import { typeOfInterval } from './interval.js'
import { widthOf } from './type.js'

/** The graph as readable text, one node to a line, for debugging: `v7:s5.2 = v3 - v4<<2   dense[0]`. */
export function printFixedGraph(graph: FixedGraph): string {
  const lines = [...graph.nodes.entries()].map(
    ([id, node]) =>
      `${name(id)}:${typeText(node)} = ${expression(node)}${node.origin === '' ? '' : `   ${node.origin}`}`,
  )
  const ports = graph.outputs.map(
    (port) => `${port.name}[${port.shape.join(', ')}] = ${port.nodes.map(name).join(' ')}`,
  )
  return `${[...lines, ...ports].join('\n')}\n`
}

function name(id: NodeId): string {
  return `v${id}`
}

/** `s5.2`: signed, 5 bits, 2 of them fractional. */
function typeText(node: FixedNode): string {
  const type = typeOfInterval(node.interval)
  return `${type.k === 1 ? 's' : 'u'}${widthOf(type)}.${type.f}`
}

function expression(node: FixedNode): string {
  switch (node.kind) {
    case 'input':
      return `input ${node.port}[${node.element}]`
    case 'constant':
      return `${node.interval.low}·2^${-node.interval.fraction}`
    case 'add':
      return `${termText(node.left)} + ${termText(node.right)}`
    case 'sum':
      return node.terms.map(termText).join(' + ')
    case 'scale':
      return termText(node.term)
    case 'multiply_constant':
      return `${name(node.node)} · ${node.mantissa}·2^${node.exponent}`
    case 'multiply':
      return `${name(node.left)} · ${name(node.right)}`
    case 'cast':
      return `cast ${name(node.node)} to (${node.type.k}, ${node.type.i}, ${node.type.f})`
    case 'relu':
      return `relu ${name(node.node)}`
    case 'less':
      return `${name(node.left)} < ${name(node.right)}`
    case 'select':
      return `${name(node.condition)} ? ${name(node.whenTrue)} : ${name(node.whenFalse)}`
  }
}

function termText({ node, shift, negate }: Term): string {
  return `${negate ? '-' : ''}${name(node)}${shift === 0 ? '' : shift > 0 ? `<<${shift}` : `>>${-shift}`}`
}
