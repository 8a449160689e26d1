import type { TensorData, TensorValues } from '../numeric/safetensors.js'
import type { ElementLookups, FilledTable } from './lookup.js'

/**
 * Tables as tensors under `name`: `of`, the table of each element; `heads`, least operand, fraction and size of each table;
 * `values`, the entries of one behind the other; `wrapped`, pairs of a table and an entry.
 */
export function encodeLookups(
  name: string,
  { lookups, lookupOf }: ElementLookups,
  into: Map<string, TensorData>,
): void {
  const heads = lookups.flatMap(({ low, fraction, values }) => [low, fraction, values.length])
  const values = Float64Array.from(lookups.flatMap((lookup) => [...lookup.values]))
  const wrapped = lookups.flatMap((lookup, table) => [...lookup.wrapped].flatMap((entry) => [table, entry]))
  into.set(`${name}/of`, { shape: [lookupOf.length], values: lookupOf })
  into.set(`${name}/heads`, { shape: [lookups.length, 3], values: Int32Array.from(heads) })
  into.set(`${name}/values`, { shape: [values.length], values })
  into.set(`${name}/wrapped`, { shape: [wrapped.length / 2, 2], values: Int32Array.from(wrapped) })
}

/** What `encodeLookups` wrote; throws where a part of it is missing. */
export function decodeLookups(name: string, tensors: ReadonlyMap<string, TensorData>): ElementLookups {
  const part = (what: string): TensorValues => {
    const found = tensors.get(`${name}/${what}`)
    if (found === undefined) throw new Error(`${name}/${what} is missing`)
    return found.values
  }
  const [heads, values, wrapped] = [part('heads'), Float64Array.from(part('values')), part('wrapped')]
  const lookups: FilledTable[] = []
  for (let table = 0, start = 0; table < heads.length / 3; table++) {
    const [low = 0, fraction = 0, size = 0] = heads.subarray(3 * table, 3 * table + 3)
    const own: number[] = []
    for (let at = 0; at < wrapped.length; at += 2) if (wrapped[at] === table) own.push(wrapped[at + 1] ?? 0)
    lookups.push({ low, fraction, values: values.slice(start, start + size), wrapped: Int32Array.from(own) })
    start += size
  }
  return { lookups, lookupOf: Int32Array.from(part('of')) }
}
