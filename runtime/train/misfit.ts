import type { TensorGraph } from '../../compiler/graph/operation.js'
import { operationAt, outputOperation } from '../../compiler/graph/walk.js'
import { entrySpan } from '../../compiler/plan/spans.js'
import type { Diagnostic } from '../../lang/diagnostics/diagnostic.js'
import { listed } from '../../lang/diagnostics/messages/data-text.js'
import { datasetDoesNotFit } from '../../lang/diagnostics/messages/train.js'
import { elementCount, formatShape } from '../../lang/shape.js'
import type { Dataset } from '../data/dataset.js'
import type { LossSettings } from './loss.js'

/** What makes a training impossible before it starts. */
export function misfit(graph: TensorGraph, dataset: Dataset, loss: LossSettings): Diagnostic | undefined {
  const { train } = dataset.parts
  if (train.rows === 0) return refused('the data set has no row in its training part', 'give `split` a larger `train`')
  for (const { name, operation } of graph.inputs) {
    const values = train.inputs.get(name)
    const { shape } = operationAt(graph, operation)
    if (values === undefined)
      return refused(`no data feed the input '${name}'`, `say which in the data set: \`features = { ${name} = … }\``)
    if (values.length !== train.rows * elementCount(shape)) {
      return refused(
        `input '${name}' takes ${elementCount(shape)} values per row; the data have ${values.length / train.rows}`,
        `choose others with \`features\`, or give the network another input than ${name}${formatShape(shape)}`,
      )
    }
  }
  return outputMisfit(dataset, loss.kind, elementCount(operationAt(graph, outputOperation(graph)).shape))
}

/** The message that the data set of a training, or of a network from a file, is not for its network. */
export function refused(problem: string, cure: string): Diagnostic {
  return datasetDoesNotFit({ problem, cure, span: entrySpan('dataset') })
}

function outputMisfit(dataset: Dataset, loss: LossSettings['kind'], width: number): Diagnostic | undefined {
  const { train } = dataset.parts
  if (loss === 'mse' || loss === 'mae' || loss === 'huber') {
    const targets = train.targets.length / train.rows
    if (dataset.task !== 'regression')
      return refused(`loss ${loss} needs a data set with a target, not labels`, '`loss = cross_entropy` learns classes')
    return targets === width
      ? undefined
      : refused(
          `the network has ${width} outputs; the data have ${targets} targets`,
          'one output stands for one target: change the last layer of the network, or `target` of the data set',
        )
  }
  if (dataset.task !== 'classification')
    return refused(`loss ${loss} needs a data set with labels, not a target`, '`loss = mse` learns numbers')
  const classes = dataset.classes.length
  if (loss === 'binary_cross_entropy')
    return width === 1 && classes === 2
      ? undefined
      : refused(
          `binary cross entropy needs one output and two classes; here are ${width} and ${classes}`,
          '`loss = cross_entropy` takes one output per class',
        )
  if (width === 1 && classes === 2)
    return refused(
      'the network has one output; cross entropy needs one for each of the two classes',
      `write \`loss = binary_cross_entropy\`, which takes one output for two classes, or give the network two`,
    )
  return width === classes
    ? undefined
    : refused(
        `the network has ${width === 1 ? '1 output' : `${width} outputs`}; the data have ${classes} classes`,
        `one output stands for one of ${listed(dataset.classes)}: change the last layer, or the labels of the data set`,
      )
}
