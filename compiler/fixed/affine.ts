import type { FixedNode, NodeId } from './graph.js'
import { atomForm, constantForm, type LinearForm, linearFormOf } from './linear.js'

/**
 * A node's value as an affine form over independent base variables (affine arithmetic, Comba, Stolfi 1993; exact because
 * the operations are), from the forms of those in front of it. A node that is not linear, or has too many variables, is
 * one itself.
 */
export function affineFormOf(node: FixedNode, id: NodeId, formAt: (operand: NodeId) => LinearForm): LinearForm {
  return node.kind === 'constant' ? constantForm(node.interval) : (linearFormOf(node, formAt) ?? atomForm(id))
}
