import { constants, gunzipSync } from 'node:zlib'
import type { Diagnostic, Result } from '../../lang/diagnostics/diagnostic.js'
import { fileCutShort, fileMalformed, unsupportedContent } from '../../lang/diagnostics/messages/data.js'
import { elementCount } from '../../lang/shape.js'
import { type ArraySource, openArrays } from './arrays.js'
import type { RandomAccess } from './random-access.js'
import type { ColumnData, Numbers, TableReader } from './table.js'

/** Bytes per element of each type that the format knows. */
const ELEMENT_SIZE = new Map([
  [0x08, 1],
  [0x09, 1],
  [0x0b, 2],
  [0x0c, 4],
  [0x0d, 4],
  [0x0e, 8],
])

interface IdxHeader {
  readonly type: number
  readonly shape: readonly number[]
  readonly offset: number
}

/** Opens images and labels in MNIST's format (all numbers big-endian), each plain or gzipped. */
export function openIdx(
  images: { readonly file: string; readonly bytes: RandomAccess },
  labels: { readonly file: string; readonly bytes: RandomAccess },
): Result<TableReader> {
  const arrays: ArraySource[] = []
  for (const [name, { file, bytes }] of [['images', images] as const, ['labels', labels] as const]) {
    const start = unpackedStart(file, bytes)
    if (!start.ok) return start
    const header = readHeader(file, start.value)
    if (!header.ok) return header
    arrays.push({ name, shape: header.value.shape, load: () => loadValues(file, bytes, header.value) })
  }
  return { ok: true, value: openArrays(`${images.file}, ${labels.file}`, arrays) }
}

function isGzip(bytes: RandomAccess): boolean {
  const [first, second] = bytes.read(0, 2)
  return first === 0x1f && second === 0x8b
}

/** Longest header: 4 bytes and 255 axes. */
const HEADER_SIZE = 1024

function unpackedStart(file: string, bytes: RandomAccess): Result<Uint8Array> {
  if (!isGzip(bytes)) return { ok: true, value: bytes.read(0, HEADER_SIZE) }
  try {
    // With this flush the beginning alone is unpacked without a complaint that the rest is missing.
    return { ok: true, value: gunzipSync(bytes.read(0, 4 * HEADER_SIZE), { finishFlush: constants.Z_SYNC_FLUSH }) }
  } catch {
    return { ok: false, error: damagedGzip(file) }
  }
}

function damagedGzip(file: string): Diagnostic {
  return fileMalformed({ file, format: 'gzip', what: 'it is damaged', cure: 'copy or download it again' })
}

function readHeader(file: string, start: Uint8Array): Result<IdxHeader> {
  const view = new DataView(start.buffer, start.byteOffset, start.byteLength)
  if (start.length < 4 || view.getUint16(0) !== 0) {
    const what = start.length < 4 ? 'it is too short' : 'it does not begin with two zero bytes'
    return { ok: false, error: fileMalformed({ file, format: 'idx', what }) }
  }
  const type = view.getUint8(2)
  const axes = view.getUint8(3)
  if (!ELEMENT_SIZE.has(type)) {
    return { ok: false, error: fileMalformed({ file, format: 'idx', what: `it names an unknown type (${type})` }) }
  }
  if (axes === 0) {
    const cure = 'the first axis of an idx file are its rows'
    return { ok: false, error: unsupportedContent({ place: file, what: 'has no axis', cure }) }
  }
  const offset = 4 + 4 * axes
  if (start.length < offset) return { ok: false, error: fileCutShort({ file, what: 'the header is incomplete' }) }
  const shape = Array.from({ length: axes }, (_, axis) => view.getUint32(4 + 4 * axis))
  return { ok: true, value: { type, shape, offset } }
}

function loadValues(file: string, bytes: RandomAccess, header: IdxHeader): Result<ColumnData> {
  let contents = bytes.read(0, bytes.size)
  if (isGzip(bytes)) {
    try {
      contents = gunzipSync(contents)
    } catch (error) {
      const cutShort = error instanceof Error && 'code' in error && error.code === 'Z_BUF_ERROR'
      return {
        ok: false,
        error: cutShort ? fileCutShort({ file, what: 'the gzip stream does not end' }) : damagedGzip(file),
      }
    }
  }
  const count = elementCount(header.shape)
  const needed = header.offset + count * (ELEMENT_SIZE.get(header.type) ?? 1)
  if (contents.length < needed) {
    const what = `${header.shape.join(' × ')} values take ${needed} bytes, and ${contents.length} are there`
    return { ok: false, error: fileCutShort({ file, what }) }
  }
  const view = new DataView(contents.buffer, contents.byteOffset + header.offset, needed - header.offset)
  return { ok: true, value: { kind: 'numbers', rows: header.shape[0] ?? 0, values: decode(header.type, count, view) } }
}

function decode(type: number, count: number, view: DataView): Numbers {
  switch (type) {
    case 0x09:
      return new Int8Array(view.buffer, view.byteOffset, count)
    case 0x0b:
      return fill(new Int16Array(count), (index) => view.getInt16(2 * index))
    case 0x0c:
      return fill(new Int32Array(count), (index) => view.getInt32(4 * index))
    case 0x0d:
      return fill(new Float32Array(count), (index) => view.getFloat32(4 * index))
    case 0x0e:
      return fill(new Float64Array(count), (index) => view.getFloat64(8 * index))
    default:
      return new Uint8Array(view.buffer, view.byteOffset, count)
  }
}

function fill<T extends Numbers>(target: T, value: (index: number) => number): T {
  for (let index = 0; index < target.length; index++) target[index] = value(index)
  return target
}
