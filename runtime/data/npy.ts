import type { Result } from '../../lang/diagnostics/diagnostic.js'
import { fileCutShort, fileMalformed, unsupportedContent } from '../../lang/diagnostics/messages/data.js'
import { elementCount } from '../../lang/shape.js'
import type { ColumnData, Numbers } from './table.js'

/** Header of an array in NumPy's format (NEP 1), versions 1 to 3. */
export interface NpyHeader {
  readonly type: ElementType
  /** Columns first: the leftmost index runs fastest. */
  readonly fortranOrder: boolean
  /** With the axis of the rows. */
  readonly shape: readonly number[]
  /** Where the values begin. */
  readonly offset: number
}

interface ElementType {
  /** b: bool, i, u: integers, f: floating point, S: bytes, U: characters of four bytes. */
  readonly kind: 'b' | 'i' | 'u' | 'f' | 'S' | 'U'
  /** Bytes of one element. */
  readonly size: number
  readonly bigEndian: boolean
}

const MAGIC = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59]

/** How many bytes the header takes, from the first 12 bytes; undefined when they do not begin an array. */
export function npyHeaderLength(start: Uint8Array): number | undefined {
  if (start.length < 12 || MAGIC.some((byte, index) => start[index] !== byte)) return undefined
  const view = new DataView(start.buffer, start.byteOffset, start.byteLength)
  switch (start[6]) {
    case 1:
      return 10 + view.getUint16(8, true)
    case 2:
    case 3:
      return 12 + view.getUint32(8, true)
    default:
      return undefined
  }
}

/** Reads the header; `name` is how messages call the array. */
export function readNpyHeader(name: string, bytes: Uint8Array): Result<NpyHeader> {
  const malformed = (what: string): Result<never> => ({
    ok: false,
    error: fileMalformed({ file: name, format: 'NumPy', what }),
  })
  if (bytes.length < 12) return { ok: false, error: fileCutShort({ file: name, what: 'the header is incomplete' }) }
  const length = npyHeaderLength(bytes)
  if (length === undefined) return malformed('it does not begin with the NumPy signature and a version from 1 to 3')
  if (bytes.length < length) return { ok: false, error: fileCutShort({ file: name, what: 'the header is incomplete' }) }
  const text = new TextDecoder().decode(bytes.subarray((bytes[6] ?? 1) === 1 ? 10 : 12, length))
  const descriptor = /'descr'\s*:\s*'([^']*)'/.exec(text)?.[1]
  const order = /'fortran_order'\s*:\s*(True|False)/.exec(text)?.[1]
  const shapeList = /'shape'\s*:\s*\(([\d\s,L]*)\)/.exec(text)?.[1]
  if (/'descr'\s*:\s*\[/.test(text)) return unsupported(name, 'holds records', 'save one array per field')
  if (descriptor === undefined || order === undefined || shapeList === undefined) {
    return malformed(`its header is ${JSON.stringify(text.trim().slice(0, 80))}`)
  }
  const shape = shapeList.split(',').flatMap((part) => (part.trim() === '' ? [] : [Number.parseInt(part, 10)]))
  if (shape.length === 0) return unsupported(name, 'is a single value', 'save an array with one entry per row')
  const type = elementType(descriptor)
  if (type === undefined) return unsupported(name, `has elements of type '${descriptor}'`, cureFor(descriptor))
  return { ok: true, value: { type, fortranOrder: order === 'True', shape, offset: length } }
}

function unsupported(name: string, what: string, cure: string): Result<never> {
  return { ok: false, error: unsupportedContent({ place: name, what, cure }) }
}

const SIZES: Readonly<Record<string, readonly number[]>> = { b: [1], i: [1, 2, 4, 8], u: [1, 2, 4, 8], f: [2, 4, 8] }

function elementType(descriptor: string): ElementType | undefined {
  const match = /^([<>|=])?([biufSU])(\d+)$/.exec(descriptor)
  if (match === null) return undefined
  const kind = match[2] as ElementType['kind'] // the pattern allows no other
  const count = Number(match[3])
  const sizes = SIZES[kind]
  if (sizes !== undefined && !sizes.includes(count)) return undefined
  return { kind, size: kind === 'U' ? 4 * count : count, bigEndian: match[1] === '>' }
}

function cureFor(descriptor: string): string {
  if (descriptor.includes('O'))
    return 'objects are Python pickles, which hgq never runs; save numbers: x.astype("float32")'
  if (descriptor.includes('c')) return 'save real and imaginary parts as two arrays'
  return 'save it as bool, integers of 1 to 8 bytes, or floats of 2, 4 or 8 bytes: x.astype("float32")'
}

