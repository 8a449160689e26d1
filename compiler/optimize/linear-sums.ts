import { type Dyadic, scaleDyadic } from '../fixed/dyadic.js'
import type { FixedGraph, NodeId, Term } from '../fixed/graph.js'
import { operandsOf, termsOf } from '../fixed/nodes.js'
import { productBehind } from './expand.js'

/** A node that is a sum of constants times other nodes: a column of a kernel. */
export interface LinearSum {
  readonly id: NodeId
  readonly parts: readonly LinearPart[]
}

export interface LinearPart {
  readonly node: NodeId
  readonly factor: Dyadic
}

/** The graph's sums in levels: no sum depends on another one of its level. */
export interface SumLevels {
  readonly levels: readonly (readonly LinearSum[])[]
  /** All nodes; those that a level's sums need stand before its first one. */
  readonly order: readonly NodeId[]
}

/** Sums of products with constants, of three terms or more, and such products that something other than a sum reads. */
export function sumLevels(graph: FixedGraph): SumLevels {
  const sums = linearSums(graph)
  const depths = new Int32Array(graph.nodes.length)
  const levels: LinearSum[][] = []
  for (const [id, node] of graph.nodes.entries()) {
    const sum = sums.get(id)
    const before = sum === undefined ? operandsOf(node) : sum.parts.map((part) => part.node)
    const depth = before.reduce((most, operand) => Math.max(most, depths[operand] as number), 0)
    if (sum === undefined) {
      depths[id] = depth
      continue
    }
    depths[id] = depth + 1
    while (levels.length <= depth) levels.push([])
    ;(levels[depth] as LinearSum[]).push(sum)
  }
  // A node of some depth that is no sum reads nodes up to that depth; a sum only those of less.
  const rank = (id: NodeId): number => 2 * (depths[id] as number) + (sums.has(id) ? 0 : 1)
  const order = [...graph.nodes.keys()].sort((a, b) => rank(a) - rank(b) || a - b)
  return { levels, order }
}

function linearSums(graph: FixedGraph): ReadonlyMap<NodeId, LinearSum> {
  const partOf = (term: Term): LinearPart => {
    const { product, shift, negate } = productBehind(term, graph)
    if (product === null) return { node: term.node, factor: scaleDyadic(ONE, term.shift, term.negate) }
    return { node: product.node.node, factor: scaleDyadic(product.node, shift, negate) }
  }
  const sums = new Map<NodeId, LinearSum>()
  for (const [id, node] of graph.nodes.entries()) {
    const terms = termsOf(node)
    const isSum = node.kind === 'sum' || terms.some((term) => productBehind(term, graph).product !== null)
    if (isSum) sums.set(id, { id, parts: terms.map(partOf) })
  }
  for (const product of productsReadOtherwise(graph, sums)) {
    sums.set(product, { id: product, parts: [partOf({ node: product, shift: 0, negate: false })] })
  }
  return sums
}

const ONE: Dyadic = { mantissa: 1n, exponent: 0 }

/** Products that do not only go into sums, which take them as parts of their own. */
function productsReadOtherwise(graph: FixedGraph, sums: ReadonlyMap<NodeId, LinearSum>): ReadonlySet<NodeId> {
  const found = new Set<NodeId>()
  const read = (id: NodeId): void => {
    const { product } = productBehind({ node: id, shift: 0, negate: false }, graph)
    if (product !== null) found.add(product.id)
  }
  for (const port of graph.outputs) port.nodes.forEach(read)
  for (const [id, node] of graph.nodes.entries()) {
    // A scaling is read by its own readers.
    if (!sums.has(id) && node.kind !== 'scale') operandsOf(node).forEach(read)
  }
  // The operand of a product in a sum may itself be one.
  for (const { parts } of sums.values()) for (const { node } of parts) read(node)
  return found
}
