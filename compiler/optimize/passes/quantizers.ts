import { dropsLowBitsOnly } from '../../fixed/arithmetic.js'
import type { FixedGraph, NodeId } from '../../fixed/graph.js'
import type { FixedType } from '../../fixed/type.js'
import { copyNode, type Rebuilt, rebuild } from '../rebuild.js'

/**
 * Redundant quantizers: a cast of a cast becomes one where the inner one only dropped bits at the bottom, or kept every bit
 * that the outer one keeps at the top. Casts of values that fit, and rectifiers of values that are never negative, are not
 * even built.
 */
export function mergeQuantizers(graph: FixedGraph): FixedGraph {
  const nested = graph.nodes.some((node) => node.kind === 'cast' && graph.nodes[node.node]?.kind === 'cast')
  if (!nested) return graph
  return rebuild(graph, (node, _, rebuilt) =>
    node.kind === 'cast' ? castOf(rebuilt, rebuilt.newOf(node.node), node.type) : copyNode(node, rebuilt),
  )
}

function castOf(rebuilt: Rebuilt, operand: NodeId, type: FixedType): NodeId {
  const { builder } = rebuilt
  const inner = builder.nodeAt(operand)
  if (inner.kind !== 'cast') return builder.cast(operand, type)
  if (inner.type.k + inner.type.i < type.k + type.i && !dropsLowBitsOnly(builder.intervalAt(inner.node), inner.type))
    return builder.cast(operand, type)
  return castOf(rebuilt, inner.node, { ...type, f: Math.min(type.f, inner.type.f) })
}
