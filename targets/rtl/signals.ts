import type { FixedNode, NodeId } from '../../compiler/fixed/graph.js'
import { typeOfInterval } from '../../compiler/fixed/interval.js'
import { nodeAt, operandsOf } from '../../compiler/fixed/nodes.js'
import { widthOf } from '../../compiler/fixed/type.js'
import { outputsAt, type Pipeline } from '../../compiler/schedule/pipeline.js'

/** A value that needs wires: it reaches an output and can take more than one value. */
export interface Signal {
  readonly id: NodeId
  readonly node: FixedNode
  readonly name: string
  readonly width: number
  readonly signed: boolean
  /** Where it is computed; an input stands at the entrance of stage 0. */
  readonly stage: number
  /** Whether an output port shows it. */
  readonly isOutput: boolean
  /**
   * The last stage that reads it; `outputsAt` when an output port does. It is registered at the entrance of every stage
   * after its own up to this one.
   */
  readonly lastStage: number
}

/** The signals of a pipeline in the order of their ids, by id. Constants and pruned values are not among them. */
export function signalsOf(pipeline: Pipeline): ReadonlyMap<NodeId, Signal> {
  const { graph } = pipeline
  const lastStage = new Map<NodeId, number>()
  const read = (id: NodeId, stage: number): void => {
    lastStage.set(id, Math.max(stage, lastStage.get(id) ?? 0))
  }
  for (const port of graph.outputs) for (const id of port.nodes) read(id, outputsAt(pipeline))
  for (let id = graph.nodes.length - 1; id >= 0; id--) {
    const node = nodeAt(graph, id)
    if (!lastStage.has(id) || !isVariable(node)) continue
    const stage = stageAt(pipeline, id)
    for (const operand of operandsOf(node)) read(operand, stage)
  }
  const shown = new Set(graph.outputs.flatMap((port) => port.nodes))
  const signals = new Map<NodeId, Signal>()
  for (let id = 0; id < graph.nodes.length; id++) {
    const node = nodeAt(graph, id)
    const last = lastStage.get(id)
    if (last === undefined || !isVariable(node)) continue
    const type = typeOfInterval(node.interval)
    signals.set(id, {
      id,
      node,
      name: `n${id}`,
      width: widthOf(type),
      signed: type.k === 1,
      stage: node.kind === 'input' ? 0 : stageAt(pipeline, id),
      isOutput: shown.has(id),
      lastStage: last,
    })
  }
  return signals
}

function isVariable(node: FixedNode): boolean {
  return node.interval.low !== node.interval.high
}

function stageAt(pipeline: Pipeline, id: NodeId): number {
  const stage = pipeline.stageOf[id]
  if (stage === undefined) throw new Error(`node ${id} has no stage`)
  return stage
}
