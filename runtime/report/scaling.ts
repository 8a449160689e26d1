import type { TensorGraph } from '../../compiler/graph/operation.js'
import { elementCount } from '../../lang/shape.js'
import type { PortScaling, Scaling } from '../../targets/design.js'
import type { Dataset } from '../data/dataset.js'

/** What the numbers at the ports mean in physical units: the data's standardization, and the scale of the targets. */
export function portScaling(graph: TensorGraph, dataset: Dataset): PortScaling {
  const inputs: Record<string, Scaling> = {}
  for (const port of graph.inputs) {
    const data = dataset.inputs.find((each) => each.name === port.name)
    if (data !== undefined) inputs[port.name] = { mean: [...data.mean], scale: [...data.scale] }
  }
  const outputs: Record<string, Scaling> = {}
  const [port, ...others] = graph.outputs
  if (dataset.task === 'regression' && port !== undefined && others.length === 0) {
    const elements = elementCount(graph.operations[port.operation]?.shape ?? [])
    const { targetScale } = dataset
    if (targetScale.length === elements)
      outputs[port.name] = { mean: Array.from(targetScale, () => 0), scale: [...targetScale] }
  }
  return { inputs, outputs }
}
