import type { FixedType } from '../fixed/type.js'
import { decodeSafetensors, encodeSafetensors, type TensorData, type TensorValues } from '../numeric/safetensors.js'
import type { Calibrated, Constant, ElementTypes } from './calibrated.js'
import type { ElementLookups } from './lookup.js'
import { decodeLookups, encodeLookups } from './lookup-codec.js'
import type { TensorGraph } from './operation.js'

const FORMAT = 'hgq-calibrated-2'

/** A calibrated network as safetensors: its arrays as tensors, its graph as JSON in the metadata. The same network gives the same bytes. */
export function encodeCalibrated(calibrated: Calibrated): Uint8Array {
  const tensors = new Map<string, TensorData>()
  const modes: Record<string, { rounding: string; overflow: string }> = {}
  const enter = (name: string, { types, rounding, overflow }: ElementTypes): void => {
    tensors.set(`${name}/types`, encodeTypes(types))
    modes[name] = { rounding, overflow }
  }
  for (const [id, types] of sorted(calibrated.inputs)) enter(`inputs/${id}`, types)
  for (const [id, types] of sorted(calibrated.quantizers)) enter(`quantizers/${id}`, types)
  for (const [id, { values, types }] of sorted(calibrated.constants)) {
    tensors.set(`constants/${id}/values`, { shape: [values.length], values })
    if (types !== null) tensors.set(`constants/${id}/types`, encodeTypes(types))
  }
  for (const [id, lookups] of sorted(calibrated.tables)) encodeLookups(`tables/${id}`, lookups, tensors)
  return encodeSafetensors(tensors, {
    format: FORMAT,
    graph: JSON.stringify(calibrated.graph),
    modes: JSON.stringify(modes),
  })
}

/** Throws on bytes that `encodeCalibrated` did not write. */
export function decodeCalibrated(bytes: Uint8Array): Calibrated {
  const { tensors, metadata } = decodeSafetensors(bytes)
  const { format, graph, modes } = metadata
  if (format !== FORMAT || graph === undefined || modes === undefined)
    throw new Error('these bytes are no calibrated network')
  const modeOf = JSON.parse(modes) as Record<string, Pick<ElementTypes, 'rounding' | 'overflow'>>
  const inputs = new Map<number, ElementTypes>()
  const quantizers = new Map<number, ElementTypes>()
  const constants = new Map<number, Constant>()
  const tables = new Map<number, ElementLookups>()
  for (const [name, tensor] of tensors) {
    const [kind = '', text = '', what = ''] = name.split('/')
    const id = Number(text)
    const mode = modeOf[`${kind}/${text}`]
    if (kind === 'inputs' && mode !== undefined) inputs.set(id, { types: decodeTypes(tensor.values), ...mode })
    else if (kind === 'quantizers' && mode !== undefined)
      quantizers.set(id, { types: decodeTypes(tensor.values), ...mode })
    else if (kind === 'tables' && what === 'of') tables.set(id, decodeLookups(`tables/${id}`, tensors))
    else if (kind === 'constants' && what === 'values') {
      const types = tensors.get(`constants/${id}/types`)
      constants.set(id, {
        values: Float64Array.from(tensor.values),
        types: types === undefined ? null : decodeTypes(types.values),
      })
    }
  }
  return {
    graph: JSON.parse(graph) as TensorGraph,
    inputs: inOrder(inputs),
    quantizers: inOrder(quantizers),
    constants: inOrder(constants),
    tables: inOrder(tables),
  }
}

function encodeTypes(types: readonly FixedType[]): TensorData {
  return { shape: [types.length, 3], values: Int16Array.from(types.flatMap(({ k, i, f }) => [k, i, f])) }
}

function decodeTypes(values: TensorValues): FixedType[] {
  const types: FixedType[] = []
  for (let at = 0; at < values.length; at += 3)
    types.push({ k: values[at] === 1 ? 1 : 0, i: values[at + 1] ?? 0, f: values[at + 2] ?? 0 })
  return types
}

function sorted<T>(map: ReadonlyMap<number, T>): [number, T][] {
  return [...map].sort(([a], [b]) => a - b)
}

function inOrder<T>(map: ReadonlyMap<number, T>): Map<number, T> {
  return new Map(sorted(map))
}
