import type { Dataset, DatasetPart } from './dataset.js'

/**
 * A data set as bytes, the same for the same data set:
 *
 *     8 bytes   "HGQDATA1"
 *     4 bytes   length of the header, little-endian
 *     header    JSON, padded with blanks so that the numbers begin at a multiple of 8
 *     numbers   little-endian, in the order of the header's list of arrays, each padded to a multiple of 8
 *
 * The header holds task, inputs, classes, unit, targetSize and, for each array, its name, type and length.
 */
const MAGIC = 'HGQDATA1'

type PartName = keyof Dataset['parts']
const PARTS: readonly PartName[] = ['train', 'validation', 'test']

interface Header {
  readonly task: Dataset['task']
  readonly inputs: readonly { readonly name: string; readonly shape: readonly number[] }[]
  readonly classes: readonly string[]
  readonly unit: string
  readonly targetSize: number
  readonly rows: Readonly<Record<PartName, number>>
  readonly arrays: readonly { readonly name: string; readonly type: 'f4' | 'f8'; readonly length: number }[]
}

type NamedArray = readonly [name: string, values: Float32Array | Float64Array]

/** The bytes of a data set. */
export function encodeDataset(dataset: Dataset): Uint8Array {
  const arrays = namedArrays(dataset)
  const header: Header = {
    task: dataset.task,
    inputs: dataset.inputs.map(({ name, shape }) => ({ name, shape })),
    classes: dataset.classes,
    unit: dataset.unit,
    targetSize: dataset.targetSize,
    rows: {
      train: dataset.parts.train.rows,
      validation: dataset.parts.validation.rows,
      test: dataset.parts.test.rows,
    },
    arrays: arrays.map(([name, values]) => ({
      name,
      type: values instanceof Float64Array ? 'f8' : 'f4',
      length: values.length,
    })),
  }
  const text = new TextEncoder().encode(JSON.stringify(header))
  const start = padded(12 + text.length)
  const bytes = new Uint8Array(arrays.reduce((total, [, values]) => total + padded(values.byteLength), start))
  bytes.fill(0x20, 0, start)
  bytes.set(new TextEncoder().encode(MAGIC))
  new DataView(bytes.buffer).setUint32(8, start - 12, true)
  bytes.set(text, 12)
  let offset = start
  for (const [, values] of arrays) {
    bytes.set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength), offset)
    offset += padded(values.byteLength)
  }
  return bytes
}

function namedArrays(dataset: Dataset): NamedArray[] {
  const arrays: NamedArray[] = [['targetScale', dataset.targetScale]]
  for (const { name, mean, scale } of dataset.inputs) arrays.push([`mean/${name}`, mean], [`scale/${name}`, scale])
  for (const part of PARTS) {
    for (const { name } of dataset.inputs) {
      const values = dataset.parts[part].inputs.get(name)
      if (values === undefined) throw new Error(`the ${part} part has no input '${name}'`)
      arrays.push([`${part}/inputs/${name}`, values])
    }
    arrays.push([`${part}/targets`, dataset.parts[part].targets])
  }
  return arrays
}

function padded(length: number): number {
  return Math.ceil(length / 8) * 8
}

/**
 * The data set of these bytes, which `encodeDataset` made; anything else is a bug of the caller and throws. The numbers
 * are views of `bytes` where their alignment allows.
 */
export function decodeDataset(bytes: Uint8Array): Dataset {
  if (new TextDecoder().decode(bytes.subarray(0, 8)) !== MAGIC) throw new Error('these bytes are no data set')
  const aligned = bytes.byteOffset % 8 === 0 ? bytes : bytes.slice()
  const start = 12 + new DataView(aligned.buffer, aligned.byteOffset, aligned.byteLength).getUint32(8, true)
  const header = JSON.parse(new TextDecoder().decode(aligned.subarray(12, start))) as Header
  const singles = new Map<string, Float32Array>()
  const doubles = new Map<string, Float64Array>()
  let offset = aligned.byteOffset + start
  for (const { name, type, length } of header.arrays) {
    if (type === 'f8') doubles.set(name, new Float64Array(aligned.buffer, offset, length))
    else singles.set(name, new Float32Array(aligned.buffer, offset, length))
    offset += padded(length * (type === 'f8' ? 8 : 4))
  }
  const part = (name: PartName): DatasetPart => ({
    rows: header.rows[name],
    inputs: new Map(header.inputs.map((input) => [input.name, found(singles, `${name}/inputs/${input.name}`)])),
    targets: found(singles, `${name}/targets`),
  })
  return {
    task: header.task,
    inputs: header.inputs.map(({ name, shape }) => ({
      name,
      shape,
      mean: found(doubles, `mean/${name}`),
      scale: found(doubles, `scale/${name}`),
    })),
    classes: header.classes,
    unit: header.unit,
    targetSize: header.targetSize,
    targetScale: found(doubles, 'targetScale'),
    parts: { train: part('train'), validation: part('validation'), test: part('test') },
  }
}

function found<T>(arrays: ReadonlyMap<string, T>, name: string): T {
  const array = arrays.get(name)
  if (array === undefined) throw new Error(`the data set has no array '${name}'`)
  return array
}
