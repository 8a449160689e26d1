import type { TensorGraph } from '../../compiler/graph/operation.js'
import { operationAt } from '../../compiler/graph/walk.js'
import type { Diagnostic } from '../../lang/diagnostics/diagnostic.js'
import { elementCount } from '../../lang/shape.js'
import type { Dataset } from '../data/dataset.js'
import { misfit, refused } from '../train/misfit.js'

/** Why a network from a file cannot be measured with a data set; undefined where it can. */
export function importMisfit(graph: TensorGraph, dataset: Dataset): Diagnostic | undefined {
  const [output, ...others] = graph.outputs
  const shape = output === undefined ? [] : operationAt(graph, output.operation).shape
  if (output === undefined || others.length > 0 || shape.length !== 1) {
    const outputs = graph.outputs.map(({ operation }) => elementCount(operationAt(graph, operation).shape))
    return refused(
      `the network has ${graph.outputs.length} outputs of ${outputs.join(', ')} values; a data set measures one, with one axis`,
      'save a model that ends at the output that is measured',
    )
  }
  // What the model was trained with is not known; this is what its output could have been for.
  const classes = elementCount(shape) === 1 ? 'binary_cross_entropy' : 'cross_entropy'
  return misfit(graph, dataset, { kind: dataset.task === 'regression' ? 'mse' : classes })
}
