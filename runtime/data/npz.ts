import type { Result } from '../../lang/diagnostics/diagnostic.js'
import { fileMalformed } from '../../lang/diagnostics/messages/data.js'
import { type ArraySource, openArrays } from './arrays.js'
import { type NpyHeader, npyHeaderLength, readNpyHeader, readNpyValues } from './npy.js'
import type { RandomAccess } from './random-access.js'
import type { TableReader } from './table.js'
import { readZipDirectory, readZipEntry, readZipEntryStart, type ZipEntry } from './zip.js'

/** Long enough for the header of any array that NumPy writes in practice. */
const HEADER_START = 512

/**
 * Opens a zip of NumPy arrays. Only directory and headers are read until arrays are wanted. Arrays of a kind that hgq
 * does not read are left out of the list unless there is no other.
 */
export function openNpz(file: string, bytes: RandomAccess): Result<TableReader> {
  const directory = readZipDirectory(file, bytes)
  if (!directory.ok) return directory
  const arrays: ArraySource[] = []
  for (const entry of directory.value) {
    if (!entry.name.endsWith('.npy')) continue
    const name = entry.name.slice(0, -'.npy'.length)
    const header = entryHeader(file, name, bytes, entry)
    arrays.push({
      name,
      shape: header.ok ? header.value.shape : [0],
      load: () => {
        if (!header.ok) return header
        const contents = readZipEntry(file, bytes, entry)
        return contents.ok ? readNpyValues(arrayName(file, name), header.value, contents.value) : contents
      },
    })
  }
  if (arrays.length === 0) {
    return { ok: false, error: fileMalformed({ file, format: 'npz', what: 'it holds no array (no .npy inside)' }) }
  }
  return { ok: true, value: openArrays(file, arrays) }
}

function entryHeader(file: string, name: string, bytes: RandomAccess, entry: ZipEntry): Result<NpyHeader> {
  const start = readZipEntryStart(file, bytes, entry, HEADER_START)
  if (!start.ok) return start
  const length = npyHeaderLength(start.value)
  if (length === undefined || length <= start.value.length) return readNpyHeader(arrayName(file, name), start.value)
  const longer = readZipEntryStart(file, bytes, entry, length)
  return longer.ok ? readNpyHeader(arrayName(file, name), longer.value) : longer
}

function arrayName(file: string, name: string): string {
  return `${file}, array '${name}',`
}

/** Opens NumPy arrays, one file each. */
export function openNpy(files: readonly { name: string; file: string; bytes: RandomAccess }[]): Result<TableReader> {
  const arrays: ArraySource[] = []
  for (const { name, file, bytes } of files) {
    const length = npyHeaderLength(bytes.read(0, 12)) ?? 12
    const header = readNpyHeader(file, bytes.read(0, length))
    if (!header.ok) return header
    arrays.push({
      name,
      shape: header.value.shape,
      load: () => readNpyValues(file, header.value, bytes.read(0, bytes.size)),
    })
  }
  return { ok: true, value: openArrays(files.map(({ file }) => file).join(', '), arrays) }
}
