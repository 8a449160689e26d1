import type { FixedGraph, FixedNode, NodeId } from '../../compiler/fixed/graph.js'
import { typeOfInterval } from '../../compiler/fixed/interval.js'
import { nodeAt, nodesBehind, operandsOf } from '../../compiler/fixed/nodes.js'
import { widthOf } from '../../compiler/fixed/type.js'
import { oneLine, rangeText } from '../comments.js'
import { subscript } from '../ports.js'
import { expressionOf } from './expression.js'
import { type Flavour, heldType } from './flavour.js'
import { inType, type Operand, operandOf, sameType } from './operand.js'
import type { HlsPort } from './port.js'
import { Arrays, lookupText } from './table.js'

/**
 * The statements of the function body: every element of the inputs that is used, every node that an output needs in the
 * order of the graph, every element of the outputs. One local constant per node, of exactly the type that its interval needs.
 */
export function bodyOf(
  graph: FixedGraph,
  inputs: readonly HlsPort[],
  outputs: readonly HlsPort[],
  flavour: Flavour,
): readonly string[] {
  const used = nodesBehind(
    graph,
    graph.outputs.flatMap((port) => port.nodes),
  )
  const operand = (id: NodeId): Operand => operandOf(nodeAt(graph, id), `n${id}`, flavour)
  const lines: string[] = []
  const arrays = new Arrays(flavour)
  const textOf = (node: FixedNode, id: NodeId): string => {
    if (node.kind === 'input') return inputText(node, inputs, flavour)
    if (node.kind !== 'lookup') return expressionOf(node, operand, flavour)
    const { name, declaration } = arrays.of(id, node)
    lines.push(...declaration)
    return lookupText(name, node, operand(node.node), flavour)
  }
  let origin: string | null = null
  for (const [id, node] of graph.nodes.entries()) {
    if (!used.has(id) || node.interval.low === node.interval.high) continue
    if (node.kind !== 'input' && node.origin !== origin) {
      origin = node.origin
      lines.push('', `// ${commentText(origin) || 'no origin'}`)
    }
    const text = textOf(node, id)
    const type = flavour.typeName(heldType(typeOfInterval(node.interval), flavour))
    const range = rangeText(node.interval)
    const comment = node.kind === 'input' ? `${elementName(node, inputs)} in ${range}` : range
    lines.push(`const ${type} n${id} = ${text}; // ${comment}`)
  }
  for (const { name, type, port } of outputs) {
    lines.push('')
    for (const [element, id] of port.nodes.entries()) {
      const source = operand(id)
      const text = source.kind === 'variable' ? source.name : inType(source, type, flavour)
      lines.push(`${name}[${element}] = ${text};`)
    }
  }
  return lines[0] === '' ? lines.slice(1) : lines
}

function inputText(node: FixedNode & { readonly kind: 'input' }, inputs: readonly HlsPort[], flavour: Flavour): string {
  const place = `${inputs[node.port]?.name}[${node.element}]`
  const own = heldType(node.type, flavour)
  return sameType(own, heldType(typeOfInterval(node.interval), flavour)) ? place : `${flavour.typeName(own)}(${place})`
}

function elementName(node: FixedNode & { readonly kind: 'input' }, inputs: readonly HlsPort[]): string {
  const port = inputs[node.port]?.port
  return port === undefined ? '' : commentText(`${port.name}${subscript(port.shape, node.element)}`)
}

/** A comment with a backslash at its end would go on in the next line. */
function commentText(text: string): string {
  return oneLine(text).replaceAll('\\', '/')
}

/** No number in the body, intermediate results among them, is wider than this. */
export function widestIn(graph: FixedGraph): number {
  let widest = 1
  for (const node of graph.nodes) {
    // A product is as wide as its factors together, a sum little wider than its result or than its operands.
    const widths = [node, ...operandsOf(node).map((id) => nodeAt(graph, id))].map(({ interval }) =>
      widthOf(typeOfInterval(interval)),
    )
    widest = Math.max(
      widest,
      widths.reduce((sum, width) => sum + width, widths.length),
    )
  }
  return widest
}
