import { decodeSafetensors, encodeSafetensors, type TensorData } from '../../compiler/numeric/safetensors.js'
import type { Dataset, DatasetPart } from './dataset.js'

const FORMAT = 'hgq-dataset-1'

type PartName = keyof Dataset['parts']
const PARTS: readonly PartName[] = ['train', 'validation', 'test']

/** What is not numbers; JSON in the metadata. */
interface Header extends Pick<Dataset, 'task' | 'classes' | 'unit' | 'targetSize'> {
  readonly inputs: readonly { readonly name: string; readonly shape: readonly number[] }[]
  readonly rows: Readonly<Record<PartName, number>>
}

/** A data set as safetensors: its arrays as tensors, the rest as JSON in the metadata. The same data set gives the same bytes. */
export function encodeDataset(dataset: Dataset): Uint8Array {
  const { task, classes, unit, targetSize, targetScale, parts } = dataset
  const tensors = new Map<string, TensorData>()
  tensors.set('targetScale', { shape: [targetScale.length], values: targetScale })
  for (const { name, shape, mean, scale } of dataset.inputs) {
    tensors.set(`mean/${name}`, { shape, values: mean })
    tensors.set(`scale/${name}`, { shape, values: scale })
  }
  for (const part of PARTS) {
    const { rows, inputs, targets } = parts[part]
    for (const { name, shape } of dataset.inputs) {
      const values = inputs.get(name)
      if (values === undefined) throw new Error(`the ${part} part has no input '${name}'`)
      tensors.set(`${part}/inputs/${name}`, { shape: [rows, ...shape], values })
    }
    tensors.set(`${part}/targets`, { shape: [rows, targetSize], values: targets })
  }
  const header: Header = {
    task,
    inputs: dataset.inputs.map(({ name, shape }) => ({ name, shape })),
    classes,
    unit,
    targetSize,
    rows: { train: parts.train.rows, validation: parts.validation.rows, test: parts.test.rows },
  }
  return encodeSafetensors(tensors, { format: FORMAT, dataset: JSON.stringify(header) })
}

/**
 * The data set of these bytes, which `encodeDataset` made; anything else is a bug of the caller and throws. The numbers
 * are views of `bytes` where their alignment allows.
 */
export function decodeDataset(bytes: Uint8Array): Dataset {
  const { tensors, metadata } = decodeSafetensors(bytes)
  const { format, dataset } = metadata
  if (format !== FORMAT || dataset === undefined) throw new Error('these bytes are no data set')
  const { task, inputs, classes, unit, targetSize, rows } = JSON.parse(dataset) as Header
  const singles = (name: string): Float32Array => {
    const values = tensors.get(name)?.values
    if (values instanceof Float32Array) return values
    throw new Error(`the data set has no array '${name}'`)
  }
  const doubles = (name: string): Float64Array => {
    const values = tensors.get(name)?.values
    if (values instanceof Float64Array) return values
    throw new Error(`the data set has no array '${name}'`)
  }
  const part = (name: PartName): DatasetPart => ({
    rows: rows[name],
    inputs: new Map(inputs.map((input) => [input.name, singles(`${name}/inputs/${input.name}`)])),
    targets: singles(`${name}/targets`),
  })
  return {
    task,
    inputs: inputs.map(({ name, shape }) => ({
      name,
      shape,
      mean: doubles(`mean/${name}`),
      scale: doubles(`scale/${name}`),
    })),
    classes,
    unit,
    targetSize,
    targetScale: doubles('targetScale'),
    parts: { train: part('train'), validation: part('validation'), test: part('test') },
  }
}
