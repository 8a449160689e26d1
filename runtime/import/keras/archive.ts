import { modelMalformed } from '../../../lang/diagnostics/messages/import.js'
import { inMemory } from '../../data/random-access.js'
import { readZipDirectory, readZipEntry, type ZipEntry } from '../../data/zip.js'
import { refuse } from './refusal.js'

/** The parts of a `.keras` file: a zip of two JSON files and an HDF5 file. */
export interface KerasArchive {
  /** Contents of `config.json`. */
  readonly config: unknown
  /** Version of Keras that wrote it, e.g. `3.11.2`. */
  readonly version: string
  /** Bytes of `model.weights.h5`. */
  readonly weights: Uint8Array
}

/** Opens a `.keras` file. Refuses what is none, and files of Keras 2, which are HDF5 as a whole. */
export function openKerasArchive(file: string, bytes: Uint8Array): KerasArchive {
  if (isHdf5(bytes)) {
    const cure = 'load it in Keras 3 and save it as model.save("name.keras")'
    refuse(modelMalformed({ file, what: 'it is an HDF5 file, as Keras 2 writes them', cure }))
  }
  const access = inMemory(bytes)
  const directory = readZipDirectory(file, access)
  if (!directory.ok) return refuse(modelMalformed({ file, what: 'it is no zip, or is cut short' }))
  const entry = (name: string): Uint8Array => {
    const found = directory.value.find((each: ZipEntry) => each.name === name)
    if (found === undefined) return refuse(modelMalformed({ file, what: `it has no ${name}` }))
    const contents = readZipEntry(file, access, found)
    return contents.ok ? contents.value : refuse(modelMalformed({ file, what: `its ${name} is damaged` }))
  }
  const weights = entry('model.weights.h5')
  if (!isHdf5(weights)) refuse(modelMalformed({ file, what: 'its model.weights.h5 is no HDF5 file' }))
  const metadata = parseJson(file, 'metadata.json', entry('metadata.json'))
  return { config: parseJson(file, 'config.json', entry('config.json')), version: versionOf(metadata), weights }
}

/** Python writes `Infinity` and `NaN` where it means them, which JSON does not know; nothing that counts is one of them. */
function parseJson(file: string, name: string, bytes: Uint8Array): unknown {
  const text = new TextDecoder().decode(bytes)
  try {
    return JSON.parse(
      text.replace(/"(?:[^"\\]|\\.)*"|-?\bInfinity\b|\bNaN\b/g, (t) => (t.startsWith('"') ? t : 'null')),
    )
  } catch {
    return refuse(modelMalformed({ file, what: `its ${name} is no JSON` }))
  }
}

function versionOf(metadata: unknown): string {
  const version =
    typeof metadata === 'object' && metadata !== null && 'keras_version' in metadata ? metadata.keras_version : null
  return typeof version === 'string' ? version : 'unknown'
}

const HDF5 = [0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a]

function isHdf5(bytes: Uint8Array): boolean {
  return HDF5.every((byte, index) => bytes[index] === byte)
}
