import type { TensorGraph } from '../../compiler/graph/operation.js'
import { decodeDataset } from '../data/codec.js'
import type { Dataset, DatasetPart } from '../data/dataset.js'

/**
 * A stored data set with its inputs named as the network's. A set knows no network: features that were selected without
 * names feed the only input there is.
 */
export function boundDataset(content: Uint8Array, graph: TensorGraph): Dataset {
  const dataset = decodeDataset(content)
  const [data] = dataset.inputs
  const [port] = graph.inputs
  if (data === undefined || data.name !== '' || port === undefined) return dataset
  const bind = (part: DatasetPart): DatasetPart => {
    const values = part.inputs.get('')
    return values === undefined ? part : { ...part, inputs: new Map([[port.name, values]]) }
  }
  const { train, validation, test } = dataset.parts
  return {
    ...dataset,
    inputs: [{ ...data, name: port.name }],
    parts: { train: bind(train), validation: bind(validation), test: bind(test) },
  }
}
