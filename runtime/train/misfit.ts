import type { TensorGraph } from '../../compiler/graph/operation.js'
import { operationAt, outputOperation } from '../../compiler/graph/walk.js'
import type { Diagnostic } from '../../lang/diagnostics/diagnostic.js'
import { datasetDoesNotFit } from '../../lang/diagnostics/messages/train.js'
import { elementCount } from '../../lang/shape.js'
import type { Dataset } from '../data/dataset.js'
import type { LossSettings } from './loss.js'

/** What makes a training impossible before it starts. */
export function misfit(graph: TensorGraph, dataset: Dataset, loss: LossSettings): Diagnostic | undefined {
  const { train } = dataset.parts
  if (train.rows === 0)
    return datasetDoesNotFit({
      problem: 'the data set has no row in its training part',
      cure: 'give `split` a larger `train`',
    })
  for (const { name, operation } of graph.inputs) {
    const values = train.inputs.get(name)
    const shape = operationAt(graph, operation).shape
    if (values === undefined)
      return datasetDoesNotFit({
        problem: `no data feed the input '${name}'`,
        cure: `say which in the data set: \`features = { ${name} = … }\``,
      })
    if (values.length !== train.rows * elementCount(shape)) {
      return datasetDoesNotFit({
        problem: `input '${name}' takes ${elementCount(shape)} values per row; the data have ${values.length / train.rows}`,
      })
    }
  }
  return outputMisfit(dataset, loss.kind, elementCount(operationAt(graph, outputOperation(graph)).shape))
}

function outputMisfit(dataset: Dataset, loss: LossSettings['kind'], width: number): Diagnostic | undefined {
  const { train } = dataset.parts
  if (loss === 'mse' || loss === 'mae' || loss === 'huber') {
    const targets = train.targets.length / train.rows
    if (dataset.task !== 'regression')
      return datasetDoesNotFit({
        problem: `loss ${loss} needs a data set with a target, not labels`,
        cure: '`loss = cross_entropy` learns classes',
      })
    return targets === width
      ? undefined
      : datasetDoesNotFit({ problem: `the network has ${width} outputs; the data have ${targets} targets` })
  }
  if (dataset.task !== 'classification')
    return datasetDoesNotFit({
      problem: `loss ${loss} needs a data set with labels, not a target`,
      cure: '`loss = mse` learns numbers',
    })
  const classes = dataset.classes.length
  if (loss === 'binary_cross_entropy')
    return width === 1 && classes === 2
      ? undefined
      : datasetDoesNotFit({
          problem: `binary cross entropy needs one output and two classes; here are ${width} and ${classes}`,
        })
  return width === classes
    ? undefined
    : datasetDoesNotFit({ problem: `the network has ${width} outputs; the data have ${classes} classes` })
}
