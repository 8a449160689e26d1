import type { FixedGraph, FixedNode, NodeId } from './graph.js'
import type { Interval } from './interval.js'
import { atomForm, constantForm, type LinearForm, linearFormOf, tightened } from './linear.js'
import { intervalOfNode, type NodeFunction } from './nodes.js'

/**
 * Every value that each node can take, by affine arithmetic (Comba, Stolfi 1993) that is exact because the operations are:
 * a sum is an affine form over independent base variables, which are the inputs and the results of what is not linear, and
 * its interval is where the form's range meets the rule of its kind. So `x - x` is 0, and an adder behind shared
 * sub-expressions is as wide as its linear map needs.
 *
 * Reads operations and the types of inputs alone, not the intervals that the graph states: an independent account of them.
 */
export function affineIntervals(graph: FixedGraph): readonly Interval[] {
  const intervals: Interval[] = []
  const intervalAt = (id: NodeId): Interval => intervals[id] ?? missing(id)
  const nodeAt = (id: NodeId): FixedNode => graph.nodes[id] ?? missing(id)
  const forms = affineForms(graph)
  for (const [id, node] of graph.nodes.entries()) {
    if (node.kind === 'constant') {
      intervals.push(node.interval)
      continue
    }
    const local = intervalOfNode(node as NodeFunction, { intervalAt, nodeAt })
    const form = forms[id] ?? missing(id)
    // A node that is its own atom has no form that says more.
    intervals.push(form.coefficients.has(id) ? local : tightened(local, form, intervalAt))
  }
  return intervals
}

/** Every node's affine form over base variables; a node that is not linear, or has too many of them, is one itself. */
export function affineForms(graph: FixedGraph): readonly LinearForm[] {
  const forms: LinearForm[] = []
  for (const [id, node] of graph.nodes.entries()) {
    forms.push(affineFormOf(node, id, (operand) => forms[operand] ?? missing(operand)))
  }
  return forms
}

/** The same of one node, from the forms of those in front of it. */
export function affineFormOf(node: FixedNode, id: NodeId, formAt: (operand: NodeId) => LinearForm): LinearForm {
  return node.kind === 'constant' ? constantForm(node.interval) : (linearFormOf(node, formAt) ?? atomForm(id))
}

function missing(id: NodeId): never {
  throw new Error(`no node ${id}`)
}
