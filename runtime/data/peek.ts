import { dirname, join, resolve } from 'node:path'
import type { Result } from '../../lang/diagnostics/diagnostic.js'
import type { DataHeader, DataHeaderRequest } from '../../lang/host.js'
import type { DataSource, Location } from '../../lang/program.js'
import { openArff } from './arff.js'
import { openCsv } from './csv.js'
import { openIdx } from './idx.js'
import { muonTrackerColumns } from './muon-tracker.js'
import { openNpy, openNpz } from './npz.js'
import { downloadPath } from './open.js'
import { openmlFolder } from './openml.js'
import { onDisk, type RandomAccess } from './random-access.js'
import type { TableReader } from './table.js'

export interface PeekOptions {
  /** Where downloads are kept; a file that is not there yet tells nothing. */
  readonly cacheFolder?: string | undefined
}

/** How much of a text file is read in search of its header. */
const TEXT_START = 1 << 20

/**
 * Names and shapes of the columns of a source, from the headers of its files alone, for `LanguageHost.peekData`.
 * Undefined when a file is absent, damaged or not downloaded yet: the build will say what is wrong, with the rows.
 */
export function peekData(request: DataHeaderRequest, options: PeekOptions = {}): DataHeader | undefined {
  // The request carries an elaborated source; the host's type leaves its fields open.
  const source = request.source as DataSource
  if (source.kind === 'simulate.muon_tracker') return { columns: muonTrackerColumns }
  const find = (location: Location): string | undefined => pathOf(location, request.pipeline, options)
  const reader = openHeader(source, find, options)
  return reader?.ok === true ? { columns: reader.value.columns } : undefined
}

type Opened = Result<TableReader> | undefined

function openHeader(
  source: Exclude<DataSource, { kind: 'simulate.muon_tracker' }>,
  find: (location: Location) => string | undefined,
  options: PeekOptions,
): Opened {
  switch (source.kind) {
    case 'csv':
      return withFiles([find(source.path)], ([file]) => openCsv('', startOf(file), source))
    case 'arff':
      return withFiles([find(source.path)], ([file]) => openArff('', startOf(file)))
    case 'openml': {
      const folder = options.cacheFolder === undefined ? undefined : openmlFolder(options.cacheFolder, source.id)
      return withFiles([folder === undefined ? undefined : join(folder, 'data.arff')], ([file]) =>
        openArff('', startOf(file)),
      )
    }
    case 'npz':
      return withFiles([find(source.path)], ([file]) => (file === undefined ? undefined : openNpz('', file)))
    case 'npy': {
      const names = Object.keys(source.arrays)
      const paths = Object.values(source.arrays).map(find)
      return withFiles(paths, (files) =>
        openNpy(files.map((bytes, index) => ({ name: names[index] ?? '', file: '', bytes }))),
      )
    }
    case 'idx':
      return withFiles([find(source.images), find(source.labels)], ([images, labels]) =>
        images === undefined || labels === undefined
          ? undefined
          : openIdx({ file: '', bytes: images }, { file: '', bytes: labels }),
      )
  }
}

function startOf(file: RandomAccess | undefined): Uint8Array {
  return file?.read(0, TEXT_START) ?? new Uint8Array(0)
}

/** Opens all files, one inside of the other, so that they are closed whatever happens. */
function withFiles(
  paths: readonly (string | undefined)[],
  use: (files: RandomAccess[]) => Opened,
  opened: RandomAccess[] = [],
): Opened {
  const [path, ...others] = paths
  if (paths.length === 0) return use(opened)
  return path === undefined ? undefined : onDisk(path, (file) => withFiles(others, use, [...opened, file]))
}

function pathOf(location: Location, pipeline: string, options: PeekOptions): string | undefined {
  if (location.kind === 'file') return resolve(dirname(pipeline), location.path)
  return options.cacheFolder === undefined ? undefined : downloadPath(options.cacheFolder, location.sha256)
}
