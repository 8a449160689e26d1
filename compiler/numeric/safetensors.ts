import { elementCount } from '../../lang/shape.js'

/** Tensors that safetensors can hold here. */
export type TensorValues =
  | Float32Array
  | Float64Array
  | Int8Array
  | Uint8Array
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array

export interface TensorData {
  readonly shape: readonly number[]
  readonly values: TensorValues
}

export interface Safetensors {
  readonly tensors: ReadonlyMap<string, TensorData>
  readonly metadata: { readonly [name: string]: string }
}

const TYPES = [
  {
    name: 'F32',
    bytes: 4,
    make: (buffer: ArrayBuffer) => new Float32Array(buffer),
    is: (values: TensorValues) => values instanceof Float32Array,
  },
  {
    name: 'F64',
    bytes: 8,
    make: (buffer: ArrayBuffer) => new Float64Array(buffer),
    is: (values: TensorValues) => values instanceof Float64Array,
  },
  {
    name: 'I8',
    bytes: 1,
    make: (buffer: ArrayBuffer) => new Int8Array(buffer),
    is: (values: TensorValues) => values instanceof Int8Array,
  },
  {
    name: 'U8',
    bytes: 1,
    make: (buffer: ArrayBuffer) => new Uint8Array(buffer),
    is: (values: TensorValues) => values instanceof Uint8Array,
  },
  {
    name: 'I16',
    bytes: 2,
    make: (buffer: ArrayBuffer) => new Int16Array(buffer),
    is: (values: TensorValues) => values instanceof Int16Array,
  },
  {
    name: 'U16',
    bytes: 2,
    make: (buffer: ArrayBuffer) => new Uint16Array(buffer),
    is: (values: TensorValues) => values instanceof Uint16Array,
  },
  {
    name: 'I32',
    bytes: 4,
    make: (buffer: ArrayBuffer) => new Int32Array(buffer),
    is: (values: TensorValues) => values instanceof Int32Array,
  },
  {
    name: 'U32',
    bytes: 4,
    make: (buffer: ArrayBuffer) => new Uint32Array(buffer),
    is: (values: TensorValues) => values instanceof Uint32Array,
  },
] as const

/** The data start here or later, so that they can be read in place. */
const ALIGNMENT = 8
/** Whether typed arrays lie in memory as the format has them. */
const LITTLE_ENDIAN = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1

/**
 * Tensors in the safetensors format: 8 bytes of header length, a JSON header padded with spaces, then the numbers in little endian. The same
 * tensors give the same bytes: names are sorted, wider types first so that each tensor is aligned.
 */
export function encodeSafetensors(
  tensors: ReadonlyMap<string, TensorData>,
  metadata: { readonly [name: string]: string } = {},
): Uint8Array {
  const entries = [...tensors]
    .map(([name, tensor]) => ({ name, tensor, type: typeOf(name, tensor) }))
    .sort((a, b) => b.type.bytes - a.type.bytes || (a.name < b.name ? -1 : 1))
  const header: Record<string, unknown> = {}
  const sortedMetadata = Object.fromEntries(Object.entries(metadata).sort(([a], [b]) => (a < b ? -1 : 1)))
  if (Object.keys(sortedMetadata).length > 0) header.__metadata__ = sortedMetadata
  let end = 0
  for (const { name, tensor, type } of entries) {
    const start = end
    end += tensor.values.length * type.bytes
    header[name] = { dtype: type.name, shape: tensor.shape, data_offsets: [start, end] }
  }
  const text = new TextEncoder().encode(JSON.stringify(header))
  const headerLength = Math.ceil(text.length / ALIGNMENT) * ALIGNMENT
  const bytes = new Uint8Array(8 + headerLength + end)
  new DataView(bytes.buffer).setBigUint64(0, BigInt(headerLength), true)
  bytes.fill(0x20, 8, 8 + headerLength)
  bytes.set(text, 8)
  let at = 8 + headerLength
  for (const { tensor, type } of entries) {
    const { values } = tensor
    bytes.set(littleEndian(new Uint8Array(values.buffer, values.byteOffset, values.byteLength), type.bytes), at)
    at += values.byteLength
  }
  return bytes
}

function typeOf(name: string, { shape, values }: TensorData): (typeof TYPES)[number] {
  const type = TYPES.find((candidate) => candidate.is(values))
  if (type === undefined) throw new Error(`tensor ${name} has a type that safetensors lacks`)
  const count = elementCount(shape)
  if (count !== values.length) throw new Error(`tensor ${name} has ${values.length} values, and shape [${shape}]`)
  if (name === '__metadata__') throw new Error('__metadata__ is no name for a tensor')
  return type
}

/** Reads what `encodeSafetensors`, or any other writer of the format, wrote. Throws on bytes that are not that. */
export function decodeSafetensors(bytes: Uint8Array): Safetensors {
  if (bytes.length < 8) throw new Error('safetensors: no header')
  const headerLength = Number(new DataView(bytes.buffer, bytes.byteOffset, 8).getBigUint64(0, true))
  const start = 8 + headerLength
  if (start > bytes.length) throw new Error('safetensors: the header is cut off')
  const header: unknown = JSON.parse(new TextDecoder().decode(bytes.subarray(8, start)))
  if (typeof header !== 'object' || header === null) throw new Error('safetensors: the header is no object')
  const tensors = new Map<string, TensorData>()
  let metadata: { readonly [name: string]: string } = {}
  for (const [name, entry] of Object.entries(header)) {
    if (name === '__metadata__') metadata = entry as { readonly [name: string]: string }
    else tensors.set(name, readTensor(name, entry, bytes.subarray(start)))
  }
  return { tensors, metadata }
}

interface Entry {
  readonly dtype: string
  readonly shape: readonly number[]
  readonly data_offsets: readonly [number, number]
}

function readTensor(name: string, value: unknown, data: Uint8Array): TensorData {
  const { dtype, shape, data_offsets: offsets } = value as Entry
  const type = TYPES.find((candidate) => candidate.name === dtype)
  if (type === undefined) throw new Error(`safetensors: tensor ${name} has the unknown type ${dtype}`)
  const [start, end] = offsets
  const count = elementCount(shape)
  if (end - start !== count * type.bytes || end > data.length) throw new Error(`safetensors: tensor ${name} is cut off`)
  const copy = littleEndian(data.slice(start, end), type.bytes)
  return { shape, values: type.make(copy.buffer as ArrayBuffer) }
}

/** Between memory order and little endian; a copy where the two differ. */
function littleEndian(bytes: Uint8Array, width: number): Uint8Array {
  if (LITTLE_ENDIAN || width === 1) return bytes
  const swapped = Uint8Array.from(bytes)
  for (let at = 0; at < swapped.length; at += width) swapped.subarray(at, at + width).reverse()
  return swapped
}
