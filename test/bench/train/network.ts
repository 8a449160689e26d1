import type { TensorGraph } from '../../../compiler/graph/operation.js'
import { integerAt, normalAt, randomKey } from '../../../compiler/numeric/random.js'
import type { Dataset, DatasetPart } from '../../../runtime/data/dataset.js'
import type { CheckpointTensor } from '../../../runtime/train/checkpoint.js'
import { NetworkBuilder } from '../../fixtures/networks.js'

const INPUTS = 16
const UNITS = [64, 32, 32, 5]

/**
 * 16-64-32-32-5 with a width for each weight and for each element of the activations: the authors' jet tagger, nearly.
 */
export function benchNetwork(): TensorGraph {
  const builder = new NetworkBuilder()
  let x = builder.input('x', [INPUTS])
  for (const [index, units] of UNITS.entries()) {
    const y = builder.dense(`dense[${index}]`, x, units)
    x = index === UNITS.length - 1 ? y : builder.apply('relu', [y])
  }
  builder.output('y', x)
  return builder.graph()
}

/**
 * Floating-point operations of one sample in a step: a product and a sum for every weight, in forward pass and both
 * adjoints.
 */
export const FLOP_PER_SAMPLE =
  6 * UNITS.reduce((sum, units, index) => sum + units * (index === 0 ? INPUTS : (UNITS[index - 1] ?? 0)), 0)

/** Five clouds of points: something to learn, and no file to read. */
export function benchDataset(rows: number, validation = 64): Dataset {
  const part = (count: number, name: string): DatasetPart => {
    const key = randomKey(1, name)
    const labels = randomKey(1, name, 'label')
    const targets = Float32Array.from({ length: count }, (_, row) => integerAt(labels, row, 5))
    const inputs = Float32Array.from(
      { length: count * INPUTS },
      (_, at) => normalAt(key, at) + (at % INPUTS === targets[Math.floor(at / INPUTS)] ? 1.5 : 0),
    )
    return { rows: count, inputs: new Map([['x', inputs]]), targets }
  }
  return {
    task: 'classification',
    inputs: [{ name: 'x', shape: [INPUTS], mean: new Float64Array(INPUTS), scale: new Float64Array(INPUTS).fill(1) }],
    classes: ['a', 'b', 'c', 'd', 'e'],
    unit: '',
    targetSize: 1,
    targetScale: new Float64Array(),
    parts: { train: part(rows, 'train'), validation: part(validation, 'validation'), test: part(0, 'test') },
  }
}

/** A state of the network with so many of the weights of every layer left, here and there; the others become 0. */
export function thinned(
  state: ReadonlyMap<string, CheckpointTensor>,
  share: number,
): ReadonlyMap<string, CheckpointTensor> {
  const key = randomKey(1, 'thinned')
  for (const [path, { shape, values }] of state)
    if (shape.length === 2 && path.endsWith('/parameter[0]'))
      for (const at of values.keys()) if (integerAt(key, at, 1000) >= 1000 * share) values[at] = 0
  return state
}
