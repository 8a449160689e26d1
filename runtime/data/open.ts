import { join } from 'node:path'
import type { Result } from '../../lang/diagnostics/diagnostic.js'
import { fileUnreadable } from '../../lang/diagnostics/messages/data.js'
import { malformedChecksum } from '../../lang/diagnostics/messages/data-downloads.js'
import { escapePointer } from '../../lang/elaborate/origins.js'
import type { DataSource, Location } from '../../lang/program.js'
import { errorReason } from '../store/files.js'
import { openArff } from './arff.js'
import type { DataContext } from './context.js'
import { openCsv } from './csv.js'
import { download } from './download.js'
import { openIdx } from './idx.js'
import { openMuonTracker } from './muon-tracker.js'
import { openNpy, openNpz } from './npz.js'
import { openmlFile } from './openml.js'
import { inMemory, type RandomAccess } from './random-access.js'
import type { TableReader } from './table.js'

/** Opens a source of data; downloads what is not here yet. */
export async function openSource(source: DataSource, context: DataContext): Promise<Result<TableReader>> {
  switch (source.kind) {
    case 'csv': {
      const file = await openLocation(source.path, context)
      return file.ok ? openCsv(file.value.file, file.value.contents, source) : file
    }
    case 'arff': {
      const file = await openLocation(source.path, context)
      return file.ok ? openArff(file.value.file, file.value.contents) : file
    }
    case 'npz': {
      const file = await openLocation(source.path, context)
      return file.ok ? openNpz(file.value.file, file.value.bytes) : file
    }
    case 'npy': {
      const files: { name: string; file: string; bytes: RandomAccess }[] = []
      for (const [name, location] of Object.entries(source.arrays)) {
        const file = await openLocation(location, context)
        if (!file.ok) return file
        files.push({ name, ...file.value })
      }
      return openNpy(files)
    }
    case 'idx': {
      const images = await openLocation(source.images, context)
      if (!images.ok) return images
      const labels = await openLocation(source.labels, context)
      return labels.ok ? openIdx(images.value, labels.value) : labels
    }
    case 'openml': {
      const file = await openmlFile(source.id, context, context.origin?.('source'))
      return file.ok ? openArff(file.value.name, file.value.bytes) : file
    }
    case 'simulate.muon_tracker':
      return { ok: true, value: openMuonTracker(source) }
  }
}

/** Paths of the files that a source reads, relative to the pipeline file. Downloads are known by their checksum alone. */
export function dataFiles(source: DataSource): string[] {
  return [...namedFiles(source).values()]
}

/** The same by where in the source they are named, as a JSON pointer has it: `path`, `images`, `arrays/x`. */
export function namedFiles(source: DataSource): ReadonlyMap<string, string> {
  const files = new Map<string, string>()
  for (const [argument, location] of locations(source)) if (location.kind === 'file') files.set(argument, location.path)
  return files
}

function locations(source: DataSource): readonly (readonly [argument: string, location: Location])[] {
  switch (source.kind) {
    case 'csv':
    case 'arff':
    case 'npz':
      return [['path', source.path]]
    case 'npy':
      return Object.entries(source.arrays).map(([name, location]) => [`arrays/${escapePointer(name)}`, location])
    case 'idx':
      return [
        ['images', source.images],
        ['labels', source.labels],
      ]
    case 'openml':
    case 'simulate.muon_tracker':
      return []
  }
}

/** Where the download with this SHA-256 is kept. */
export function downloadPath(cacheFolder: string, sha256: string): string {
  return join(cacheFolder, 'sha256', sha256.toLowerCase())
}

interface Opened {
  readonly file: string
  readonly contents: Uint8Array
  readonly bytes: RandomAccess
}

async function openLocation(location: Location, context: DataContext): Promise<Result<Opened>> {
  const contents = await readLocation(location, context)
  const file = location.kind === 'file' ? location.path : location.url
  return contents.ok
    ? { ok: true, value: { file, contents: contents.value, bytes: inMemory(contents.value) } }
    : contents
}

async function readLocation(location: Location, context: DataContext): Promise<Result<Uint8Array>> {
  const span = context.origin?.('source')
  if (location.kind === 'file') {
    try {
      return { ok: true, value: await context.readFile(location.path) }
    } catch (error) {
      return { ok: false, error: fileUnreadable({ file: location.path, reason: errorReason(error), span }) }
    }
  }
  const { url, sha256 } = location
  if (!/^[0-9a-f]{64}$/i.test(sha256)) return { ok: false, error: malformedChecksum({ text: sha256, span }) }
  const checksum = { algorithm: 'sha256' as const, digest: sha256.toLowerCase() }
  return download({ url, checksum, destination: downloadPath(context.cacheFolder, sha256), span }, context)
}