/** Reads all values into row-major order. `bytes` is the whole file. */
export function readNpyValues(name: string, header: NpyHeader, bytes: Uint8Array): Result<ColumnData> {
  const count = elementCount(header.shape)
  const needed = count * header.type.size
  const found = bytes.length - header.offset
  if (found < needed) {
    const what = `${header.shape.join(' × ')} values take ${needed} bytes, and ${Math.max(0, found)} are there`
    return { ok: false, error: fileCutShort({ file: name, what }) }
  }
  const rows = header.shape[0] ?? 0
  const body = bytes.subarray(header.offset, header.offset + needed)
  if (header.type.kind === 'S' || header.type.kind === 'U') return { ok: true, value: readWords(header, rows, body) }
  const stored = readNumbers(header.type, count, body)
  const values = header.fortranOrder && header.shape.length > 1 ? toRowMajor(stored, header.shape) : stored
  return { ok: true, value: { kind: 'numbers', rows, values } }
}

function readNumbers(type: ElementType, count: number, body: Uint8Array): Numbers {
  // A copy of its own: aligned, and in the byte order of this machine (little-endian, like everything that runs Node).
  const raw = body.slice()
  if (type.bigEndian) reverseElements(raw, type.size)
  const { buffer } = raw
  switch (`${type.kind}${type.size}`) {
    case 'i1':
      return new Int8Array(buffer)
    case 'i2':
      return new Int16Array(buffer)
    case 'i4':
      return new Int32Array(buffer)
    case 'u2':
      return new Uint16Array(buffer)
    case 'u4':
      return new Uint32Array(buffer)
    case 'i8':
      return Float64Array.from(new BigInt64Array(buffer), Number)
    case 'u8':
      return Float64Array.from(new BigUint64Array(buffer), Number)
    case 'f2':
      return Float32Array.from(new Uint16Array(buffer), halfToNumber)
    case 'f4':
      return new Float32Array(buffer)
    case 'f8':
      return new Float64Array(buffer)
    default:
      return new Uint8Array(buffer, 0, count) // bool and u1
  }
}

function reverseElements(bytes: Uint8Array, size: number): void {
  for (let start = 0; start < bytes.length; start += size) bytes.subarray(start, start + size).reverse()
}

/** The number that 16 bits of IEEE 754 half precision stand for. */
function halfToNumber(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1
  const exponent = (bits >> 10) & 31
  const fraction = bits & 1023
  if (exponent === 31) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN
  if (exponent === 0) return (sign * fraction) / 16777216
  return (sign * (1024 + fraction) * 2 ** exponent) / 33554432
}

function toRowMajor(stored: Numbers, shape: readonly number[]): Numbers {
  const result = stored.slice()
  // Walk the result in order; `from` follows in the stored order, where axis a moves by the product of the axes before it.
  const strides: number[] = []
  for (let axis = 0, stride = 1; axis < shape.length; axis++) {
    strides.push(stride)
    stride *= shape[axis] ?? 1
  }
  const index = shape.map(() => 0)
  for (let to = 0, from = 0; to < result.length; to++) {
    result[to] = stored[from] ?? 0
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      const next = (index[axis] ?? 0) + 1
      const stride = strides[axis] ?? 0
      if (next < (shape[axis] ?? 0)) {
        index[axis] = next
        from += stride
        break
      }
      from -= (next - 1) * stride
      index[axis] = 0
    }
  }
  return result
}

function readWords(header: NpyHeader, rows: number, body: Uint8Array): ColumnData {
  const { type, shape } = header
  const perRow = rows === 0 ? 1 : elementCount(shape.slice(1))
  const index = new Map<string, number>()
  const codes = new Uint32Array(rows * perRow)
  const view = new DataView(body.buffer, body.byteOffset, body.byteLength)
  for (let row = 0; row < codes.length; row++) {
    const word = type.kind === 'U' ? characters(view, row, type) : latin(body, row, type.size)
    let code = index.get(word)
    if (code === undefined) {
      code = index.size
      index.set(word, code)
    }
    codes[row] = code
  }
  return { kind: 'words', rows, codes, words: [...index.keys()] }
}

function characters(view: DataView, row: number, type: ElementType): string {
  let word = ''
  for (let offset = row * type.size; offset < (row + 1) * type.size; offset += 4) {
    const point = view.getUint32(offset, !type.bigEndian)
    if (point !== 0) word += String.fromCodePoint(Math.min(point, 0x10ffff))
  }
  return word
}

function latin(body: Uint8Array, row: number, size: number): string {
  let word = ''
  for (const byte of body.subarray(row * size, (row + 1) * size)) if (byte !== 0) word += String.fromCharCode(byte)
  return word
}
