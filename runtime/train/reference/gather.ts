import type { DatasetPart } from '../../data/dataset.js'

/** Rows of one step, gathered from a part of the data set. */
export interface Batch {
  readonly rows: number
  readonly inputs: ReadonlyMap<string, Float32Array>
  readonly targets: Float32Array
}

/** These rows of a part, in this order. */
export function gatherRows(part: DatasetPart, rows: Uint32Array): Batch {
  const inputs = new Map<string, Float32Array>()
  for (const [name, values] of part.inputs) inputs.set(name, gather(values, values.length / part.rows, rows))
  return { rows: rows.length, inputs, targets: gather(part.targets, part.targets.length / part.rows, rows) }
}

function gather(values: Float32Array, size: number, rows: Uint32Array): Float32Array {
  const result = new Float32Array(rows.length * size)
  for (const [position, row] of rows.entries())
    result.set(values.subarray(row * size, (row + 1) * size), position * size)
  return result
}
