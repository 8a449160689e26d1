import type { TensorGraph } from '../../compiler/graph/operation.js'
import { operationAt } from '../../compiler/graph/walk.js'
import { elementCount } from '../../lang/shape.js'
import type { Dataset, DatasetPart } from '../data/dataset.js'

/** A data set for the inputs of a network that has no rows: nothing is known of what is fed to it. */
export function withoutRows(graph: TensorGraph): Dataset {
  const inputs = graph.inputs.map(({ name, operation }) => {
    const { shape } = operationAt(graph, operation)
    const count = elementCount(shape)
    return { name, shape, mean: new Float64Array(count), scale: new Float64Array(count).fill(1) }
  })
  const part: DatasetPart = {
    rows: 0,
    inputs: new Map(inputs.map(({ name }) => [name, new Float32Array()])),
    targets: new Float32Array(),
  }
  return {
    task: 'classification',
    inputs,
    classes: [],
    unit: '',
    targetSize: 1,
    targetScale: new Float64Array(),
    parts: { train: part, validation: part, test: part },
  }
}
