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
  { name: 'F32', array: Float32Array },
  { name: 'F64', array: Float64Array },
  { name: 'I8', array: Int8Array },
  { name: 'U8', array: Uint8Array },
  { name: 'I16', array: Int16Array },
  { name: 'U16', array: Uint16Array },
  { name: 'I32', array: Int32Array },
  { name: 'U32', array: Uint32Array },
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
    .sort((a, b) => widthOf(b.type) - widthOf(a.type) || (a.name < b.name ? -1 : 1))
  const header: Record<string, unknown> = {}
  const sortedMetadata = Object.fromEntries(Object.entries(metadata).sort(([a], [b]) => (a < b ? -1 : 1)))
  if (Object.keys(sortedMetadata).length > 0) header.__metadata__ = sortedMetadata
  let end = 0
  for (const { name, tensor, type } of entries) {
    const start = end
    end += tensor.values.byteLength
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
    bytes.set(littleEndian(new Uint8Array(values.buffer, values.byteOffset, values.byteLength), widthOf(type)), at)
    at += values.byteLength
  }
  return bytes
}

type Type = (typeof TYPES)[number]

function widthOf(type: Type): number {
  return type.array.BYTES_PER_ELEMENT
}

function typeOf(name: string, { shape, values }: TensorData): Type {
  const type = TYPES.find((candidate) => values instanceof candidate.array)
  if (type === undefined) throw new Error(`tensor ${name} has a type that safetensors lacks`)
  const count = elementCount(shape)
  if (count !== values.length) throw new Error(`tensor ${name} has ${values.length} values, and shape [${shape}]`)
  if (name === '__metadata__') throw new Error('__metadata__ is no name for a tensor')
  return type
}

/**
 * Reads what `encodeSafetensors`, or any other writer of the format, wrote. Throws on bytes that are not that. The numbers are
 * views of `bytes` where alignment and byte order allow: who changes them changes `bytes`.
 */
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
  const width = widthOf(type)
  if (end - start !== count * width || end > data.length) throw new Error(`safetensors: tensor ${name} is cut off`)
  const inPlace = littleEndian(data.subarray(start, end), width)
  const own = inPlace.byteOffset % width === 0 ? inPlace : Uint8Array.from(inPlace)
  return { shape, values: new type.array(own.buffer as ArrayBuffer, own.byteOffset, count) }
}

/** Between memory order and little endian; a copy where the two differ. */
function littleEndian(bytes: Uint8Array, width: number): Uint8Array {
  if (LITTLE_ENDIAN || width === 1) return bytes
  const swapped = Uint8Array.from(bytes)
  for (let at = 0; at < swapped.length; at += width) swapped.subarray(at, at + width).reverse()
  return swapped
}
