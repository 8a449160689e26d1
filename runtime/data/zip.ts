import { crc32 } from 'node:zlib'
import { Inflate, inflateSync } from 'fflate'
import type { Result } from '../../lang/diagnostics/diagnostic.js'
import { fileCutShort, fileMalformed, unsupportedContent } from '../../lang/diagnostics/messages/data.js'
import type { RandomAccess } from './random-access.js'

/** A file inside of a zip, from the directory at the end of it. */
export interface ZipEntry {
  readonly name: string
  /** 0: stored, 8: deflated. */
  readonly method: number
  readonly checksum: number
  readonly packedSize: number
  readonly size: number
  /** Of its local header. */
  readonly offset: number
}

const END = 0x06054b50
const END_64 = 0x06064b50
const LOCATOR_64 = 0x07064b50
const CENTRAL = 0x02014b50
const LOCAL = 0x04034b50
const END_SIZE = 22
const LONGEST_COMMENT = 65535

/** Reads the directory of a zip, with the 64-bit extension. */
export function readZipDirectory(file: string, bytes: RandomAccess): Result<ZipEntry[]> {
  const start = viewOf(bytes.read(0, 4))
  const first = start.byteLength < 4 ? 0 : start.getUint32(0, true)
  if (first !== LOCAL && first !== END) {
    return { ok: false, error: fileMalformed({ file, format: 'npz', what: 'it does not begin as a zip' }) }
  }
  const tailOffset = Math.max(0, bytes.size - END_SIZE - LONGEST_COMMENT)
  const tail = viewOf(bytes.read(tailOffset, END_SIZE + LONGEST_COMMENT))
  let at = tail.byteLength - END_SIZE
  while (at >= 0 && tail.getUint32(at, true) !== END) at--
  if (at < 0) return cutShort(file, 'the directory at its end is missing')
  let count = tail.getUint16(at + 10, true)
  let size = tail.getUint32(at + 12, true)
  let offset = tail.getUint32(at + 16, true)
  const locator = viewOf(bytes.read(tailOffset + at - 20, 20))
  if (tailOffset + at >= 20 && locator.byteLength === 20 && locator.getUint32(0, true) === LOCATOR_64) {
    const end = viewOf(bytes.read(Number(locator.getBigUint64(8, true)), 56))
    if (end.byteLength < 56 || end.getUint32(0, true) !== END_64) return cutShort(file, 'its directory is damaged')
    count = Number(end.getBigUint64(32, true))
    size = Number(end.getBigUint64(40, true))
    offset = Number(end.getBigUint64(48, true))
  }
  const directory = viewOf(bytes.read(offset, size))
  const entries: ZipEntry[] = []
  for (let position = 0; entries.length < count; ) {
    if (position + 46 > directory.byteLength || directory.getUint32(position, true) !== CENTRAL) {
      return cutShort(file, 'its directory is damaged')
    }
    const entry = readEntry(directory, position)
    entries.push(entry.entry)
    position = entry.next
  }
  return { ok: true, value: entries }
}

function readEntry(view: DataView, at: number): { entry: ZipEntry; next: number } {
  const nameEnd = at + 46 + view.getUint16(at + 28, true)
  const extraEnd = Math.min(view.byteLength, nameEnd + view.getUint16(at + 30, true))
  const name = new Uint8Array(view.buffer, view.byteOffset + at + 46, Math.min(nameEnd, view.byteLength) - at - 46)
  const sizes = [view.getUint32(at + 24, true), view.getUint32(at + 20, true), view.getUint32(at + 42, true)]
  for (let extra = nameEnd; extra + 4 <= extraEnd; extra += 4 + view.getUint16(extra + 2, true)) {
    if (view.getUint16(extra, true) !== 1) continue
    // The fields that were too large for 32 bits follow one another, in this order.
    let field = extra + 4
    for (const [index, value] of sizes.entries()) {
      if (value !== 0xffffffff || field + 8 > extraEnd) continue
      sizes[index] = Number(view.getBigUint64(field, true))
      field += 8
    }
  }
  const [size = 0, packedSize = 0, offset = 0] = sizes
  return {
    entry: {
      name: new TextDecoder().decode(name),
      method: view.getUint16(at + 10, true),
      checksum: view.getUint32(at + 16, true),
      packedSize,
      size,
      offset,
    },
    next: nameEnd + view.getUint16(at + 30, true) + view.getUint16(at + 32, true),
  }
}

/** The whole contents of an entry, checked against its checksum. */
export function readZipEntry(file: string, bytes: RandomAccess, entry: ZipEntry): Result<Uint8Array> {
  const packed = packedBytes(file, bytes, entry, entry.packedSize)
  if (!packed.ok) return packed
  if (packed.value.length < entry.packedSize) return cutShort(file, `'${entry.name}' is incomplete`)
  let contents: Uint8Array
  try {
    contents = entry.method === 0 ? packed.value : inflateSync(packed.value, { out: new Uint8Array(entry.size) })
  } catch {
    return damaged(file, entry)
  }
  return contents.length === entry.size && crc32(contents) === entry.checksum
    ? { ok: true, value: contents }
    : damaged(file, entry)
}

/** The first bytes of an entry; fewer than `length` where it is shorter. Not checked. */
export function readZipEntryStart(
  file: string,
  bytes: RandomAccess,
  entry: ZipEntry,
  length: number,
): Result<Uint8Array> {
  const packed = packedBytes(file, bytes, entry, Math.min(entry.packedSize, length * 2 + 1024))
  if (!packed.ok || entry.method === 0) return packed
  const parts: Uint8Array[] = []
  try {
    const inflate = new Inflate((part) => parts.push(part))
    inflate.push(packed.value, false)
  } catch {
    return damaged(file, entry)
  }
  return { ok: true, value: new Uint8Array(Buffer.concat(parts)) }
}

function packedBytes(file: string, bytes: RandomAccess, entry: ZipEntry, length: number): Result<Uint8Array> {
  if (entry.method !== 0 && entry.method !== 8) {
    const cure = 'hgq reads what numpy.savez and numpy.savez_compressed write'
    const what = `is packed in a way (${entry.method}) that hgq does not read`
    return { ok: false, error: unsupportedContent({ place: `'${entry.name}' of ${file}`, what, cure }) }
  }
  const header = viewOf(bytes.read(entry.offset, 30))
  if (header.byteLength < 30 || header.getUint32(0, true) !== LOCAL) return damaged(file, entry)
  const offset = entry.offset + 30 + header.getUint16(26, true) + header.getUint16(28, true)
  return { ok: true, value: bytes.read(offset, length) }
}

function cutShort(file: string, what: string): Result<never> {
  return { ok: false, error: fileCutShort({ file, what }) }
}

function damaged(file: string, entry: ZipEntry): Result<never> {
  return {
    ok: false,
    error: fileMalformed({
      file,
      format: 'npz',
      what: `'${entry.name}' is damaged`,
      cure: 'copy or download it again',
    }),
  }
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}
