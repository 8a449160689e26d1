import type { Dataset, Group } from 'h5wasm'
import { modelMalformed } from '../../../lang/diagnostics/messages/import.js'
import { Refusal, refuse } from './refusal.js'

/** A variable of `model.weights.h5`. */
export interface Variable {
  /** With the batch axis, where Keras has one. */
  readonly shape: readonly number[]
  readonly values: Float32Array
  /** Signs are stored as whole numbers, widths as floating-point ones: that tells them apart. */
  readonly whole: boolean
}

/** The variables below `layers/`, by the path of their group: `q_dense/iq/quantizer`. */
export interface Variables {
  /** Those of one group in the order of their numbers; empty where there is no such group. */
  of(path: string): readonly Variable[]
  /** Group of the layer with this name; undefined where the file says nothing of it. */
  groupOf(layer: string): string | undefined
}

/** Numbers name files in the memory of the HDF5 library, so that two imports at once do not meet. */
let opened = 0

/** Reads the weights of all layers; those of the optimizer are left out. The HDF5 library is loaded by the first call. */
export async function readVariables(file: string, bytes: Uint8Array): Promise<Variables> {
  const hdf5 = (await import('h5wasm')).default
  const library = await hdf5.ready
  // Otherwise it writes what it does not like to the terminal.
  library.activate_throwing_error_handler()
  const name = `/model-${opened++}.h5`
  library.FS.writeFile(name, bytes)
  try {
    const opened = new hdf5.File(name, 'r')
    try {
      const layers = opened.keys().includes('layers') ? opened.get('layers') : null
      if (!isGroup(layers)) return refuse(modelMalformed({ file, what: 'its model.weights.h5 has no layers' }))
      return collect(file, layers)
    } finally {
      opened.close()
    }
  } catch (error) {
    if (error instanceof Refusal) throw error
    return refuse(modelMalformed({ file, what: 'its model.weights.h5 is damaged' }))
  } finally {
    library.FS.unlink(name)
  }
}

function collect(file: string, layers: Group): Variables {
  const groups = new Map<string, Variable[]>()
  const layerGroups = new Map<string, string>()
  const visit = (group: Group, path: string): void => {
    for (const key of group.keys()) {
      const child = group.get(key)
      if (!isGroup(child)) continue
      if (key !== 'vars') {
        visit(child, path === '' ? key : `${path}/${key}`)
        continue
      }
      groups.set(path, variablesOf(file, child, path))
      const name = child.attrs.name?.value
      if (typeof name === 'string' && !path.includes('/')) layerGroups.set(name, path)
    }
  }
  visit(layers, '')
  return { of: (path) => groups.get(path) ?? [], groupOf: (layer) => layerGroups.get(layer) }
}

function variablesOf(file: string, group: Group, path: string): Variable[] {
  const names = group.keys().sort((a, b) => Number(a) - Number(b))
  return names.map((name) => {
    const dataset = group.get(name)
    const variable = isDataset(dataset) ? variableOf(dataset) : undefined
    return (
      variable ?? refuse(modelMalformed({ file, what: `${path}/vars/${name} in its weights is no array of numbers` }))
    )
  })
}

function variableOf(dataset: Dataset): Variable | undefined {
  const { shape, value, dtype } = dataset
  if (shape === null || typeof dtype !== 'string') return undefined
  const whole = !/[fde]$/.test(dtype)
  if (typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean')
    return { shape, values: Float32Array.of(Number(value)), whole }
  if (value === null || typeof value !== 'object' || !('length' in value)) return undefined
  const values = Float32Array.from(value as ArrayLike<unknown>, Number)
  return { shape, values, whole }
}

function isGroup(entity: unknown): entity is Group {
  return typeof entity === 'object' && entity !== null && 'keys' in entity
}

function isDataset(entity: unknown): entity is Dataset {
  return typeof entity === 'object' && entity !== null && 'dtype' in entity && 'shape' in entity
}
