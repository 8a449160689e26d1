import type { NodeId } from '../fixed/graph.js'
import type { Pipeline } from './pipeline.js'
import { lastUses, timingGraph } from './timing.js'

/**
 * For each boundary, the nodes whose values are registered there, by rising id. Boundary b lies behind stage b; the last
 * one holds the outputs. Constants and values without bits are never registered; each value once, however often it is
 * read or put out.
 */
export function crossings(pipeline: Pipeline): readonly (readonly NodeId[])[] {
  const { graph, stageOf, stages } = pipeline
  const timing = timingGraph(
    graph,
    graph.nodes.map(() => 0),
  )
  const last = lastUses(timing, stageOf, stages)
  const boundaries: NodeId[][] = Array.from({ length: stages }, () => [])
  for (const id of graph.nodes.keys()) {
    if ((timing.widths[id] ?? 0) === 0) continue
    for (let boundary = stageOf[id] ?? 0; boundary < (last[id] ?? 0); boundary++) boundaries[boundary]?.push(id)
  }
  return boundaries
}

/** For each stage, the nodes it computes, by rising id; without inputs and constants. */
export function stageNodes(pipeline: Pipeline): readonly (readonly NodeId[])[] {
  const lists: NodeId[][] = Array.from({ length: pipeline.stages }, () => [])
  for (const [id, node] of pipeline.graph.nodes.entries()) {
    if (node.kind !== 'input' && node.kind !== 'constant') lists[pipeline.stageOf[id] ?? 0]?.push(id)
  }
  return lists
}
